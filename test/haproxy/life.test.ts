import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { askSocket } from '../../src/haproxy/ask-socket.ts';
import type { Haproxy } from '../../src/haproxy/haproxy.ts';
import type { HaproxyOptions } from '../../src/haproxy/options.ts';
import { oursStartedWith } from '../../src/haproxy/proc-fs.ts';
import { SluiceError } from '../../src/kit/error.ts';
import { freePorts } from '../kit/free-ports.ts';
import { get, upstream } from '../kit/haproxy-upstream.ts';
import {
  configFiles,
  eachHaproxy,
  haproxies,
  open,
  runFolder,
  type ConfigText,
  type HaproxyUnderTest,
  type Opened,
} from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

interface Serving extends Opened {
  readonly port: number;
  readonly deploy: (haproxy: Haproxy, fingerprint: string, text?: Partial<ConfigText>) => Promise<number | undefined>;
}

const serving = async (t: TestContext, which: HaproxyUnderTest, options: Partial<HaproxyOptions> = {}): Promise<Serving> => {
  const opened = await open(t, which, options);
  const [port = 0] = await freePorts(1);
  const deploy: Serving['deploy'] = async (haproxy, fingerprint, text = {}) => {
    const files = configFiles({ runDir: opened.runDir, port, fingerprint, ...text });
    return (await haproxy.deploy(files, { fingerprint, binds: [{ address: '127.0.0.1', port }] })).pid;
  };
  await deploy(opened.haproxy, 'a1');
  return { ...opened, port, deploy };
};

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
};

const deleteSockets = (runDir: string): void => {
  for (const name of ['master.sock', 'admin.sock']) rmSync(join(runDir, name));
};

/** Requests on new connections, one after the other. `stop` resolves to what failed. */
const keepAsking = (port: number): { readonly stop: () => Promise<readonly unknown[]> } => {
  const failures: unknown[] = [];
  const ending = new AbortController();
  const asking = (async () => {
    while (!ending.signal.aborted) {
      const answer = await get(port, '/fingerprint').catch((error: unknown) => error);
      if ((answer as { status?: number }).status !== 200) failures.push(answer);
      await sleep(5);
    }
  })();
  return {
    stop: async () => {
      ending.abort();
      await asking;
      return failures;
    },
  };
};

