import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { folders } from '../../src/doctor/checks/folders.ts';
import { haproxyUser } from '../../src/doctor/checks/haproxy-user.ts';
import { haproxy } from '../../src/doctor/checks/haproxy.ts';
import { node } from '../../src/doctor/checks/node.ts';
import { ports } from '../../src/doctor/checks/ports.ts';
import { runDir } from '../../src/doctor/checks/run-dir.ts';
import { templates } from '../../src/doctor/checks/templates.ts';
import { openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { masterOf } from '../kit/haproxy-of.ts';
import { lastly } from '../kit/lastly.ts';
import { mayMount } from '../kit/sluice.ts';
import { waitFor } from '../kit/wait-for.ts';
import { find, folderOf, levels, messages } from './kit.ts';

const HAPROXY = process.env['SLUICE_HAPROXY'] ?? 'haproxy';

const script = (t: TestContext, text: string): string => {
  const file = join(folderOf(t), 'haproxy');
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
};

/** Flags for four ports that nobody has, and a run directory. */
const place = async (t: TestContext): Promise<{ readonly [flag: string]: unknown; readonly httpPort: number; readonly runDir: string }> => {
  const [httpPort = 0, httpsPort = 0, statsPort = 0, appIdPort = 0] = await freePorts(4);
  return { bindAddress: '127.0.0.1', apiListen: 'off', httpPort, httpsPort, statsPort, appIdPort, runDir: join(folderOf(t), 'run') };
};

const listen = async (t: TestContext, port: number): Promise<void> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  lastly(t, async () => new Promise((resolve) => server.close(resolve)));
};

