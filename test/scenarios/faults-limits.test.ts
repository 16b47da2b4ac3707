import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { findBinary } from '../../src/haproxy/binary.ts';
import { startStandIn } from '../../src/demo/stand-in.ts';
import type { Status } from '../../src/report/status.ts';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition, getFrom } from '../kit/edge.ts';
import { masterOf } from '../kit/haproxy-of.ts';
import { lastly } from '../kit/lastly.ts';
import { placeFor, type SluiceProcess, startSluice } from '../kit/sluice.ts';
import { sawNoFailure, shoppers, steadyEdge } from '../kit/steady-edge.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

/** A HAProxy of the test's own, that may be taken away. */
const ownProgram = async (t: TestContext): Promise<string> => {
  const { path: folder, remove } = tempFolder();
  lastly(t, remove);
  const program = join(folder, 'haproxy');
  copyFileSync((await findBinary(process.env['SLUICE_HAPROXY'] ?? 'haproxy')).path, program);
  chmodSync(program, 0o755);
  return program;
};

/** In one piece, as a package manager does: a file that runs cannot be written. */
const replaceBy = (program: string, script: string): void => {
  writeFileSync(`${program}.new`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  renameSync(`${program}.new`, program);
};

const CHANGES: readonly (readonly [what: string, change: (program: string) => void, says: RegExp])[] = [
  ['gone', (program) => rmSync(program), /HAProxy's program was changed while it runs.*there is no HAProxy at/],
  ['too old', (program) => replaceBy(program, 'echo "HA-Proxy version 1.8.19-1 2019/02/11"'), /1\.8\.19.*HAProxy 2\.6 or later is needed/],
  ['one that crashes', (program) => replaceBy(program, 'kill -SEGV $$'), /HAProxy 2\.6 or later is needed/],
  [
    'one that runs and does not work',
    (program) => replaceBy(program, '[ "$1" = -v ] && { echo "HAProxy version 2.6.12-1 2023/12/16"; exit 0; }; echo broken; exit 1'),
    /does not work/,
  ],
];

describe("HAProxy's program, while it runs, is", { concurrency: 2 }, () => {
  for (const [what, change, says] of CHANGES) {
    it(`${what}: what runs goes on, servers come and go, and the reload is made when it is back`, async (t) => {
      const program = await ownProgram(t);
      const { edge, clients } = await steadyEdge(t, { haproxy: program });
      const before = await masterOf(edge.runDir);
      copyFileSync(program, `${program}.kept`);
      change(program);

      await edge.deploy('POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
      const error = await waitFor('the status says why', async () => (await edge.daemon.views.status()).lastReload?.error);
      assert.match(error, says);
      await edge.deploy('PUT', '/v2/apps/shop', { instances: 4 });
      await waitFor('all four tasks answer', () => clients.seen.byTask.size >= 4);
      const { ready, problems } = await edge.daemon.views.status();
      assert.ok(ready.ready, ready.because.join());
      assert.deepEqual(problems, [], 'no app is to blame');

      renameSync(`${program}.kept`, program);
      await edge.until(200, 'news.example');
      assert.equal(await masterOf(edge.runDir), before);
      await sawNoFailure(clients);
    });
  }
});

describe('the clock of this host', { concurrency: 1 }, () => {
  for (const [how, byMs] of [
    ['forward by a year', 365 * 86_400_000],
    ['back by a year', -365 * 86_400_000],
  ] as const) {
    it(`is set ${how}: changes and reloads go on, and nothing turns red`, async (t) => {
      const { edge, clients } = await steadyEdge(t);
      const before = await edge.daemon.views.status();
      const now = Date.now.bind(Date);
      t.mock.method(Date, 'now', () => now() + byMs);

      await edge.deploy('POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
      await edge.until(200, 'news.example');
      await edge.deploy('PUT', '/v2/apps/shop', { instances: 4 });
      await waitFor('all four tasks answer', () => clients.seen.byTask.size >= 4);
      const { counters, ready, marathon } = await edge.daemon.views.status();
      assert.ok(ready.ready, ready.because.join());
      assert.ok(counters.reloads > before.counters.reloads);
      assert.ok(marathon.streaming);
      await sawNoFailure(clients);
    });
  }
});

const mayLimit = spawnSync('prlimit', ['--version']).status === 0;

/** Of a process that runs: open files that it may have. */
const limitFiles = (pid: number, files: number): void => {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
};

describe('Sluice has no file descriptor left', { skip: mayLimit ? false : 'there is no prlimit here' }, () => {
  for (const whose of ['that it has started', 'that it has found'] as const) {
    it(`with a HAProxy ${whose}: it neither ends nor takes anything away, and goes on when it has some again`, async (t) => {
      const standIn = await startStandIn({ timeScale: 0.05 });
      lastly(t, async () => standIn.close());
      const write = async (method: string, path: string, body: unknown): Promise<void> => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${standIn.url}${path}`, { method, headers, body: JSON.stringify(body) });
        assert.ok(answer.ok, await answer.text());
      };
      const place = await placeFor(t);
      await write('POST', '/v2/apps', anAppDefinition('/shop'));
      const start = (): SluiceProcess => startSluice(t, ['run', '--marathon', standIn.url, ...place.flags]);
      let sluice = start();
      const answers = async (host: string): Promise<boolean> =>
        (await getFrom(`http://127.0.0.1:${place.ports.http}/`, { host })).status === 200;
      const isReady = async (): Promise<true> =>
        waitFor('it is ready', async () => {
          const { ready } = (await askApi(place.runDir, '/status')).body as Status;
          if (!ready.ready) throw new Error(ready.because.join());
          return true;
        });
      await waitFor('it serves', async () => answers('shop.example'));
      await isReady();
      if (whose === 'that it has found') {
        await sluice.endBy('SIGKILL');
        sluice = start();
        await sluice.prints(/found HAProxy running/);
        await sluice.prints(/sluice runs/);
        await isReady();
      }
      const clients = shoppers(t, place.ports.http);
      const pid = sluice.child.pid ?? 0;

      limitFiles(pid, 3);
      standIn.faults.cutStreams('reset');
      await sluice.prints(/EMFILE/);
      await write('POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
      await write('PUT', '/v2/apps/shop', { instances: 4 });
      await clients.moreRequests();
      assert.ok(sluice.isAlive);

      limitFiles(pid, 1024);
      await waitFor('the new app is served', async () => answers('news.example'));
      await waitFor('all four tasks answer', () => clients.seen.byTask.size >= 4);
      await isReady();
      assert.ok(readdirSync(`/proc/${pid}/fd`).length < 100);
      await sawNoFailure(clients);
    });
  }
});