eachHaproxy('a life beside Sluice', (which) => {
  it('it serves on when Sluice is killed, and is found, not started again', async (t) => {
    const runDir = runFolder(t);
    const [port = 0] = await freePorts(1);
    const owner = spawn(
      process.execPath,
      [fileURLToPath(new URL('../kit/haproxy-owner.ts', import.meta.url)), which.binary, runDir, `${port}`],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(owner.stdout, 'data');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    assert.equal((await get(port, '/fingerprint')).body, 'fingerprint-a1');

    const { haproxy, exits } = await open(t, which, { runDir });
    assert.equal(haproxy.isRunning(), true);
    const { pid, fingerprint } = await haproxy.observe('all');
    assert.equal(fingerprint, 'a1');
    const deployed = await haproxy.deploy(configFiles({ runDir, port, fingerprint: 'a2' }), {
      fingerprint: 'a2',
      binds: [{ address: '127.0.0.1', port }],
    });
    assert.equal(deployed.kind, 'reloaded');
    assert.notEqual(deployed.pid, pid);
    const master = (await haproxy.workers())?.master.pid ?? 0;
    process.kill(master, 'SIGKILL');
    await waitFor('being told', () => exits.length === 1);
    assert.equal(exits[0]?.pid, master);
    assert.equal(haproxy.isRunning(), false);
  });

  it('the owner is told when the master is killed, and can start it again', async (t) => {
    const { haproxy, exits, deploy, port } = await serving(t, which);
    process.kill((await haproxy.workers())?.master.pid ?? 0, 'SIGKILL');
    await waitFor('being told', () => exits.length === 1);
    assert.equal(exits[0]?.signal, 'SIGKILL');
    assert.equal(haproxy.isRunning(), false);
    await assert.rejects(haproxy.observe('all'), { code: 'HAPROXY_NOT_RUNNING' });
    await waitFor('the worker to follow', async () =>
      get(port, '/').then(
        () => false,
        () => true,
      ),
    );
    await deploy(haproxy, 'a2');
    assert.equal((await haproxy.observe('all')).fingerprint, 'a2');
  });

  it('the owner is told when the worker crashes, with what HAProxy had to say', async (t) => {
    const { haproxy, exits, deploy } = await serving(t, which);
    process.kill((await haproxy.workers())?.current?.pid ?? 0, 'SIGSEGV');
    await waitFor('being told', () => exits.length === 1);
    assert.equal(exits[0]?.code, 139);
    assert.match(exits[0].lastWords, /exited with code 139/);
    await deploy(haproxy, 'a2');
    assert.equal((await haproxy.observe('all')).fingerprint, 'a2');
  });

  it('stop lets requests end first', async (t) => {
    const { haproxy, exits, deploy, port } = await serving(t, which);
    const held: (() => void)[] = [];
    const app = await upstream(t, 'slow', (_, response) => held.push(() => response.end('done')));
    await deploy(haproxy, 'a2', { rest: `backend a from plain\n  server s1 127.0.0.1:${app.port} id 1`, routes: '/a a\n' });
    const master = (await haproxy.workers())?.master.pid ?? 0;
    const request = get(port, '/a');
    await waitFor('the request to arrive', () => held.length === 1);
    const closed = haproxy.close({ haproxy: 'stop', softStopLimitMs: 60_000 });
    await waitFor('no new connections', async () =>
      get(port, '/fingerprint').then(
        () => false,
        () => true,
      ),
    );
    held[0]?.();
    assert.equal((await request).body, 'done');
    await closed;
    assert.ok(isGone(master));
    assert.deepEqual(exits, []);
  });

  it('stop does not wait longer than it may', async (t) => {
    const { haproxy, deploy, port } = await serving(t, which);
    const app = await upstream(t, 'silent', () => undefined);
    await deploy(haproxy, 'a2', { rest: `backend a from plain\n  server s1 127.0.0.1:${app.port} id 1`, routes: '/a a\n' });
    const master = (await haproxy.workers())?.master.pid ?? 0;
    const request = get(port, '/a').then(
      () => 'answered',
      () => 'cut',
    );
    await waitFor('the request to arrive', () => app.requests.length === 1);
    await haproxy.close({ haproxy: 'stop', softStopLimitMs: 50 });
    assert.ok(isGone(master));
    assert.equal(await request, 'cut');
  });

  it('leave lets it serve on, and the next Sluice finds it', async (t) => {
    const { haproxy, runDir, port, exits } = await serving(t, which);
    const before = await haproxy.workers();
    await haproxy.close({ haproxy: 'leave' });
    assert.equal((await get(port, '/fingerprint')).body, 'fingerprint-a1');
    const next = await open(t, which, { runDir });
    assert.equal((await next.haproxy.workers())?.master.pid, before?.master.pid);
    assert.deepEqual(exits, []);
  });

  it('one that is being reloaded is waited for and found', async (t) => {
    const { haproxy, runDir, deploy } = await serving(t, which);
    const reload = deploy(haproxy, 'a2');
    const next = await open(t, which, { runDir });
    await reload;
    assert.equal(next.haproxy.isRunning(), true);
    await haproxy.close({ haproxy: 'leave' });
  });

  it('sockets and links that a dead one left behind do not matter', async (t) => {
    const { haproxy, runDir, port, exits } = await serving(t, which);
    process.kill((await haproxy.workers())?.master.pid ?? 0, 'SIGKILL');
    await waitFor('being told', () => exits.length === 1);
    await waitFor('the worker to follow', async () =>
      get(port, '/').then(
        () => false,
        () => true,
      ),
    );
    assert.ok(existsSync(join(runDir, 'master.sock')));
    const next = await open(t, which, { runDir });
    assert.equal(next.haproxy.isRunning(), false);
    await next.haproxy.deploy(configFiles({ runDir, port, fingerprint: 'b1' }), {
      fingerprint: 'b1',
      binds: [{ address: '127.0.0.1', port }],
    });
    assert.equal((await next.haproxy.observe('all')).fingerprint, 'b1');
  });

  it('a HAProxy that somebody else started in our place is not touched', async (t) => {
    const runDir = runFolder(t);
    const file = join(runDir, 'theirs.cfg');
    writeFileSync(
      file,
      `defaults\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nfrontend f\n  bind unix@${runDir}/f.sock\n`,
    );
    const theirs = spawn(which.binary, ['-W', '-S', `${runDir}/master.sock`, '-f', file], { stdio: 'ignore' });
    t.after(async () => {
      theirs.kill('SIGTERM');
      await once(theirs, 'exit');
    });
    // It has its sockets before it answers, and answers nobody while it starts its worker.
    const socket = join(runDir, 'master.sock');
    const patience = { answerMs: 10_000, refusedMs: 0, isAlive: () => false };
    await waitFor(
      'their worker',
      async () => / worker /.test(await askSocket(socket, 'show proc', patience)) && existsSync(join(runDir, 'f.sock')),
    );
    await assert.rejects(open(t, which, { runDir }), { code: 'HAPROXY_SOCKET', message: /Sluice did not start it/ });
    assert.equal(theirs.exitCode, null);
  });

  it('who only reads its files is not taken for it', async (t) => {
    const runDir = runFolder(t);
    mkdirSync(join(runDir, 'gen-0'));
    writeFileSync(join(runDir, 'gen-0/haproxy.cfg'), '');
    symlinkSync('gen-0', join(runDir, 'config'));
    const reader = spawn('tail', ['-f', join(runDir, 'config/haproxy.cfg')], { stdio: 'ignore' });
    t.after(() => reader.kill('SIGKILL'));
    await once(reader, 'spawn');
    const { haproxy } = await open(t, which, { runDir });
    assert.equal(haproxy.isRunning(), false);
    assert.equal(reader.exitCode, null);
    assert.deepEqual(await oursStartedWith(['-f', join(runDir, 'config/haproxy.cfg')]), [reader.pid], 'the reader still reads');
  });

  for (const [what, remove] of [
    ['sockets were', deleteSockets],
    ["master's socket was", (runDir: string) => rmSync(join(runDir, 'master.sock'))],
    ["worker's socket was", (runDir: string) => rmSync(join(runDir, 'admin.sock'))],
    ['run directory was', (runDir: string) => rmSync(runDir, { recursive: true })],
  ] as const) {
    it(`whose ${what} deleted: the next deploy brings all of it back, and no request fails`, async (t) => {
      const { haproxy, runDir, deploy, port } = await serving(t, which);
      const { master, current } = (await haproxy.workers()) ?? {};
      const requests = keepAsking(port);
      assert.equal(await haproxy.lostSockets(), false);
      remove(runDir);
      assert.equal(await haproxy.lostSockets(), true);
      // The first is that of the worker which has no socket.
      for (const fingerprint of ['a1', 'a2']) {
        const pid = await deploy(haproxy, fingerprint);
        assert.notEqual(pid, current?.pid);
        assert.equal((await haproxy.observe('all')).pid, pid);
        assert.equal((await get(port, '/fingerprint')).body, `fingerprint-${fingerprint}`);
        assert.equal((await haproxy.observe('all')).fingerprint, fingerprint);
        await waitFor('the old workers to end', async () => (await haproxy.workers())?.old.length === 0);
        assert.equal(await haproxy.lostSockets(), false, 'who goes takes no socket along');
      }
      assert.equal((await haproxy.workers())?.master.pid, master?.pid);
      assert.deepEqual(await requests.stop(), []);
    });
  }

  it('whose run directory was deleted is found by the next Sluice', async (t) => {
    const { haproxy, runDir, deploy, port } = await serving(t, which);
    const master = (await haproxy.workers())?.master.pid;
    await haproxy.close({ haproxy: 'leave' });
    rmSync(runDir, { recursive: true });
    const requests = keepAsking(port);
    const next = await open(t, which, { runDir });
    assert.equal(next.haproxy.isRunning(), true);
    assert.equal(await next.haproxy.lostSockets(), true);
    await deploy(next.haproxy, 'a2');
    assert.equal((await next.haproxy.workers())?.master.pid, master);
    assert.equal((await next.haproxy.observe('all')).fingerprint, 'a2');
    assert.deepEqual(await requests.stop(), []);
  });

  it('whose sockets were deleted keeps what it has where the new configuration does not start, and takes the next', async (t) => {
    const { haproxy, runDir, deploy, port } = await serving(t, which);
    deleteSockets(runDir);
    const taken = createServer().listen(0, '127.0.0.1');
    t.after(() => taken.close());
    await once(taken, 'listening');
    const second = `frontend second from sluice\n  bind 127.0.0.1:${(taken.address() as { port: number }).port}\n`;
    await assert.rejects(deploy(haproxy, 'a2', { rest: second }), { code: 'HAPROXY_RELOAD_FAILED' });
    assert.equal((await get(port, '/fingerprint')).body, 'fingerprint-a1');
    await deploy(haproxy, 'a3');
    assert.equal((await haproxy.observe('all')).fingerprint, 'a3');
    assert.equal(await haproxy.lostSockets(), false);
  });

  it('whose sockets were deleted can be stopped', async (t) => {
    const { haproxy, runDir } = await serving(t, which);
    const master = (await haproxy.workers())?.master.pid ?? 0;
    deleteSockets(runDir);
    await haproxy.close({ haproxy: 'stop', softStopLimitMs: 0 });
    assert.ok(isGone(master));
  });

  it('that gives no answer is not waited for by who is in a hurry', async (t) => {
    const hurry = new AbortController();
    const { haproxy, deploy } = await serving(t, which, { hurry: hurry.signal });
    const master = (await haproxy.workers())?.master.pid ?? 0;
    process.kill(master, 'SIGSTOP');
    const reload = assert.rejects(deploy(haproxy, 'a2'), SluiceError);
    hurry.abort();
    await reload;
    process.kill(master, 'SIGCONT');
    await haproxy.close({ haproxy: 'stop', softStopLimitMs: 0 });
    assert.ok(isGone(master));
  });

  it('something else on the socket is no HAProxy', async (t) => {
    const runDir = runFolder(t);
    const server = createServer((socket) => socket.end('220 smtp\n')).listen(join(runDir, 'master.sock'));
    t.after(() => server.close());
    await once(server, 'listening');
    const { haproxy } = await open(t, which, { runDir });
    assert.equal(haproxy.isRunning(), false);
  });
});

it('a run directory whose name is too long for sockets is refused', async (t) => {
  const [which] = haproxies;
  assert.ok(which !== undefined, 'there is no HAProxy');
  await assert.rejects(open(t, which, { runDir: join(runFolder(t), 'x'.repeat(80)) }), { code: 'SETTINGS', message: /80 characters/ });
});

it('a run directory of the greatest length works', async (t) => {
  const [which] = haproxies;
  assert.ok(which !== undefined, 'there is no HAProxy');
  const runDir = `${runFolder(t)}/`.padEnd(80, 'x');
  mkdirSync(runDir);
  const { haproxy } = await open(t, which, { runDir });
  const [port = 0] = await freePorts(1);
  await haproxy.deploy(configFiles({ runDir, port }), { fingerprint: 'a1', binds: [] });
  assert.equal((await get(port, '/fingerprint')).status, 200);
});

it('a master and a worker that hang are both ended', async (t) => {
  const [which] = haproxies;
  assert.ok(which !== undefined, 'there is no HAProxy');
  const { haproxy } = await serving(t, which);
  const { master, current } = (await haproxy.workers()) ?? {};
  const pids = [master?.pid ?? 0, current?.pid ?? 0];
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await haproxy.close({ haproxy: 'stop', softStopLimitMs: 0 });
  await waitFor('both are gone', () => pids.every(isGone));
});
