import assert from 'node:assert/strict';
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { workersUid } from '../../src/startup/workers-user.ts';
import { anAppDefinition, type Edge, getFrom, openEdge } from '../kit/edge.ts';
import { masterOf, workersOf } from '../kit/haproxy-of.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { readCsvAsZdd } from '../kit/read-csv.ts';
import { run, standInFor, write } from '../kit/runs.ts';
import { placeFor } from '../kit/sluice.ts';
import { waitFor } from '../kit/wait-for.ts';

const READ = [
  '/_haproxy_getconfig',
  '/_haproxy_getvhostmap',
  '/_haproxy_getappmap',
  '/_haproxy_getpids',
  '/_sluice_observations',
  '/haproxy?stats;csv',
] as const;
const CSV = '/haproxy?stats;csv';

const basic = (login: string) => ({ authorization: `Basic ${Buffer.from(login).toString('base64')}` });

/** Waits until HAProxy has seen that Sluice answers, too. */
const openShop = async (t: TestContext, binary: string, flags: Readonly<Record<string, unknown>> = {}): Promise<Edge> => {
  const edge = await openEdge(t, { address: 'own', haproxy: binary, apps: [anAppDefinition('/shop')], flags });
  await edge.until(200, 'shop.example');
  return edge;
};

const statsOf =
  ({ address, ports }: Edge, headers: Readonly<Record<string, string>> = {}) =>
  async (path: string, method = 'GET') => {
    // A connection that is kept would keep HAProxy from its end.
    const answer = await fetch(`http://${address}:${ports.stats}${path}`, { method, headers: { ...headers, connection: 'close' } });
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
  };

