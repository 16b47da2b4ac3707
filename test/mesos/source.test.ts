import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';
import { follow, startCluster } from './rig.ts';

const SEED = [{ id: '/shop/cart', cmd: 'run', instances: 2, portDefinitions: [{ port: 0, name: 'http' }] }];
const OTHERS = ['chronos job.1', 'kafka broker-0__0', 'kafka broker-1__1', 'kafka broker-2__2'];

describe('Mesos, followed by its events', () => {
  it('gives agents, frameworks, masters and all tasks, but for those of frameworks that are left out', async (t) => {
    const { mesos, agents } = await startCluster(t, { seed: SEED });
    const { source, heard } = await follow(t, { masters: mesos.places.join(), skipFramework: ({ name }) => name === 'marathon' });
    await waitFor('all of it', () => heard.keys.length === 4 && heard.cluster?.frameworks.every(({ port }) => port !== undefined));
    assert.deepEqual(heard.keys, OTHERS);
    const [first] = agents;
    assert.deepEqual(heard.tasks.get('kafka\nbroker-0__0'), {
      key: 'kafka\nbroker-0__0',
      framework: 'kafka',
      id: 'broker-0__0',
      name: 'broker-0',
      discovery: { name: 'broker-0', ports: [{ number: 1025, protocol: 'tcp', name: 'broker' }] },
      agentId: first?.id,
      agentAddresses: [first?.host],
      addresses: { netinfo: [first?.host] },
      hostPorts: [1025],
      isMapped: false,
      fitness: 'fit',
    });
    assert.deepEqual(heard.cluster, {
      frameworks: [
        { name: 'marathon', addresses: ['127.0.0.1'], port: 15_101 },
        { name: 'kafka', addresses: ['127.0.0.1'], port: 15_102 },
        { name: 'chronos', addresses: ['127.0.0.1'], port: 4400 },
      ],
      agents: agents.map(({ id, host }) => ({ id, addresses: [host], port: 5051 })),
      leader: mesos.leader,
      masters: mesos.places,
    });
    const { source: by, leader, isRead, tasks, servedTasks, lastError } = source.state;
    assert.deepEqual(
      { by, leader, isRead, tasks, servedTasks, lastError },
      { by: 'stream', leader: mesos.leader, isRead: true, tasks: 6, servedTasks: 4, lastError: undefined },
    );
  });

  it("tells each change of a task and no more: it runs, fails its checks, is killed; Marathon's tasks too", async (t) => {
    const standIn = await startCluster(t, { seed: SEED });
    const { mesos } = standIn;
    const { source, heard } = await follow(t, { masters: mesos.places.join() });
    await waitFor('it settles', () => source.state.source === 'stream' && !source.state.isSettling && heard.tasks.size === 6);
    heard.changes.length = 0;
    const added = mesos.addTask('kafka', { id: 'broker-9', hostPorts: [7, 8], addresses: ['9.0.0.9'], isChecked: true });
    await waitFor('it is there', () => heard.tasks.get('kafka\nbroker-9')?.fitness === 'unfit');
    mesos.cluster.putTask({ ...added, healthy: true });
    await waitFor('it is well', () => heard.tasks.get('kafka\nbroker-9')?.fitness === 'fit');
    assert.deepEqual(heard.tasks.get('kafka\nbroker-9')?.addresses, { netinfo: ['9.0.0.9'] });
    mesos.cluster.putTask({ ...added, healthy: false });
    await waitFor('it is sick', () => heard.tasks.get('kafka\nbroker-9')?.fitness === 'unfit');
    mesos.cluster.putTask({ ...added, state: 'TASK_FAILED' });
    await waitFor('it is gone', () => !heard.tasks.has('kafka\nbroker-9'));
    const about = heard.changes.flatMap(({ put = [], drop = [], cluster }) => [
      ...put.map(({ id }) => id),
      ...drop,
      ...(cluster ? ['cluster'] : []),
    ]);
    assert.deepEqual(about, ['broker-9', 'broker-9', 'broker-9', 'kafka\nbroker-9']);
    const task = await standIn.addTask('/shop/cart');
    await waitFor('a new task of Marathon', () => heard.tasks.get(`marathon\n${task}`)?.discovery?.name === 'cart.shop');
    await standIn.removeTask('/shop/cart', task);
    await waitFor('it is gone', () => !heard.tasks.has(`marathon\n${task}`));
  });

  it('keeps all that a new master has not heard of, and takes at once what it has: agents one by one', async (t) => {
    const { mesos, agents } = await startCluster(t, { mesos: { masters: 2 } });
    const { source, heard } = await follow(t, { masters: mesos.places.join(), limits: { agentsMs: 60_000 } });
    await waitFor('it settles', () => heard.keys.length === 4 && !source.state.isSettling && source.state.reads > 0);
    const drops = (): readonly string[] => heard.changes.flatMap(({ drop = [] }) => drop);
    await mesos.failover('when-told');
    await waitFor(
      'the other master is followed',
      () => source.state.leader === mesos.leader && source.state.awaitedAgents === agents.length,
    );
    const [first, second, third] = agents;
    // It ended while nobody knew of it.
    mesos.cluster.putTask({ ...mesos.cluster.task('broker-2__2'), state: 'TASK_FAILED' });
    mesos.agentsReturn(first?.host);
    mesos.addTask('kafka', { id: 'new', agentId: first?.id ?? '' });
    await waitFor('what is new is there', () => heard.tasks.has('kafka\nnew'));
    assert.deepEqual([heard.keys, drops(), heard.cluster?.agents.length], [[...OTHERS, 'kafka new'].sort(), [], 3]);
    assert.equal(source.state.isSettling, true);
    mesos.agentsReturn(second?.host);
    mesos.agentsReturn(third?.host);
    await waitFor('what is gone is gone', () => !heard.tasks.has('kafka\nbroker-2__2'));
    assert.deepEqual(drops(), ['kafka\nbroker-2__2']);
    assert.equal(source.state.isSettling, false);
  });

  it('waits for lost agents no longer than it should', async (t) => {
    const { mesos } = await startCluster(t, { mesos: { masters: 2 } });
    const { source, heard } = await follow(t, { masters: mesos.places.join(), limits: { agentsMs: 300 } });
    await waitFor('it settles', () => heard.keys.length === 4 && !source.state.isSettling && source.state.reads > 0);
    await mesos.failover('when-told');
    await waitFor('all is gone', () => heard.keys.length === 0);
  });

  it('drops what ended while the stream was cut as soon as the same master says so', async (t) => {
    const { mesos } = await startCluster(t);
    const { source, heard } = await follow(t, {
      masters: mesos.places.join(),
      limits: { quietMs: 500, backoffBaseMs: 200, backoffMaxMs: 200 },
    });
    await waitFor('it settles', () => heard.keys.length === 4 && !source.state.isSettling && source.state.reads > 0);
    mesos.cutStreams();
    mesos.cluster.removeFramework('chronos');
    await waitFor('it is gone', () => heard.keys.length === 3);
    assert.equal(source.state.streams, 2);
  });

  it('finds a stream that has fallen silent, and begins another one', async (t) => {
    const { mesos } = await startCluster(t);
    const { source, heard } = await follow(t, { masters: mesos.places.join() });
    await waitFor('it is followed', () => heard.keys.length === 4);
    mesos.faults.silent = true;
    mesos.addTask('kafka', { id: 'unheard' });
    await waitFor('another stream', () => source.state.streams >= 2);
    mesos.clearFaults();
    await waitFor('the task', () => heard.tasks.has('kafka\nunheard'));
  });

  it('leaves out the tasks of a framework as soon as it is told whose these are', async (t) => {
    const { mesos } = await startCluster(t);
    let left = '';
    const { source, heard } = await follow(t, { masters: mesos.places.join(), skipFramework: ({ name }) => name === left });
    await waitFor('it is followed', () => heard.keys.length === 4);
    left = 'kafka';
    source.reconsider();
    assert.deepEqual(heard.keys, ['chronos job.1']);
  });

  it('asks others where the file tells of no master', async (t) => {
    const { mesos } = await startCluster(t);
    const { heard } = await follow(t, { masters: 'file:///nowhere/at/all', otherwise: mesos.places });
    await waitFor('it is followed', () => heard.keys.length === 4);
  });

  it('leaves out the records of a framework whose scheduler is away for long, and not its tasks', async (t) => {
    const { mesos } = await startCluster(t);
    const { heard } = await follow(t, { masters: mesos.places.join(), limits: { frameworkGraceMs: 200 } });
    const names = (): readonly string[] => (heard.cluster?.frameworks ?? []).map(({ name }) => name);
    await waitFor('it is followed', () => names().length === 3);
    mesos.cluster.setFramework('kafka', { active: false });
    await waitFor('it is left out', () => !names().includes('kafka'));
    assert.equal(heard.keys.length, 4);
    mesos.cluster.setFramework('kafka', { active: true });
    await waitFor('it is back', () => names().includes('kafka'));
    mesos.cluster.removeFramework('kafka');
    await waitFor('all of it is gone', () => heard.keys.length === 1 && !names().includes('kafka'));
  });
});

