import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import type { MasterFinder } from '../../src/mesos/detect/finder.ts';
import { openFinder } from '../../src/mesos/detect/open-finder.ts';
import { candidateNodes, isTooOld, placeOfMaster } from '../../src/mesos/zookeeper/master-info.ts';
import { ZooKeeperMasters } from '../../src/mesos/zookeeper/zookeeper-masters.ts';
import { lastly } from '../kit/lastly.ts';
import { waitFor } from '../kit/wait-for.ts';
import { follow, startCluster } from './rig.ts';
import { noZooKeeper, registrar, startZooKeeper } from './zookeeper-server.ts';

const log = pino({ enabled: false });

const infoOf = (place: string): string => {
  const [ip = '', port = ''] = place.split(':');
  return JSON.stringify({ address: { hostname: ip, ip, port: Number(port) }, pid: `master@${place}`, version: '1.9.0' });
};

const INFOS: readonly (readonly [sentence: string, text: string, expected: string | undefined])[] = [
  ['its address', '{"address":{"hostname":"m","ip":"10.0.0.1","port":5051},"ip":16777226,"port":5050}', '10.0.0.1:5051'],
  ['an address of IPv6', '{"address":{"ip":"2001:DB8::1","port":5050}}', '[2001:db8::1]:5050'],
  ['its pid', '{"pid":"master@10.0.0.2:5050"}', '10.0.0.2:5050'],
  ['four bytes, the low one first', '{"ip":16777226,"port":5050}', '10.0.0.1:5050'],
  ['four bytes with the highest bit', '{"ip":3355443392}', '192.0.0.200:5050'],
  ['nothing', '{}', undefined],
  ['a port that is none', '{"address":{"ip":"10.0.0.1","port":0}}', undefined],
  ['no JSON', 'info', undefined],
];

describe('masters in ZooKeeper', () => {
  for (const [sentence, text, expected] of INFOS) it(`says where one is by ${sentence}`, () => assert.equal(placeOfMaster(text), expected));

  it('takes the lowest number for the leader, and no other node for a master', () => {
    const children = ['log_replicas', 'json.info_0000000010', 'info_0000000001', 'json.info_0000000009', 'json.info_x'];
    assert.deepEqual(candidateNodes(children), ['json.info_0000000009', 'json.info_0000000010']);
    assert.equal(isTooOld(children), false);
    assert.equal(isTooOld(['info_0000000001', 'log_replicas']), true);
    assert.equal(isTooOld(['log_replicas']), false);
  });
});

const finder = (t: TestContext, servers: string, path = '/mesos'): MasterFinder & { readonly changes: () => number } => {
  let changes = 0;
  const options = { log, onChange: () => (changes += 1), answerMs: 500, lookMs: 1000, path };
  const places = servers
    .split(',')
    .map((it) => ({ host: it.slice(0, it.lastIndexOf(':')), port: Number(it.slice(it.lastIndexOf(':') + 1)) }));
  const found = new ZooKeeperMasters({ ...options, servers: places });
  lastly(t, () => found.close());
  return Object.assign(found, { changes: () => changes });
};

