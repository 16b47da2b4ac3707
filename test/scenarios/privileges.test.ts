import assert from 'node:assert/strict';
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { workersUser } from '../../src/startup/workers-user.ts';
import { anAppDefinition, type Edge, getFrom, openEdge } from '../kit/edge.ts';
import { masterOf, workersOf } from '../kit/haproxy-of.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { lastly } from '../kit/lastly.ts';
import { SteadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

const user = workersUser(undefined);
const options = user.kind === 'own' ? {} : { skip: `HAProxy has nothing to give up: ${user.because}` };
const ids = user.kind === 'own' ? user : { uid: -1, gid: -1 };
/** For root alone. */
const LOW_PORT = 843;

const statusOf = (pid: number): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .map((line) => line.split(/:\s*/))
      .map(([key = '', value = '']) => [key, value.replaceAll(/\s+/g, ' ').trim()]),
  );

const four = (id: number): string => Array.from({ length: 4 }, () => id).join(' ');

/** It is nobody, may do nothing, and has no file but the socket behind which Sluice answers. */
const assertPowerless = (pid: number): void => {
  const status = statusOf(pid);
  assert.equal(status.get('Uid'), four(ids.uid));
  assert.equal(status.get('Gid'), four(ids.gid));
  assert.equal(status.get('Groups'), '');
  for (const set of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) assert.match(status.get(set) ?? '', /^0+$/, set);
  assert.match(readlinkSync(`/proc/${pid}/root`), /\/run\/workers$/);
  assert.deepEqual(readdirSync(`/proc/${pid}/root/`), ['endpoints.sock']);
};

const openShop = async (t: TestContext, haproxy: string): Promise<{ readonly edge: Edge; readonly clients: SteadyClients }> => {
  const edge = await openEdge(t, { address: 'own', haproxy, apps: [anAppDefinition('/shop')] });
  await edge.until(200, 'shop.example');
  const clients = new SteadyClients([{ host: 'shop.example', address: edge.address, port: edge.ports.http }], { kept: 2, fresh: 2 });
  lastly(t, async () => clients.stop());
  return { edge, clients };
};

/** Process id of a worker that is not this one, once it serves and has nothing to give up any more. */
const powerlessAfter = async ({ runDir }: Edge, before: number | undefined): Promise<number> =>
  waitFor('another worker serves, without rights', async () => {
    const { current } = await workersOf(runDir);
    if (current === before) return undefined;
    assertPowerless(current);
    return current;
  });

const modeOf = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);

eachHaproxy('without rights', ({ binary }) => {
  it('serves as nobody, with no file in reach, and is reloaded without a failure, to a port below 1024 too', options, async (t) => {
    const { edge, clients } = await openShop(t, binary);
    const first = await powerlessAfter(edge, undefined);
    assert.equal(statusOf((await masterOf(edge.runDir)) ?? 0).get('Uid'), four(0));
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/low', { labels: { HAPROXY_0_PORT: String(LOW_PORT) } }));
    await edge.until(200, 'low.example');
    // 3.4 has the app at run time, and its listener by the reload that follows.
    const second = await powerlessAfter(edge, first);
    await waitFor('the low port is open', async () => (await getFrom(`http://${edge.address}:${LOW_PORT}/`)).status === 200);
    // By runtime commands, maps among them.
    await edge.deploy('PUT', '/v2/apps//shop', { instances: 4 });
    await edge.marathon('PATCH', '/v2/apps//shop', { labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example,more.example' } });
    await edge.until(200, 'more.example');
    // The listener that stays is handed over, the one that goes is closed.
    await edge.deploy('DELETE', '/v2/apps//low');
    await powerlessAfter(edge, second);
    await clients.moreRequests();
    const { failures, requests } = await clients.stop();
    assert.deepEqual(failures.slice(0, 10), [], `${failures.length} of ${requests} requests failed`);
  });

  it('is started again when its master is killed', options, async (t) => {
    const { edge } = await openShop(t, binary);
    const [master = 0, { current }] = [await masterOf(edge.runDir), await workersOf(edge.runDir)];
    process.kill(master, 'SIGKILL');
    await waitFor('another master runs', async () => ((await masterOf(edge.runDir)) ?? master) !== master);
    await powerlessAfter(edge, current);
    await edge.until(200, 'shop.example');
  });
});

it('what is in the folders of Sluice is for its owner alone', async (t) => {
  const edge = await openEdge(t, { apps: [anAppDefinition('/shop')] });
  await edge.until(200, 'shop.example');
  const stateDir = join(edge.folder, 'state');
  await waitFor('the state is saved', () => readdirSync(stateDir).includes('model.json'));
  assert.deepEqual([modeOf(edge.runDir), modeOf(stateDir)], ['700', '700']);
  const inRun = readdirSync(edge.runDir, { recursive: true, encoding: 'utf8' }).map((name) => join(edge.runDir, name));
  const inState = readdirSync(stateDir).map((name) => join(stateDir, name));
  for (const name of ['admin.sock', 'master.sock', 'sluice.sock', 'haproxy.log', 'servers.state', 'capabilities.json', 'config'])
    assert.ok(inRun.includes(join(edge.runDir, name)), name);
  assert.ok(inRun.some((path) => path.endsWith('.pem')) && inRun.some((path) => path.endsWith('.map')));
  // Workers go through it, and nobody gets as far as it.
  const ofWorkers = join(edge.runDir, 'workers');
  assert.equal(modeOf(ofWorkers), '711');
  const loose = [...inRun, ...inState].filter(
    (path) => path !== ofWorkers && !lstatSync(path).isSymbolicLink() && modeOf(path) !== (statSync(path).isDirectory() ? '700' : '600'),
  );
  assert.deepEqual(loose, []);
});