describe('what the doctor finds on a host', { concurrency: 2 }, () => {
  it('Node.js', async () => assert.deepEqual(levels(await find(node)), ['ok']));

  it('as whom HAProxy will serve', async () => {
    const [off, stranger] = await Promise.all([
      find(haproxyUser, { haproxyUser: 'off' }),
      find(haproxyUser, { haproxyUser: 'no-such-user' }),
    ]);
    assert.deepEqual(levels(off), ['ok']);
    assert.match(messages(off), /HAProxy will serve as the user of Sluice/);
    // Who is not root has nothing to give up, whoever is named.
    const isRoot = process.getuid?.() === 0;
    assert.deepEqual(levels(stranger), [isRoot ? 'fail' : 'ok']);
    assert.match(messages(stranger), isRoot ? /--haproxy-user: there is no user 'no-such-user'/ : /Sluice is not root/);
  });

  describe('HAProxy', () => {
    it('that will do, and what it can', async () => {
      const found = await find(haproxy, { haproxy: HAPROXY });
      assert.deepEqual(levels(found), ['ok']);
      assert.match(messages(found), /HAProxy version \d.*(a new app is a reload|new apps without a reload)/);
    });

    const BAD: readonly (readonly [what: string, binary: (t: TestContext) => string, message: RegExp])[] = [
      ['that is not there', () => '/no/such/haproxy', /there is no HAProxy at '\/no\/such\/haproxy'/],
      ['that is too old', (t) => script(t, 'echo "HA-Proxy version 1.8.19-1 2019/02/11"'), /1\.8\.19.*2\.6 or later/],
      [
        'that does not start',
        (t) => script(t, '[ "$1" = -v ] && echo "HAProxy version 2.6.1" && exit; echo "no shared object" >&2; exit 127'),
        /does not work: no shared object/,
      ],
    ];
    for (const [what, binary, message] of BAD)
      it(what, async (t) => {
        const found = await find(haproxy, { haproxy: binary(t) });
        assert.deepEqual(levels(found), ['fail']);
        assert.match(messages(found), message);
        assert.match(found[0]?.fix ?? '', /^apt-get .*install.* haproxy/);
      });
  });

  it('templates that are none', async (t) => {
    const folder = folderOf(t);
    assert.deepEqual(levels(await find(templates, { templatesDir: folder })), ['ok']);
    writeFileSync(join(folder, 'backend.hbs'), '{{#each x}}');
    const found = await find(templates, { templatesDir: folder });
    assert.deepEqual(levels(found), ['fail']);
    assert.match(messages(found), /backend\.hbs is no Handlebars/);
    assert.deepEqual(levels(await find(templates, { templatesDir: join(folder, 'none') })), ['fail']);
  });

  describe('folders', () => {
    it('that are there, and that will be made', async (t) => {
      const stateDir = folderOf(t);
      const found = await find(folders, { stateDir, runDir: join(stateDir, 'a', 'b') });
      assert.deepEqual(levels(found), ['ok', 'ok']);
      assert.match(messages(found), /--run-dir \S+ will be made.*\n--state-dir \S+ can be written|--run-dir [^:]+: will be made/);
    });

    it('that everybody may write', async (t) => {
      const folder = folderOf(t);
      chmodSync(folder, 0o777);
      const found = await find(folders, { runDir: folder, stateDir: join(folderOf(t), 'state') });
      assert.deepEqual(levels(found), ['fail', 'ok']);
      assert.equal(found[0]?.fix, `chmod o-w ${folder}`);
      chmodSync(folder, 0o1777);
      assert.deepEqual(levels(await find(folders, { runDir: folder, stateDir: join(folderOf(t), 'state') })), ['warn', 'ok']);
    });

    it('that are none, and a run directory that is too long for its sockets', async (t) => {
      const file = join(folderOf(t), 'file');
      writeFileSync(file, '');
      const found = await find(folders, { runDir: join(file, 'run'), stateDir: file });
      assert.deepEqual(levels(found), ['fail', 'fail']);
      assert.match(messages(found), /is no folder/);
      const long = await find(folders, { runDir: `/run/${'x'.repeat(90)}`, stateDir: folderOf(t) });
      assert.deepEqual(levels(long), ['fail', 'ok']);
      assert.match(messages(long), /longer than 80 characters/);
    });

    it('without room', { skip: !mayMount() && 'this process may not mount' }, async (t) => {
      const folder = join(folderOf(t), 'small');
      mkdirSync(folder);
      assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1M,mode=700', 'tmpfs', folder]).status, 0);
      lastly(t, () => spawnSync('umount', [folder]));
      const found = await find(folders, { runDir: folder, stateDir: folder });
      assert.deepEqual(levels(found), ['fail', 'fail']);
      assert.match(messages(found), /--run-dir \S+: \d MB are free, too few/);
    });
  });

  describe('ports', () => {
    it('that are free', async (t) => {
      const flags = await place(t);
      const found = await find(ports, flags);
      assert.deepEqual(levels(found), ['ok']);
      assert.match(messages(found), new RegExp(`^${flags.httpPort}, .*: free$`));
    });

    it('that another has: which, and who it is', async (t) => {
      const flags = await place(t);
      await listen(t, flags.httpPort);
      const found = await find(ports, flags);
      assert.deepEqual(levels(found), ['fail']);
      assert.match(
        messages(found),
        new RegExp(`^--http-port 127\\.0\\.0\\.1:${flags.httpPort}: another process listens there: \\S+ \\(process ${process.pid}\\)$`),
      );
      assert.match(found[0]?.fix ?? '', new RegExp(`^ss -ltnp 'sport = :${flags.httpPort}'.*--http-port`));
    });

    it('on an address that is not of this host', async (t) => {
      const found = await find(ports, { ...(await place(t)), bindAddress: '192.0.2.1' });
      assert.deepEqual(levels(found), ['fail', 'fail', 'fail', 'fail']);
      assert.match(messages(found), /this host does not have the address/);
    });

    it('that Sluice and its HAProxy have: fine for their run directory, and for no other', async (t) => {
      const [api = 0] = await freePorts(1);
      const edge = await openEdge(t, { flags: { apiListen: `127.0.0.1:${api}` } });
      const own = await find(ports, edge.flags);
      assert.deepEqual(levels(own), ['ok']);
      assert.match(messages(own), /those of the HAProxy that runs here/);
      const runs = await find(runDir, edge.flags);
      assert.deepEqual(levels(runs), ['warn']);
      assert.match(messages(runs), new RegExp(`a Sluice runs on ${edge.runDir} already \\(process ${process.pid}\\)`));

      const others = await find(ports, { ...edge.flags, runDir: join(folderOf(t), 'run') });
      assert.deepEqual(
        levels(others),
        Array.from({ length: 5 }, () => 'fail'),
      );
      assert.match(messages(others), /--stats-port \S+: another process listens there: haproxy \(process \d+\)/);
      assert.match(messages(others), new RegExp(`--api-listen 127\\.0\\.0\\.1:${api}: .*\\(process ${process.pid}\\)`));
    });
  });

  describe('the run directory', () => {
    it('on which nothing runs', async (t) => {
      const found = await find(runDir, { runDir: join(folderOf(t), 'run') });
      assert.deepEqual(levels(found), ['ok']);
      assert.match(messages(found), /^nothing runs on/);
    });

    it('with a HAProxy that Sluice has left there', async (t) => {
      const edge = await openEdge(t, { flags: { keepHaproxy: true } });
      await edge.daemon.close();
      const pid = await masterOf(edge.runDir);
      assert.ok(pid !== undefined);
      lastly(t, () => process.kill(pid, 'SIGTERM'));
      const found = await find(runDir, edge.flags);
      assert.deepEqual(levels(found), ['ok']);
      assert.match(messages(found), new RegExp(`runs \\(process ${pid}\\): Sluice takes it over`));
      assert.deepEqual(levels(await find(ports, edge.flags)), ['ok']);
    });

    it("with somebody else's HAProxy in it", async (t) => {
      const folder = folderOf(t);
      const config = join(folder, 'theirs.cfg');
      writeFileSync(
        config,
        `defaults\n  mode tcp\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nlisten x\n  bind unix@${folder}/x.sock\n`,
      );
      const socket = join(folder, 'master.sock');
      const theirs = spawn(HAPROXY, ['-W', '-S', socket, '-f', config], { stdio: 'ignore' });
      lastly(t, async () => {
        theirs.kill('SIGTERM');
        await new Promise((resolve) => theirs.once('exit', resolve));
      });
      const found = await waitFor('it answers', async () => {
        const now = await find(runDir, { runDir: folder });
        return now[0]?.level === 'ok' ? undefined : now;
      });
      assert.deepEqual(levels(found), ['fail']);
      assert.match(messages(found), /^process \d+ answers on \S+master\.sock, and Sluice did not start it/);
    });
  });
});