eachHaproxy("Marathon-LB's endpoints", ({ binary }) => {
  it('tell what there is', async (t) => {
    const edge = await openShop(t, binary);
    const ask = statsOf(edge);
    const backend = /^shop\.example (\S+)$/m.exec((await ask('/_haproxy_getvhostmap')).text)?.[1] ?? '';
    assert.match(backend, /^shop_\d+$/);
    assert.equal((await ask('/_haproxy_getappmap')).text, `/shop ${backend}\n`);
    const config = await ask('/_haproxy_getconfig');
    assert.deepEqual([config.status, config.type], [200, 'text/plain']);
    assert.match(config.text, new RegExp(`^backend ${backend} `, 'm'));
    // As Marathon-LB's own tests look for the port of an app.
    assert.match(config.text, new RegExp(`frontend ${backend}\\S* from \\S+\n  bind ${edge.address.replaceAll('.', '\\.')}:(\\d+)`));
    const pids = (await ask('/_haproxy_getpids')).text.split(' ').map(Number);
    assert.deepEqual(pids.sort(), [await masterOf(edge.runDir), (await workersOf(edge.runDir)).current].sort());
    for (const path of ['/_haproxy_health_check', '/metrics', '/haproxy?stats']) assert.equal((await ask(path)).status, 200, path);
    assert.equal((await ask('/_haproxy_other')).status, 503);
  });

  it('have statistics that zdd can read', async (t) => {
    const edge = await openShop(t, binary);
    const ask = statsOf(edge);
    const rows = await waitFor('HAProxy has found Sluice', async () => readCsvAsZdd((await ask(CSV)).text));
    const backend = /^shop\.example (\S+)$/m.exec((await ask('/_haproxy_getvhostmap')).text)?.[1] ?? '';
    const own = rows.filter(({ pxname }) => pxname === backend);
    const names = own.map(({ svname = '' }) => svname).filter((name) => !['FRONTEND', 'BACKEND'].includes(name));
    assert.equal(names.length, 2);
    assert.ok(own.some(({ svname }) => svname === 'BACKEND'));
    for (const name of names) assert.match(name, /^\d+_\d+_\d+_\d+_\d+$/);
    for (const row of own)
      assert.deepEqual(
        [row['qcur'] ?? '', row['scur']].map((count) => /^\d*$/.test(count ?? '-')),
        [true, true],
      );
    assert.deepEqual(
      [...new Set(rows.map(({ pxname = '' }) => pxname))].filter((name) => /_\d+$/.test(name)),
      [backend],
    );
    // Other pages are HAProxy's own.
    assert.match((await ask('/haproxy?stats')).text, /<html[ >]/);
    assert.match((await ask('/haproxy?stats;csv;norefresh')).text, /^# pxname,/);
  });

  it('are read by GET and HEAD alone, and by these very paths', async (t) => {
    const ask = statsOf(await openShop(t, binary));
    for (const path of READ.slice(0, 5)) {
      assert.equal((await ask(path, 'POST')).status, 405, path);
      const head = await ask(path, 'HEAD');
      assert.deepEqual([head.status, head.text], [200, ''], path);
    }
    for (const path of ['/_haproxy_getpids/', '/_HAPROXY_GETPIDS', '/_haproxy_getconfig/..', '//_haproxy_getconfig'])
      assert.equal((await ask(path)).status, 503, path);
  });

  it('take signals by any method', async (t) => {
    const edge = await openShop(t, binary);
    const ask = statsOf(edge);
    const { current } = await workersOf(edge.runDir);
    const answers = await Promise.all(['GET', 'POST', 'PUT', 'GET'].map(async (method) => ask('/_mlb_signal/usr1', method)));
    for (const answer of answers) assert.deepEqual([answer.status, answer.text], [200, 'Sent SIGUSR1 signal to marathon-lb']);
    await waitFor('another worker serves', async () => (await workersOf(edge.runDir)).current !== current);
    await edge.marathon('POST', '/v2/apps', anAppDefinition('/news'));
    assert.equal((await ask('/_mlb_signal/hup')).text, 'Sent SIGHUP signal to marathon-lb');
    await edge.until(200, 'news.example');
  });

  it('take no signal where the operator has closed them', async (t) => {
    const edge = await openShop(t, binary, { dontServeSignals: true });
    for (const signal of ['hup', 'usr1']) {
      const { status, text } = await statsOf(edge)(`/_mlb_signal/${signal}`);
      assert.equal(status, 403);
      assert.match(text, /--dont-serve-signals/);
    }
    assert.equal((await statsOf(edge)('/_haproxy_getpids')).status, 200);
  });

  it('are for those who know the password, all but the health check', async (t) => {
    const edge = await openShop(t, binary, { statsAuth: 'ann:a "b" $c \\d#e:f' });
    const paths = [...READ, '/haproxy?stats', '/metrics', '/_mlb_signal/hup'];
    for (const path of paths) {
      assert.equal((await statsOf(edge)(path)).status, 401, path);
      assert.equal((await statsOf(edge, basic('ann:wrong'))(path)).status, 401, path);
      assert.equal((await statsOf(edge, basic('ann:a "b" $c \\d#e:f'))(path)).status, 200, path);
    }
    assert.equal((await statsOf(edge)('/_haproxy_health_check')).status, 200);
    const { text } = await statsOf(edge, basic('ann:a "b" $c \\d#e:f'))('/_haproxy_getconfig');
    assert.match(text, /^ {2}user "?ann"? insecure-password \*\*\*$/m);
  });

  it('know a password by its hash', async (t) => {
    // openssl passwd -5 -salt abc s3cret
    const edge = await openShop(t, binary, { statsAuth: 'ann:$5$abc$jwdpXNqhFikLlhx6S0X0UM.iGc58jD5zdW7uaGHpnZ0' });
    assert.equal((await statsOf(edge)('/metrics')).status, 401);
    assert.equal((await statsOf(edge, basic('ann:s3cret'))('/metrics')).status, 200);
  });

  it('answer 503 while Sluice is away, and again without a reload when it is back', async (t) => {
    const place = await placeFor(t);
    const standIn = await standInFor(t);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop'));
    const flags = ['--haproxy', binary];
    const first = await run(t, place, standIn, flags);
    const ask = async (path: string) => getFrom(`http://127.0.0.1:${place.ports.stats}${path}`);
    const shop = async () => (await getFrom(`http://127.0.0.1:${place.ports.http}/`, { host: 'shop.example' })).status;
    await waitFor('shop.example answers', async () => (await shop()) === 200);
    assert.equal((await ask('/_haproxy_getpids')).status, 200);
    const before = await workersOf(place.runDir);
    await first.endBy('SIGKILL');
    for (const path of READ.slice(0, 4)) assert.equal((await ask(path)).status, 503, path);
    for (const path of ['/_haproxy_health_check', '/metrics', '/haproxy?stats']) assert.equal((await ask(path)).status, 200, path);
    // HAProxy's own, which it takes some time to find out.
    await waitFor('HAProxy tells its statistics itself', async () => (await ask(CSV)).text.startsWith('# pxname,'));
    assert.equal(await shop(), 200);
    await run(t, place, standIn, flags);
    await waitFor('Sluice answers again', async () => (await ask('/_haproxy_getpids')).status === 200);
    await waitFor('and gives names to columns', async () => readCsvAsZdd((await ask(CSV)).text).length > 0);
    assert.deepEqual(await workersOf(place.runDir), before);
  });
});

it('the socket of the endpoints is for HAProxy alone, and is made again where somebody deletes it', async (t) => {
  const edge = await openShop(t, process.env['SLUICE_HAPROXY'] ?? 'haproxy');
  const folder = join(edge.runDir, 'workers');
  const socket = join(folder, 'endpoints.sock');
  assert.deepEqual(readdirSync(folder), ['endpoints.sock']);
  const { mode, uid } = lstatSync(socket);
  assert.deepEqual([mode & 0o777, uid], [0o600, workersUid(undefined) ?? process.getuid?.()]);
  assert.deepEqual([lstatSync(folder).mode & 0o777, lstatSync(folder).uid], [0o711, process.getuid?.()]);
  rmSync(socket);
  await waitFor('it is there again', async () => (await statsOf(edge)('/_haproxy_getpids')).status === 200);
});
