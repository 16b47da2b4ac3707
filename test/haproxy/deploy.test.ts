import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { askSocket } from '../../src/haproxy/ask-socket.ts';
import { SluiceError } from '../../src/kit/error.ts';
import { BindTaken } from '../../src/haproxy/bind-check.ts';
import { ConfigRefused } from '../../src/haproxy/diagnostics.ts';
import type { Haproxy } from '../../src/haproxy/haproxy.ts';
import type { DeployResult, HaproxyOptions } from '../../src/haproxy/options.ts';
import type { ServerHealth } from '../../src/plan/observed.ts';
import type { RenderedFile } from '../../src/render/file.ts';
import { freePorts } from '../kit/free-ports.ts';
import { get, upstream } from '../kit/haproxy-upstream.ts';
import { configFiles, eachHaproxy, open, type ConfigText, type HaproxyUnderTest } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

interface Ready {
  readonly haproxy: Haproxy;
  readonly runDir: string;
  readonly port: number;
  readonly files: (text: Partial<ConfigText>) => readonly RenderedFile[];
  readonly deploy: (fingerprint: string, text?: Partial<ConfigText>) => Promise<DeployResult>;
  /** What answers new connections. */
  readonly serving: () => Promise<string>;
}

const ready = async (t: TestContext, which: HaproxyUnderTest, options: Partial<HaproxyOptions> = {}): Promise<Ready> => {
  const { haproxy, runDir } = await open(t, which, options);
  const [port = 0] = await freePorts(1);
  const files = (text: Partial<ConfigText>): readonly RenderedFile[] => configFiles({ runDir, port, ...text });
  return {
    haproxy,
    runDir,
    port,
    files,
    deploy: async (fingerprint, text = {}) =>
      haproxy.deploy(files({ fingerprint, ...text }), { fingerprint, binds: [{ address: '127.0.0.1', port }] }),
    serving: async () => (await get(port, '/fingerprint')).body,
  };
};

/** Somebody else on a port. */
const occupy = async (t: TestContext): Promise<number> => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as { port: number }).port;
};

const second = (port: number): string => `frontend second from sluice\n  bind 127.0.0.1:${port}\n`;

const mastersReloads = async (haproxy: Haproxy): Promise<number | undefined> => (await haproxy.workers())?.master.reloads;