describe('Mesos, read again and again', () => {
  it('follows a master that offers no stream', async (t) => {
    const { mesos } = await startCluster(t);
    mesos.faults.noStream = true;
    const { source, heard } = await follow(t, { masters: mesos.places.join(), refreshSeconds: 0.05 });
    await waitFor('it is read', () => heard.keys.length === 4 && source.state.source === 'poll' && !source.state.isSettling);
    mesos.addTask('kafka', { id: 'new' });
    await waitFor('what is new', () => heard.tasks.has('kafka\nnew'));
    mesos.cluster.putTask({ ...mesos.cluster.task('new'), state: 'TASK_FAILED' });
    await waitFor('what is gone', () => !heard.tasks.has('kafka\nnew'));
  });

  it('keeps what a new master has not heard of', async (t) => {
    const { mesos } = await startCluster(t, { mesos: { masters: 3 } });
    mesos.faults.noStream = true;
    const { source, heard } = await follow(t, { masters: mesos.places.join(), refreshSeconds: 0.05 });
    await waitFor('it settles', () => heard.keys.length === 4 && !source.state.isSettling);
    await mesos.failover('when-told');
    await waitFor('the other master is read', () => source.state.awaitedAgents === 3);
    const { reads } = source.state;
    await waitFor('it is read again', () => source.state.reads > reads + 2);
    mesos.agentsReturn();
    await waitFor('it settles', () => !source.state.isSettling);
    assert.deepEqual([heard.keys, heard.changes.flatMap(({ drop = [] }) => drop)], [OTHERS, []]);
  });

  it('takes no half answer, none of a master that is not well, and no bad object; good ones stay', async (t) => {
    const { mesos } = await startCluster(t);
    mesos.faults.noStream = true;
    const { source, heard } = await follow(t, { masters: mesos.places.join(), refreshSeconds: 0.02 });
    await waitFor('it settles', () => heard.keys.length === 4 && !source.state.isSettling);
    mesos.faults.truncateNext = 2;
    await waitFor('it is noticed', () => source.state.errors >= 2 && source.state.lastError === undefined);
    mesos.faults.refusing = 500;
    await waitFor('it is noticed', () => source.state.source === 'none' && /answered 500/.test(source.state.lastError?.message ?? ''));
    mesos.clearFaults();
    mesos.faults.noStream = true;
    mesos.faults.badObjects = true;
    await waitFor('they are counted', () => source.state.skippedObjects === 4);
    await mesos.down();
    await waitFor('it is noticed', () => /cannot be reached/.test(source.state.lastError?.message ?? ''));
    await mesos.down('off');
    await waitFor('it is well', () => source.state.lastError === undefined);
    assert.deepEqual([heard.keys, heard.changes.flatMap(({ drop = [] }) => drop)], [OTHERS, []]);
  });

  it('asks the leader of whom a master without the right path or an old standby names', async (t) => {
    const { mesos } = await startCluster(t, { mesos: { masters: 2 } });
    mesos.faults.noStream = true;
    mesos.faults.oldPath = true;
    mesos.faults.oldStandbys = true;
    const { source, heard } = await follow(t, { masters: mesos.places[1] ?? '' });
    await waitFor('it is read', () => heard.keys.length === 4);
    assert.equal(source.state.leader, mesos.places[0]);
    assert.equal(heard.cluster?.agents.length, 3);
  });

  it('is not held up by a master that hangs or that is none', async (t) => {
    const { mesos } = await startCluster(t);
    const other = await startCluster(t);
    other.mesos.faults.hanging = true;
    const masters = [other.mesos.places[0], '127.0.0.1:1', mesos.places[0]].join();
    const { heard } = await follow(t, { masters, limits: { headersMs: 200 } });
    await waitFor('it is read', () => heard.keys.length === 4);
  });
});