/** Listens, and does as it is told with who connects. */
const liar = async (t: TestContext, onSocket: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  lastly(t, async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
};

describe('a real ZooKeeper', { skip: noZooKeeper(), timeout: 120_000 }, () => {
  it('tells who leads, each change of it, and keeps what is known while it is away, hangs, or has none', async (t) => {
    const server = await startZooKeeper(t);
    const masters = finder(t, server.place);
    await waitFor('it is told that there is nothing', () => /has no \/mesos/.test(masters.error ?? ''));
    const one = await registrar(t, server.place);
    await one.make('/mesos');
    const first = await one.register('/mesos/json.info_', infoOf('10.0.0.2:5050'));
    await waitFor('the first', () => masters.now.leader === '10.0.0.2:5050');
    await one.register('/mesos/json.info_', infoOf('10.0.0.1:5050'));
    await waitFor('two', () => masters.now.masters.length === 2);
    assert.deepEqual(masters.now, { masters: ['10.0.0.1:5050', '10.0.0.2:5050'], leader: '10.0.0.2:5050' });
    await one.remove(first);
    await waitFor('the other one leads', () => masters.now.leader === '10.0.0.1:5050');
    assert.deepEqual([masters.now.masters, masters.error], [['10.0.0.1:5050'], undefined]);
    for (let round = 0; round < 3; round += 1) {
      await server.stop();
      await waitFor('it is noticed', () => masters.error !== undefined);
      assert.equal(masters.now.leader, '10.0.0.1:5050');
      await server.start();
      await waitFor('it is well again', () => masters.error === undefined);
    }
    server.signal('SIGSTOP');
    await waitFor('it is noticed', () => /did not answer within/.test(masters.error ?? ''));
    server.signal('SIGCONT');
    await waitFor('it is well again', () => masters.error === undefined);
    const two = await registrar(t, server.place);
    await two.register('/mesos/json.info_', infoOf('10.0.0.3:5050'));
    await waitFor('a watch still tells', () => masters.now.masters.length === 2);
    assert.equal(masters.now.leader, '10.0.0.1:5050');
  });

  it('is found behind servers that refuse, are silent or lie, and what cannot be read of a master harms no other', async (t) => {
    const server = await startZooKeeper(t);
    const silent = await liar(t, () => undefined);
    const talks = await liar(t, (socket) => socket.write(Buffer.from('00000025000000000000ffff01020304', 'hex')));
    const closes = await liar(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const one = await registrar(t, server.place);
    await one.make('/deep');
    await one.make('/deep/mesos');
    await one.register('/deep/mesos/json.info_', 'nonsense');
    await one.register('/deep/mesos/json.info_', infoOf('10.0.0.1:5050'));
    const masters = finder(t, ['127.0.0.1:1', silent, talks, closes, server.place].join(), '/deep/mesos');
    await waitFor('the good one', () => masters.now.masters.length === 1);
    assert.deepEqual(masters.now, { masters: ['10.0.0.1:5050'] });
    assert.match(masters.error ?? '', /1 masters in ZooKeeper have no address/);
  });

  it('lets in who has the login, and says so to others', async (t) => {
    const server = await startZooKeeper(t);
    const one = await registrar(t, server.place, 'some:secret');
    await one.make('/mesos');
    await one.register('/mesos/json.info_', infoOf('10.0.0.1:5050'));
    const open = (url: string): MasterFinder => {
      const found = openFinder(url, { log, onChange: () => undefined });
      lastly(t, () => found.close());
      return found;
    };
    const nobody = open(`zk://${server.place}/mesos`);
    const some = open(`zk://some:secret@${server.place}/mesos`);
    await waitFor('its masters', () => some.now.leader === '10.0.0.1:5050');
    await waitFor('an error', () => /does not tell what is at \/mesos.*NO_AUTH/.test(nobody.error ?? ''));
    assert.deepEqual(nobody.now.masters, []);
  });

  it('leads the source to another master, and its loss to nothing', async (t) => {
    const server = await startZooKeeper(t);
    const { mesos } = await startCluster(t, { mesos: { masters: 2 } });
    const one = await registrar(t, server.place);
    await one.make('/mesos');
    const nodes = [];
    for (const place of mesos.places) nodes.push(await one.register('/mesos/json.info_', infoOf(place)));
    const { source, heard } = await follow(t, { masters: `zk://${server.place}/mesos` });
    await waitFor('it settles', () => heard.keys.length === 4 && !source.state.isSettling);
    assert.deepEqual([heard.cluster?.leader, heard.cluster?.masters], [mesos.places[0], mesos.places.toSorted()]);
    await mesos.failover('at-once');
    await one.remove(nodes[0] ?? '');
    await waitFor('the other one leads', () => heard.cluster?.leader === mesos.places[1] && source.state.source === 'stream');
    await waitFor('it settles', () => !source.state.isSettling);
    await server.stop();
    mesos.addTask('kafka', { id: 'new' });
    await waitFor('it is still followed', () => heard.tasks.has('kafka\nnew'));
    assert.deepEqual(
      heard.changes.flatMap(({ drop = [] }) => drop),
      [],
    );
  });
});
