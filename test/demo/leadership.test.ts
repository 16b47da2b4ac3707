import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at } from '../kit/json.ts';
import { call, openEvents, RawClient, standInFor } from './client.ts';

const app = { id: '/a', cmd: 'x' };
const json = { 'content-type': 'application/json' };

describe('a standby', () => {
  it('sends readers of events to the leader, with their query', async (t) => {
    const standIn = await standInFor(t, { instances: 2 });
    const response = await fetch(`${standIn.urls[1]}/v2/events?event_type=a&event_type=b`, { redirect: 'manual' });
    assert.equal(response.status, 302);
    assert.equal(response.headers.get('location'), `${standIn.urls[0]}/v2/events?event_type=a&event_type=b`);
  });

  it('passes everything else on, and signs for it', async (t) => {
    const standIn = await standInFor(t, { instances: 2, upstreams: 'none' });
    const [leader = '', standby = ''] = standIn.urls;
    const response = await fetch(`${standby}/v2/apps`, { method: 'POST', headers: json, body: JSON.stringify(app) });
    assert.equal(response.status, 201);
    assert.equal(response.headers.get('x-marathon-via'), `1.1 ${new URL(standby).host}`);
    assert.equal(response.headers.get('x-marathon-leader'), leader);
    assert.equal(standIn.requests.at(-1)?.headers['x-marathon-via'], `1.1 ${new URL(standby).host}`);
    assert.equal((await fetch(`${leader}/v2/apps`)).headers.get('x-marathon-via'), null);
  });

  it('sees a loop', async (t) => {
    const standIn = await standInFor(t, { instances: 2 });
    const standby = standIn.urls[1] ?? '';
    const response = await fetch(`${standby}/v2/apps`, { headers: { 'X-Marathon-Via': `1.1 ${new URL(standby).host}` } });
    assert.deepEqual([response.status, await response.json()], [502, { message: 'Detected proxying loop.' }]);
  });

  it('passes the stream on before 1.7', async (t) => {
    const standIn = await standInFor(t, { instances: 2, personality: '1.5' });
    const client = await openEvents(t, standIn, { url: standIn.urls[1] ?? '' });
    standIn.faults.publish({ eventType: 'x' });
    await standIn.until('the event comes', () => client.body.includes('event: x\r\n'));
    assert.match(client.text, /X-Marathon-Leader: [\s\S]*X-Marathon-Via: 1\.1 127\.0\.0\.1:/);
    assert.doesNotMatch(client.text, /chunked/i);
    client.end();
    await standIn.until('the leader sees it leave', () => standIn.streamCount === 0);
  });
});

describe('a leader that abdicates', () => {
  it('closes its streams, refuses connections, and comes back as a standby of the next one', async (t) => {
    const standIn = await standInFor(t, { instances: 2, timeScale: 0.2 });
    const [first = '', second = ''] = standIn.urls;
    const client = await openEvents(t, standIn);
    const answered = await call(standIn, 'DELETE', '/v2/leader');
    assert.deepEqual([answered.status, answered.body], [200, { message: 'Leadership abdicated' }]);
    await standIn.until('the stream ends', () => client.closed);
    assert.ok(client.body.endsWith('\r\n\r\n'));
    await assert.rejects(fetch(`${first}/ping`));
    await standIn.until('the second one leads', () => standIn.leaderUrl === second);
    assert.equal((await fetch(`${second}/v2/apps`)).status, 200);
    await standIn.until('it is ready', () => standIn.events.some(({ eventType }) => eventType === 'scheduler_reregistered_event'));
    const back = new Promise<string | null>((resolve, reject) => {
      const ask = (): void =>
        void fetch(`${first}/v2/events`, { redirect: 'manual' }).then(
          (r) => resolve(r.headers.get('location')),
          () => setImmediate(ask),
        );
      setTimeout(() => reject(new Error('it did not come back')), 20_000).unref();
      ask();
    });
    assert.equal(await back, `${second}/v2/events`);
  });

  it('is followed by one that closes streams at once until it is ready', async (t) => {
    const standIn = await standInFor(t, { instances: 2 });
    standIn.faults.abdicate({ electionMs: 1, warmUpMs: 60_000, downMs: 60_000 });
    await standIn.until('the second one leads', () => standIn.leaderUrl === standIn.urls[1]);
    const client = new RawClient(standIn.leaderUrl ?? '', 'GET /v2/events HTTP/1.1\r\nHost: m\r\nAccept: text/event-stream\r\n\r\n');
    await standIn.until('it is closed', () => client.closed);
    assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n/);
    assert.equal(client.body, '');
  });

  it('leaves requests waiting, and then 502', async (t) => {
    const standIn = await standInFor(t, { instances: 2 });
    standIn.faults.abdicate({ electionMs: 60_000, downMs: 60_000 });
    await standIn.until('nobody leads', () => standIn.leaderUrl === undefined);
    const response = await fetch(`${standIn.urls[1]}/v2/apps`);
    assert.deepEqual([response.status, await response.json()], [502, { message: 'Could not determine the current leader' }]);
  });

  it('leaves its successor without any result of a check, and with the plan that goes on', async (t) => {
    const seed = [{ ...app, healthChecks: [{ path: '/health', intervalSeconds: 3600 }] }];
    // The first check comes 5 s after the election: late enough to look before.
    const standIn = await standInFor(t, { instances: 2, seed, timeScale: 1 });
    assert.equal(standIn.tasks('/a')[0]?.healthy, true);
    const { body } = await call(standIn, 'PUT', '/v2/apps/a', { constraints: [['hostname', 'CLUSTER', 'nowhere']] });
    standIn.forget();
    standIn.faults.abdicate({ electionMs: 1, warmUpMs: 1, downMs: 60_000 });
    await standIn.until('the plan is taken up', () => standIn.events.some(({ eventType }) => eventType === 'deployment_info'));
    assert.equal(
      (standIn.events.find(({ eventType }) => eventType === 'deployment_info')?.['plan'] as { id: string }).id,
      at(body, 'deploymentId'),
    );
    const response = await fetch(`${standIn.leaderUrl}/v2/apps?embed=apps.tasks`);
    const { apps } = (await response.json()) as { apps: { tasksHealthy: number; tasks: { healthCheckResults: unknown[] }[] }[] };
    assert.deepEqual([apps[0]?.tasksHealthy, apps[0]?.tasks[0]?.healthCheckResults], [0, []]);
  });
});
