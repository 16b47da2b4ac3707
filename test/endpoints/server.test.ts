import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { EndpointsListener } from '../../src/endpoints/listener.ts';
import { createEndpoints } from '../../src/endpoints/server.ts';
import type { Sources } from '../../src/endpoints/sources.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

const nothing: Sources = {
  configFile: '/nowhere/haproxy.cfg',
  statistics: async function* () {
    yield await Promise.resolve('# pxname,svname,-,\n');
  },
  pids: async () => Promise.resolve([1, 2]),
  routes: () => new Map(),
  apps: () => new Map(),
  observations: async () => Promise.resolve({}),
  refresh: () => undefined,
  reload: () => true,
};

interface Opened {
  readonly listener: EndpointsListener;
  readonly runDir: string;
  readonly path: string;
  readonly warnings: string[];
}

const open = async (t: TestContext, sources: Partial<Sources> = {}): Promise<Opened> => {
  const { path: runDir, remove } = tempFolder();
  lastly(t, remove);
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (_: unknown, text?: string) => void warnings.push(text ?? '') };
  const path = join(runDir, 'workers', 'endpoints.sock');
  const create = () => createEndpoints({ log, sources: { ...nothing, ...sources }, readOnly: false });
  const listener = new EndpointsListener({ runDir, path, workersUid: undefined, log, create });
  lastly(t, async () => listener.close());
  await listener.look();
  return { listener, runDir, path, warnings };
};

/** `cut`: the answer broke off. */
const ask = async (
  socketPath: string,
  path: string,
  method = 'GET',
  headers = {},
): Promise<{ status: number; text: string; cut: boolean }> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('error', () => undefined);
      answer.on('close', () => resolve({ status: answer.statusCode ?? 0, text, cut: !answer.complete }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

describe('the endpoints, asked by HAProxy', () => {
  it('say what they cannot tell, and why', async (t) => {
    const broken = async (): Promise<never> => Promise.reject(new Error('no such worker'));
    const { path, warnings } = await open(t, { pids: broken, reload: () => false });
    assert.deepEqual(await ask(path, '/_haproxy_getpids'), { status: 500, text: 'no answer: no such worker', cut: false });
    const config = await ask(path, '/_haproxy_getconfig');
    assert.deepEqual([config.status, /ENOENT/.test(config.text)], [500, true]);
    assert.equal((await ask(path, '/_mlb_signal/usr1')).status, 500);
    assert.equal((await ask(path, '/_mlb_signal/hup')).status, 200);
    assert.equal((await ask(path, '/_haproxy_other')).status, 404);
    assert.equal((await ask(path, '/_haproxy_getpids', 'GET', { 'x-much': 'x'.repeat(20_000) })).status, 431);
    assert.equal(warnings.length, 2, warnings.join('; '));
  });

  it('tell a configuration of megabytes whole, without what is secret in it, and others meanwhile', async (t) => {
    const { path: folder, remove } = tempFolder();
    lastly(t, remove);
    const lines = Array.from({ length: 40_000 }, (_, at) => `  server s${at} 10.0.0.1:${at} id 1 weight 1 check inter 2s fall 3 # é`);
    const secrets = ['userlist user_a_1', '  user ann password $5$s3cret'];
    const configFile = join(folder, 'haproxy.cfg');
    writeFileSync(configFile, `${[...secrets, ...lines, ...secrets].join('\n')}\n`);
    const { path } = await open(t, { configFile });
    const [config, pids] = await Promise.all([ask(path, '/_haproxy_getconfig'), ask(path, '/_haproxy_getpids')]);
    const shown = ['userlist user_a_1', '  user ann password ***'];
    assert.ok(config.text === `${[...shown, ...lines, ...shown].join('\n')}\n`, 'it is another text');
    assert.equal(pids.text, '1 2');
  });

  it('do not let an answer that breaks off look whole', async (t) => {
    const statistics = async function* () {
      yield await Promise.resolve('# pxname,svname,-,\nshop,FRONTEND,-,\n');
      throw new Error('the worker has ended');
    };
    const { path } = await open(t, { statistics });
    const { status, text, cut } = await ask(path, '/_haproxy_stats_csv?stats;csv');
    assert.deepEqual([status, cut], [200, true]);
    assert.ok(text.startsWith('# pxname,svname,modules,') || text === '');
  });

  it('stop reading where nobody reads them', async (t) => {
    let ended = false;
    const statistics = async function* () {
      try {
        for (;;) yield await Promise.resolve(`${'x'.repeat(60_000)}\n`);
      } finally {
        ended = true;
      }
    };
    const { path } = await open(t, { statistics });
    await new Promise<void>((resolve, reject) => {
      const outgoing = request({ socketPath: path, path: '/_haproxy_stats_csv', agent: false }, (answer) => {
        answer.once('data', () => answer.destroy());
        answer.once('close', resolve);
      });
      outgoing.once('error', reject);
      outgoing.end();
    });
    await waitFor('it is read no more', () => ended);
  });
});

describe('the socket of the endpoints', () => {
  it('is in a folder of its own, and gone at the end', async (t) => {
    const { listener, runDir, path } = await open(t);
    assert.deepEqual([lstatSync(path).mode & 0o777, lstatSync(join(runDir, 'workers')).mode & 0o777], [0o600, 0o711]);
    assert.deepEqual(readdirSync(runDir), ['workers']);
    await listener.close();
    assert.equal(existsSync(path), false);
  });

  it('takes the place of one that is left over, and is left alone by the end of another', async (t) => {
    const first = await open(t);
    const second = new EndpointsListener({
      ...{ runDir: first.runDir, path: first.path, workersUid: undefined },
      ...{ log: { info: () => undefined, warn: () => undefined } },
      create: () => createEndpoints({ log: { info: () => undefined, warn: () => undefined }, sources: nothing, readOnly: true }),
    });
    lastly(t, async () => second.close());
    await second.look();
    assert.equal((await ask(first.path, '/_mlb_signal/hup')).status, 403, 'it is the second');
    await first.listener.close();
    assert.equal((await ask(first.path, '/_haproxy_getpids')).status, 200);
  });

  it('is made when it can be, and what was in the way is told once', async (t) => {
    const { listener, runDir, path, warnings } = await open(t);
    rmSync(join(runDir, 'workers'), { recursive: true });
    writeFileSync(join(runDir, 'workers'), 'in the way');
    await listener.look();
    await listener.look();
    assert.equal(warnings.length, 1, warnings.join('; '));
    assert.match(warnings[0] ?? '', /answer 503: .*EEXIST/);
    rmSync(join(runDir, 'workers'));
    mkdirSync(join(runDir, 'workers'));
    chmodSync(join(runDir, 'workers'), 0o700);
    await listener.look();
    assert.equal((await ask(path, '/_haproxy_getpids')).text, '1 2');
    assert.equal(lstatSync(join(runDir, 'workers')).mode & 0o777, 0o711);
  });
});