eachHaproxy('files in force', (which) => {
  it('the first deploy starts it, the next reloads it, with a new worker each', async (t) => {
    const { haproxy, deploy, serving } = await ready(t, which);
    assert.equal(haproxy.isRunning(), false);
    await assert.rejects(haproxy.observe('all'), { code: 'HAPROXY_NOT_RUNNING' });
    await assert.rejects(haproxy.apply([]), { code: 'HAPROXY_NOT_RUNNING' });
    assert.equal(await haproxy.workers(), undefined);
    const first = await deploy('a1');
    assert.equal(first.kind, 'started');
    assert.equal(haproxy.isRunning(), true);
    assert.equal(await serving(), 'fingerprint-a1');
    const next = await deploy('a2');
    assert.equal(next.kind, 'reloaded');
    assert.notEqual(next.pid, first.pid);
    assert.equal(await serving(), 'fingerprint-a2');
    const { fingerprint, pid } = await haproxy.observe('all');
    assert.deepEqual({ fingerprint, pid }, { fingerprint: 'a2', pid: next.pid });
  });

  it('a config that HAProxy refuses is never put in force, and the complaint has its place', async (t) => {
    const { haproxy, deploy, serving, runDir } = await ready(t, which);
    await deploy('a1');
    const before = readlinkSync(join(runDir, 'config'));
    await assert.rejects(deploy('a2', { rest: 'backend b\n  frobnicate' }), (error) => {
      assert.ok(error instanceof ConfigRefused);
      const [alert] = error.diagnostics.filter(({ severity }) => severity === 'alert');
      assert.match(readFileSync(alert?.file ?? '', 'utf8').split('\n')[(alert?.line ?? 0) - 1] ?? '', /frobnicate/);
      return true;
    });
    assert.equal(readlinkSync(join(runDir, 'config')), before);
    assert.equal(await mastersReloads(haproxy), 0);
    assert.equal(await serving(), 'fingerprint-a1');
  });

  it('a port that somebody else has is refused before HAProxy is asked', async (t) => {
    const { haproxy, deploy, files, serving, port } = await ready(t, which);
    await deploy('a1');
    const taken = await occupy(t);
    const binds = [
      { address: '127.0.0.1', port },
      { address: '127.0.0.1', port: taken },
      { address: '192.0.2.1', port: taken },
    ];
    await assert.rejects(haproxy.deploy(files({ fingerprint: 'a2', rest: second(taken) }), { fingerprint: 'a2', binds }), (error) => {
      assert.ok(error instanceof BindTaken);
      assert.deepEqual(
        error.listeners.map(({ address, reason }) => `${address}: ${reason}`),
        ['127.0.0.1: another process listens there', '192.0.2.1: this host does not have the address'],
      );
      return true;
    });
    assert.equal(await mastersReloads(haproxy), 0);
    assert.equal(await serving(), 'fingerprint-a1');
  });

  it('what it listens on itself does not stand in its way, nor does the same port on all addresses', async (t) => {
    const { haproxy, files, deploy, serving, port } = await ready(t, which);
    await deploy('a1');
    const onAll = files({ fingerprint: 'a2' }).map((file) =>
      file.path === 'haproxy.cfg'
        ? { ...file, bytes: Buffer.from(file.bytes.toString().replace(`bind 127.0.0.1:${port}`, `bind *:${port}`)) }
        : file,
    );
    await haproxy.deploy(onAll, { fingerprint: 'a2', binds: [{ address: '*', port }] });
    assert.equal(await serving(), 'fingerprint-a2');
  });

  it('a reload that fails leaves the old worker serving and its files in place, and the next one works', async (t) => {
    const { haproxy, deploy, files, serving, runDir } = await ready(t, which);
    const first = await deploy('a1');
    const before = readlinkSync(join(runDir, 'config'));
    const taken = await occupy(t);
    // Not told of the bind, so it is not tried before: HAProxy fails on it.
    await assert.rejects(haproxy.deploy(files({ fingerprint: 'a2', rest: second(taken) }), { fingerprint: 'a2', binds: [] }), (error) => {
      assert.ok(error instanceof SluiceError && error.code === 'HAPROXY_RELOAD_FAILED');
      assert.match(error.message, new RegExp(`${taken}`));
      return true;
    });
    assert.equal(await serving(), 'fingerprint-a1');
    const processes = await haproxy.workers();
    assert.equal(processes?.current?.pid, first.pid);
    assert.deepEqual(processes?.old, []);
    assert.equal((await haproxy.observe('all')).pid, first.pid);
    assert.equal(readlinkSync(join(runDir, 'config')), before);
    await deploy('a3');
    assert.equal(await serving(), 'fingerprint-a3');
  });

  it('a start that fails says why and leaves nothing behind', async (t) => {
    const { haproxy, files, deploy, serving, runDir } = await ready(t, which);
    const taken = await occupy(t);
    const binds = [{ address: '127.0.0.1', port: taken }];
    const wrong = files({ fingerprint: 'a1', rest: second(taken) });
    await assert.rejects(haproxy.deploy(wrong, { fingerprint: 'a1', binds }), { code: 'BIND_TAKEN' });
    await assert.rejects(haproxy.deploy(wrong, { fingerprint: 'a1', binds: [] }), (error) => {
      assert.ok(error instanceof SluiceError && error.code === 'HAPROXY_RELOAD_FAILED');
      assert.match(error.message, new RegExp(`did not start.*${taken}`));
      return true;
    });
    assert.equal(haproxy.isRunning(), false);
    assert.equal(existsSync(join(runDir, 'config')), false);
    await deploy('a2');
    assert.equal(await serving(), 'fingerprint-a2');
  });

  it('HAProxy died and the new config is refused, or cannot be written: the last good one is started, and the trouble is told', async (t) => {
    const { haproxy, deploy, files, serving, runDir } = await ready(t, which);
    await deploy('a1');
    const kill = async (): Promise<void> => {
      process.kill((await haproxy.workers())?.master.pid ?? 0, 'SIGKILL');
      await waitFor('its end', () => !haproxy.isRunning());
    };
    await kill();
    await assert.rejects(deploy('a2', { rest: 'nonsense' }), { code: 'HAPROXY_REFUSED_CONFIG' });
    assert.equal(haproxy.isRunning(), true);
    assert.equal(await serving(), 'fingerprint-a1');
    await kill();
    const unwritable = [...files({ fingerprint: 'a2' }), { path: 'haproxy.cfg/below-a-file', bytes: Buffer.from('') }];
    await assert.rejects(haproxy.deploy(unwritable, { fingerprint: 'a2', binds: [] }), { code: 'FILES' });
    assert.equal(await serving(), 'fingerprint-a1');
    assert.deepEqual(
      readdirSync(runDir).filter((name) => name.startsWith('gen-') && !existsSync(join(runDir, name, 'maps/routes.map'))),
      [],
      'nothing half-written stays',
    );
    assert.equal((await deploy('a3')).kind, 'reloaded');
    assert.equal(await serving(), 'fingerprint-a3');
  });

  it('deploys that come at the same time are all done, one after the other', async (t) => {
    const { haproxy, deploy, serving } = await ready(t, which);
    await deploy('a0');
    const results = await Promise.all(['a1', 'a2', 'a3', 'a4', 'a5'].map(async (fingerprint) => deploy(fingerprint)));
    assert.deepEqual(new Set(results.map(({ pid }) => pid)).size, 5);
    assert.equal(await mastersReloads(haproxy), 5);
    assert.equal(await serving(), 'fingerprint-a5');
  });

  it('a deploy that fails does not stop those behind it', async (t) => {
    const { deploy, serving } = await ready(t, which);
    const results = await Promise.allSettled([deploy('a1'), deploy('a2', { rest: 'nonsense' }), deploy('a3')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal(await serving(), 'fingerprint-a3');
  });

  it('servers that should start down never take a request before a check of them passes, and then do', async (t) => {
    const { haproxy, files, port, runDir } = await ready(t, which);
    let isWell = false;
    const app = await upstream(t, 'app', (request, response) => {
      response.statusCode = request.url === '/health' && !isWell ? 503 : 200;
      response.end('app');
    });
    const server = { address: '127.0.0.1', port: app.port, weight: 100, state: 'ready', startsDown: true } as const;
    const down = [
      { backend: 'b', server: { ...server, name: 's1', id: 7 }, because: 'found-down' },
      { backend: 'b', server: { ...server, name: 's2', id: 8 }, because: 'unseen' },
      { backend: 'c', server: { ...server, name: 's1', id: 1 }, because: 'found-down' },
    ] as const;
    const check = 'weight 100 check inter 60s fastinter 1s downinter 1s rise 1 fall 4';
    const rest = `backend b from plain
  option httpchk GET /health
  server s1 127.0.0.1:${app.port} id 7 ${check}
  server s2 127.0.0.1:${app.port} id 8 ${check}
backend c from sticky
  balance source
  option httpchk GET /health
  server s1 127.0.0.1:${app.port} id 1 cookie x ${check}
`;
    const expected = { fingerprint: 'a1', binds: [{ address: '127.0.0.1', port }], down: async () => Promise.resolve(down) };
    const health = async (): Promise<readonly unknown[]> => {
      const seen = await haproxy.health();
      return down.map(({ backend, server: { name } }) => seen.get(backend)?.get(name));
    };
    for (const kind of ['started', 'reloaded']) {
      assert.equal((await haproxy.deploy(files({ rest, routes: '/b b\n/c c\n' }), expected)).kind, kind);
      assert.equal(readFileSync(join(runDir, 'servers.state'), 'utf8'), '1\n', 'who reloads by hand later begins with all of them up');
      const [first, second, third] = await health();
      assert.deepEqual([first, third], [{ up: false }, { up: false }]);
      // Its first check may have failed by now.
      assert.ok(second !== undefined && !(second as ServerHealth).up);
      assert.deepEqual([(await get(port, '/b')).status, (await get(port, '/c')).status], [503, 503]);
    }
    assert.ok(app.requests.every((path) => path === '/health'));
    isWell = true;
    await waitFor('the checks to pass', async () => (await health()).every((seen) => (seen as ServerHealth).up));
    assert.deepEqual([(await get(port, '/b')).status, (await get(port, '/c')).status], [200, 200]);
  });

  it('a session goes over to the new worker, and no old worker stays for it', async (t) => {
    const { haproxy, deploy } = await ready(t, which);
    for (const fingerprint of ['a1', 'a2', 'a3']) {
      await deploy(fingerprint);
      assert.equal((await haproxy.observe('all')).fingerprint, fingerprint);
      assert.deepEqual((await haproxy.apply([])).outcomes, []);
    }
    await waitFor('the old workers to end', async () => (await haproxy.workers())?.old.length === 0);
  });

  it('a reload by somebody else is noticed at the next question', async (t) => {
    const { haproxy, deploy, runDir } = await ready(t, which);
    const { pid } = await deploy('a1');
    await haproxy.observe('all');
    await askSocket(join(runDir, 'master.sock'), 'reload', { answerMs: 10_000, refusedMs: 10_000, isAlive: () => true });
    await waitFor('the new worker', async () => (await haproxy.workers())?.current?.pid !== pid);
    await waitFor('its answer', async () => (await haproxy.observe('all')).pid !== pid);
    await waitFor('the old worker to end', async () => (await haproxy.workers())?.old.length === 0);
  });

  it('more old workers than allowed: the oldest are ended, the others keep their requests', async (t) => {
    const held: (() => void)[] = [];
    const app = await upstream(t, 'slow', (_, response) => held.push(() => response.end('done')));
    const { haproxy, deploy, port } = await ready(t, which, { oldWorkersLimit: 2 });
    const text = { rest: `backend a from plain\n  retries 0\n  server s1 127.0.0.1:${app.port} id 1`, routes: '/a a\n' };
    const requests: Promise<string>[] = [];
    for (const [index, fingerprint] of ['a1', 'a2', 'a3', 'a4'].entries()) {
      await deploy(fingerprint, text);
      requests.push(
        get(port, '/a').then(
          ({ body }) => body,
          () => 'cut',
        ),
      );
      await waitFor('the request to arrive', () => held.length === index + 1);
    }
    await waitFor('two old workers', async () => (await haproxy.workers())?.old.length === 2);
    for (const end of held) end();
    assert.deepEqual(await Promise.all(requests), ['cut', 'done', 'done', 'done']);
  });
});

eachHaproxy('files on disk', (which) => {
  it('save puts them on disk without a reload; the next reload takes them', async (t) => {
    const { haproxy, deploy, files, runDir } = await ready(t, which);
    const text = { rest: 'backend a from plain\n', backends: 'a shape\n' };
    const { pid } = await deploy('a1', text);
    await haproxy.save(files({ ...text, routes: '/new a\n' }));
    assert.equal(readFileSync(join(runDir, 'config/maps/routes.map'), 'utf8'), '/new a\n');
    const observed = await haproxy.observe('all');
    assert.equal(observed.pid, pid);
    assert.deepEqual(observed.maps.get('routes'), new Map());
    await askSocket(join(runDir, 'master.sock'), 'reload', { answerMs: 10_000, refusedMs: 10_000, isAlive: () => true });
    await waitFor('the new worker', async () => (await haproxy.observe('all')).maps.get('routes')?.get('/new') === 'a');
  });

  it('files that did not change are not written again, a generation without any change not made', async (t) => {
    const { haproxy, deploy, files, runDir } = await ready(t, which);
    await deploy('a1');
    const [link, config] = [readlinkSync(join(runDir, 'config')), statSync(join(runDir, 'config/haproxy.cfg')).ino];
    await haproxy.save(files({ fingerprint: 'a1' }));
    assert.equal(readlinkSync(join(runDir, 'config')), link);
    await haproxy.save(files({ fingerprint: 'a1', routes: '/x a\n' }));
    assert.notEqual(readlinkSync(join(runDir, 'config')), link);
    assert.equal(statSync(join(runDir, 'config/haproxy.cfg')).ino, config);
  });

  it('the last two generations are kept', async (t) => {
    const { haproxy, deploy, files, runDir } = await ready(t, which);
    await deploy('a1');
    for (const key of ['/1', '/2', '/3', '/4']) await haproxy.save(files({ fingerprint: 'a1', routes: `${key} a\n` }));
    const generations = readdirSync(runDir).filter((name) => name.startsWith('gen-'));
    assert.equal(generations.length, 2);
    assert.ok(generations.includes(readlinkSync(join(runDir, 'config'))));
  });
});
