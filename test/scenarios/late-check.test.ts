import assert from 'node:assert/strict';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { AppEntry } from '../../src/model/model.ts';
import { aCheck, anEntry, aPort, aTask } from '../kit/builders.ts';
import { openCore } from '../kit/core.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';
import { upstream } from '../kit/haproxy-upstream.ts';
import { waitFor } from '../kit/wait-for.ts';

/** The same HAProxy, whose check of what it is to be reloaded with can be made to last. */
const holdableHaproxy = (t: TestContext, program: string) => {
  const folder = runFolder(t);
  const [binary, asked, held] = [join(folder, 'haproxy'), join(folder, 'asked'), join(folder, 'held')];
  const path = program.includes('/') ? program : spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
  const wait = `[ -e ${held} ] && touch ${asked} && while [ -e ${held} ]; do sleep 0.05; done`;
  writeFileSync(binary, `#!/bin/sh\ncase "$1 $3" in "-c "*/haproxy.cfg) ${wait};; esac\nexec ${path} "$@"\n`);
  chmodSync(binary, 0o755);
  t.after(() => rmSync(held, { force: true }));
  return { binary, hold: () => writeFileSync(held, ''), isAsked: () => existsSync(asked), release: () => rmSync(held) };
};

/** Marathon has not seen its task healthy. */
const app = (name: string, servicePort: number, port: number): AppEntry =>
  anEntry(
    {
      id: `/${name}`,
      network: 'container',
      ports: [aPort({ servicePort, containerPort: port })],
      healthChecks: [aCheck({ protocol: 'HTTP', path: '/health', intervalSeconds: 60, timeoutSeconds: 60 })],
      labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: `${name}.example` },
    },
    [aTask({ id: `${name}.1`, host: '127.0.0.1', ipAddresses: ['127.0.0.1'], health: 'unknown' })],
  );

eachHaproxy('a server whose first check passes while HAProxy reads the next configuration', ({ binary }) => {
  it('serves in the new worker at once', async (t) => {
    let health: 'fails' | 'passes' | 'hangs' = 'fails';
    const { port } = await upstream(t, 'here', ({ url }, response) => {
      if (url === '/health' && health === 'hangs') return;
      response.statusCode = url === '/health' && health === 'fails' ? 503 : 200;
      response.end();
    });
    const haproxy = holdableHaproxy(t, binary);
    const core = await openCore(t, { haproxy: haproxy.binary });
    const first = app('first', 10_000, port);
    core.take([first]);
    await waitFor('HAProxy is started', () => core.reloader.counts.reloads === 1);
    assert.equal((await core.get('first.example')).status, 503);

    haproxy.hold();
    core.take([first, app('second', 10_001, port)]);
    await waitFor('HAProxy is asked for its opinion', () => haproxy.isAsked());
    health = 'passes';
    await waitFor('it serves', async () => (await core.get('first.example')).status === 200);
    // No check of the new worker can pass.
    health = 'hangs';
    haproxy.release();
    await waitFor('the reload', () => core.reloader.counts.reloads === 2);
    assert.equal((await core.get('first.example')).status, 200);
    assert.equal(core.reloader.counts.failedReloads, 0);
  });
});