describe('what is known of Mesos, over a restart', () => {
  it('is there at once, of an earlier life, and stays until the master has settled', async (t) => {
    const { mesos } = await startCluster(t, { mesos: { masters: 2 } });
    const folder = tempFolder();
    lastly(t, folder.remove);
    const file = join(folder.path, 'mesos.json');
    const first = await follow(t, { masters: mesos.places.join(), file });
    await waitFor(
      'it is saved',
      () => first.heard.keys.length === 4 && !first.source.state.isSettling && first.source.state.savedAt !== undefined,
    );
    await first.end();
    await mesos.down();
    const second = await follow(t, { masters: mesos.places.join(), file });
    assert.deepEqual([second.heard.keys, second.source.state.isRead], [OTHERS, false]);
    assert.deepEqual(second.heard.cluster, first.heard.cluster);
    await second.end();
    await mesos.down('off');
    await mesos.failover('when-told');
    const third = await follow(t, { masters: mesos.places.join(), file });
    await waitFor('it is read', () => third.source.state.awaitedAgents === 3);
    mesos.cluster.putTask({ ...mesos.cluster.task('job.1'), state: 'TASK_FAILED' });
    assert.deepEqual(third.heard.keys, OTHERS);
    assert.equal(third.heard.cluster?.agents.length, 3);
    mesos.agentsReturn();
    await waitFor('it settles', () => third.heard.keys.length === 3);
    assert.deepEqual(
      third.heard.changes.flatMap(({ drop = [] }) => drop),
      ['chronos\njob.1'],
    );
  });

  it('is set aside where it is spoilt', async (t) => {
    const { mesos } = await startCluster(t);
    const folder = tempFolder();
    lastly(t, folder.remove);
    const file = join(folder.path, 'mesos.json');
    const first = await follow(t, { masters: mesos.places.join(), file });
    await waitFor('it is saved', () => first.heard.keys.length === 4 && first.source.state.savedAt !== undefined);
    await first.end();
    const good = readFileSync(file, 'utf8');
    for (const bad of [
      good.slice(0, -20),
      good.replace('broker-1', 'broker-7'),
      '',
      '{"format":"other"}',
      good.replace('"version":1', '"version":2'),
    ]) {
      writeFileSync(file, bad);
      const next = await follow(t, { masters: '127.0.0.1:1', file });
      assert.deepEqual(next.heard.keys, []);
      assert.equal(readFileSync(`${file}.set-aside`, 'utf8'), bad);
      await next.end();
    }
  });
});
