import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import { at, has, listAt, sizeOf } from '../kit/json.ts';
import { call, openEvents, RawClient, standInFor } from './client.ts';

const app = { id: '/a', cmd: 'x' };

describe('faults of streams', () => {
  it('a clean cut ends every stream after a whole frame', async (t) => {
    const standIn = await standInFor(t);
    const clients = [await openEvents(t, standIn), await openEvents(t, standIn)];
    assert.equal(standIn.faults.cutStreams('clean'), 2);
    await standIn.until('both are closed', () => clients.every(({ closed }) => closed));
    assert.ok(clients.every(({ body }) => body === '' || body.endsWith('\r\n\r\n')));
  });

  it('a cut in the middle of a frame leaves half of it', async (t) => {
    const standIn = await standInFor(t);
    const client = await openEvents(t, standIn);
    standIn.faults.cutStreams('mid-frame');
    await standIn.until('it is closed', () => client.closed);
    assert.match(client.body, /data: \{"slaveId":"[0-9a-f-]+$/);
  });

  it('a reset ends it as well', async (t) => {
    const standIn = await standInFor(t);
    const client = await openEvents(t, standIn);
    standIn.faults.cutStreams('reset');
    await standIn.until('it is closed', () => client.closed);
    await standIn.until('nobody reads any more', () => standIn.streamCount === 0);
  });

  it('silence keeps events and heartbeats away, and the stream open', async (t) => {
    const standIn = await standInFor(t, { heartbeatMs: 10 });
    const client = await openEvents(t, standIn);
    standIn.faults.silence();
    const before = client.body.length;
    standIn.faults.publish({ eventType: 'lost' });
    // Whatever had been written before is in by the time an answer over another connection is.
    await call(standIn, 'GET', '/ping');
    const silent = client.body.length;
    await call(standIn, 'GET', '/ping');
    assert.ok(silent - before <= 2);
    standIn.faults.silence('off');
    standIn.faults.publish({ eventType: 'heard' });
    await standIn.until('it is heard', () => client.body.includes('event: heard'));
    assert.doesNotMatch(client.body, /event: lost/);
    assert.equal(client.closed, false);
  });

  it('drops and doubles the next events', async (t) => {
    const standIn = await standInFor(t);
    const client = await openEvents(t, standIn, { query: '?event_type=a&event_type=b&event_type=c' });
    standIn.faults.dropEvents(1);
    standIn.faults.publish({ eventType: 'a' });
    standIn.faults.duplicateEvents(1);
    standIn.faults.publish({ eventType: 'b' });
    standIn.faults.publish({ eventType: 'c' });
    await standIn.until('the last one comes', () => client.body.includes('event: c'));
    assert.deepEqual(client.body.match(/event: ./g), ['event: b', 'event: b', 'event: c']);
  });
});

describe('faults of answers', () => {
  it('refuses with a page, so often and where it was asked to', async (t) => {
    const standIn = await standInFor(t);
    standIn.faults.refuse({ path: '/v2/apps', times: 1 });
    assert.equal((await call(standIn, 'GET', '/ping')).status, 200);
    const refused = await call(standIn, 'GET', '/v2/apps');
    assert.deepEqual([refused.status, /<html>/.test(refused.text)], [503, true]);
    assert.equal((await call(standIn, 'GET', '/v2/apps')).status, 200);
  });

  it('says that there are no apps', async (t) => {
    const standIn = await standInFor(t, { seed: [app], upstreams: 'none' });
    standIn.faults.emptyApps();
    assert.deepEqual((await call(standIn, 'GET', '/v2/apps?embed=apps.tasks')).body, { apps: [] });
    standIn.faults.clear();
    assert.equal(listAt((await call(standIn, 'GET', '/v2/apps')).body, 'apps').length, 1);
  });

  it('has lost apps, and tasks of those that are left', async (t) => {
    const standIn = await standInFor(t, { seed: [app, { ...app, id: '/b', instances: 2 }], upstreams: 'none' });
    await standIn.until('all tasks run', () => standIn.tasks().filter(({ state }) => state === 'TASK_RUNNING').length === 3);
    standIn.faults.thinApps({ apps: 1 });
    assert.equal(listAt((await call(standIn, 'GET', '/v2/apps?embed=apps.tasks')).body, 'apps').length, 1);
    standIn.faults.thinApps({ tasks: 1 });
    const thin = (await call(standIn, 'GET', '/v2/apps?embed=apps.tasks')).body;
    assert.deepEqual([listAt(thin, 'apps').length, listAt(thin, 'apps.1.tasks').length, at(thin, 'apps.1.instances')], [2, 1, 2]);
  });

  it('is whatever list it was told to be', async (t) => {
    const standIn = await standInFor(t);
    standIn.faults.answerApps('{"apps":[{"id":"/odd","tasks":[{}]}]}');
    assert.deepEqual(at((await call(standIn, 'GET', '/v2/apps')).body, 'apps.0.tasks'), [{}]);
  });

  it('ends in the middle of a body', async (t) => {
    const standIn = await standInFor(t, { seed: [app], upstreams: 'none' });
    standIn.faults.truncateNext();
    await assert.rejects(call(standIn, 'GET', '/v2/apps'));
    assert.equal((await call(standIn, 'GET', '/v2/apps')).status, 200);
  });

  it('is not JSON', async (t) => {
    const standIn = await standInFor(t);
    standIn.faults.malformNext();
    await assert.rejects(call(standIn, 'GET', '/v2/apps'), SyntaxError);
  });

  it('does not come at all while nobody listens', async (t) => {
    const standIn = await standInFor(t);
    await standIn.faults.down();
    await assert.rejects(call(standIn, 'GET', '/ping'), /fetch failed/);
    await standIn.faults.down('off');
    assert.equal((await call(standIn, 'GET', '/ping')).status, 200);
  });

  it('comes late, or never', async (t) => {
    const standIn = await standInFor(t);
    standIn.faults.delayAnswers(1);
    assert.equal((await call(standIn, 'GET', '/ping')).status, 200);
    standIn.faults.hangAnswers();
    const client = new RawClient(standIn.url, 'GET /ping HTTP/1.1\r\nHost: m\r\n\r\n');
    t.after(() => client.end());
    await standIn.until('it was asked', () => standIn.requests.length === 2);
    assert.equal(client.text, '');
  });
});

describe('an app that ails', () => {
  const urlOf = (standIn: StandIn, task: string): string => {
    const { host, port } = standIn.taskAddress(task);
    return `http://${host}:${port}`;
  };
  const running = (standIn: StandIn): readonly string[] =>
    standIn
      .tasks('/a')
      .filter(({ state }) => state === 'TASK_RUNNING')
      .map(({ id }) => id);

  it('answers errors, also by tasks that came later, until it is well again', async (t) => {
    const standIn = await standInFor(t, { seed: [app] });
    await standIn.faults.ailApp('/a', { errorPercent: 100, health: 'fail' });
    const ids = [running(standIn)[0] ?? '', await standIn.addTask('/a')];
    for (const id of ids) {
      assert.equal((await fetch(`${urlOf(standIn, id)}/`)).status, 500);
      assert.equal((await fetch(`${urlOf(standIn, id)}/health`)).status, 503);
    }
    await standIn.faults.ailApp('/a');
    for (const id of ids) assert.equal((await fetch(`${urlOf(standIn, id)}/`)).status, 200);
    await standIn.faults.ailApp('/a', { errorPercent: 100 });
    standIn.faults.clear();
    assert.equal((await fetch(`${urlOf(standIn, ids[0] ?? '')}/`)).status, 200);
  });

  it('crashes, again and again, until it is well', async (t) => {
    const standIn = await standInFor(t, { seed: [app] });
    const failures = (): number => standIn.events.filter(({ taskStatus }) => taskStatus === 'TASK_FAILED').length;
    await standIn.faults.ailApp('/a', { crash: true });
    await standIn.until('a replacement has failed too', () => failures() >= 2);
    await standIn.faults.ailApp('/a');
    const doomed = running(standIn);
    const staying = (): string | undefined => running(standIn).find((id) => !doomed.includes(id));
    await standIn.until('one that stays', () => staying() !== undefined);
    assert.equal((await fetch(`${urlOf(standIn, staying() ?? '')}/`)).status, 200);
  });
});

describe('the control endpoints', () => {
  it('list themselves', async (t) => {
    const standIn = await standInFor(t);
    const { body } = await call(standIn, 'GET', '/stand-in');
    assert.ok(has(body, 'get./stand-in/tasks'));
    assert.ok(has(body, 'post./stand-in/cut-streams'));
  });

  it('do what the methods do, whatever fault is in force', async (t) => {
    const standIn = await standInFor(t, { seed: [app] });
    const [task] = standIn.tasks('/a');
    for (const [name, body] of [
      ['hang', {}],
      ['silence', { state: 'on' }],
      ['refuse', { status: 500 }],
      ['delay', { ms: 5000 }],
      ['clear', {}],
      ['cut-streams', { how: 'reset' }],
      ['publish', { eventType: 'x' }],
      ['hang-task', { task: task?.id }],
      ['health', { task: task?.id, health: 'fail' }],
      ['ail-app', { app: '/a', errorPercent: 5, delayMs: 1, health: 'fail', crash: false }],
    ] as const) {
      const answered = await call(standIn, 'POST', `/stand-in/${name}`, body);
      assert.equal(answered.status, 200, `${name}: ${answered.text}`);
    }
    assert.equal((await call(standIn, 'GET', '/ping')).status, 200);
    assert.equal(standIn.events.at(-1)?.eventType, 'x');
    assert.equal(at((await call(standIn, 'GET', '/stand-in/tasks')).body, '0.id'), task?.id);
    assert.equal(sizeOf((await call(standIn, 'GET', '/stand-in/agents')).body), 3);
    const requests = (await call(standIn, 'GET', '/stand-in/requests')).body;
    assert.deepEqual([sizeOf(requests), at(requests, '0.url')], [1, '/ping']);
  });

  it('say what is wrong with a call', async (t) => {
    const standIn = await standInFor(t);
    assert.equal((await call(standIn, 'POST', '/stand-in/nonsense', {})).status, 404);
    assert.equal((await call(standIn, 'POST', '/stand-in/fail-task', { task: 'x' })).status, 404);
    assert.equal((await call(standIn, 'POST', '/stand-in/cut-streams', { how: 'gently' })).status, 422);
  });
});

describe('starting', () => {
  it('fails on a seed that is not valid, and leaves nothing behind', async () => {
    await assert.rejects(startStandIn({ seed: [{ id: '/A', cmd: 'x' }] }), /refused with 422/);
  });

  it('fails on a port that is taken', async (t) => {
    const standIn = await standInFor(t);
    await assert.rejects(startStandIn({ port: Number(new URL(standIn.url).port) }), /EADDRINUSE/);
  });
});
