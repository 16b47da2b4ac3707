import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { call, openEvents, RawClient, standInFor } from './client.ts';

const event = { eventType: 'scheduler_disconnected_event', timestamp: '2021-07-27T14:29:30.000Z' };

describe('the event stream', () => {
  it('has the head of Marathon: no length, no chunks, closed at the end', async (t) => {
    const standIn = await standInFor(t);
    const client = await openEvents(t, standIn);
    const head = client.text.slice(0, client.text.indexOf('\r\n\r\n')).replace(/Date: .*/, 'Date: now');
    assert.deepEqual(head.split('\r\n'), [
      'HTTP/1.1 200 OK',
      'Date: now',
      `X-Marathon-Leader: ${standIn.url}`,
      'X-Frame-Options: DENY',
      'X-XSS-Protection: 1; mode=block',
      'Cache-Control: no-cache, no-store, must-revalidate',
      'Pragma: no-cache',
      'Expires: 0',
      'Content-Type: text/event-stream;charset=utf-8',
      'Connection: close',
    ]);
  });

  it('leaves out the frame headers before 1.7', async (t) => {
    const client = await openEvents(t, await standInFor(t, { personality: '1.5' }));
    assert.doesNotMatch(client.text, /X-Frame-Options|X-XSS/);
  });

  it('sends an event as two lines and an empty one, with CRLF', async (t) => {
    const standIn = await standInFor(t);
    const client = await openEvents(t, standIn, { query: '?event_type=scheduler_disconnected_event' });
    standIn.faults.publish(event);
    await standIn.until('the event comes', () => client.body.length > 0);
    assert.equal(
      client.body,
      'event: scheduler_disconnected_event\r\ndata: {"eventType":"scheduler_disconnected_event","timestamp":"2021-07-27T14:29:30.000Z"}\r\n\r\n',
    );
  });

  it('beats with a bare CRLF', async (t) => {
    const standIn = await standInFor(t, { heartbeatMs: 20 });
    const client = await openEvents(t, standIn, { query: '?event_type=nothing' });
    await standIn.until('three beats', () => client.body.length >= 6);
    assert.match(client.body, /^(\r\n)+\r?$/);
  });

  it('shows the newcomer its own arrival, and the others its end', async (t) => {
    const standIn = await standInFor(t);
    const first = await openEvents(t, standIn);
    const second = await openEvents(t, standIn);
    await standIn.until(
      'both are told',
      () => first.body.split('event_stream_attached').length === 5 && second.body.includes('event_stream_attached'),
    );
    second.end();
    await standIn.until('the first is told of the end', () => first.body.includes('event: event_stream_detached'));
    assert.match(first.body, /"remoteAddress":"127\.0\.0\.1","eventType":"event_stream_attached"/);
    assert.equal(standIn.streamCount, 1);
  });

  it('sends only the types that were asked for', async (t) => {
    const standIn = await standInFor(t);
    const client = await openEvents(t, standIn, { query: '?event_type=b&event_type=c' });
    for (const eventType of ['a', 'b', 'c', 'd']) standIn.faults.publish({ eventType });
    await standIn.until('the last one comes', () => client.body.includes('event: c'));
    assert.deepEqual(client.body.match(/event: .*/g), ['event: b', 'event: c']);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['no Accept at all', ''],
    ['an Accept of everything', 'Accept: */*\r\n'],
    ['an Accept that names it among others', 'Accept: text/event-stream, */*\r\n'],
  ];
  for (const [name, header] of refused) {
    it(`answers 405 to ${name}`, async (t) => {
      const standIn = await standInFor(t);
      const client = new RawClient(standIn.url, `GET /v2/events HTTP/1.1\r\nHost: m\r\n${header}Connection: close\r\n\r\n`);
      await standIn.until('it is answered', () => client.closed);
      assert.match(client.text, /^HTTP\/1\.1 405 /);
      assert.match(client.text, /HTTP method GET is not supported by this URL/);
    });
  }

  it('tells who asks for options which methods there are, and refuses all others', async (t) => {
    const standIn = await standInFor(t);
    assert.equal((await call(standIn, 'OPTIONS', '/v2/events')).headers.get('allow'), 'GET, HEAD, OPTIONS');
    assert.equal((await call(standIn, 'POST', '/v2/events')).status, 405);
  });

  it('takes one Accept line of several that is exactly right', async (t) => {
    const standIn = await standInFor(t);
    const client = await openEvents(t, standIn, { headers: 'Accept: */*\r\n' });
    assert.match(client.text, /^HTTP\/1\.1 200 /);
  });

  it('closes a reader that is too slow', async (t) => {
    const standIn = await standInFor(t);
    const client = await openEvents(t, standIn, { query: '?event_type=big' });
    client.pause();
    const big = { eventType: 'big', text: 'x'.repeat(100_000) };
    for (let count = 0; count < 3000 && standIn.streamCount > 0; count++) {
      standIn.faults.publish(big);
      await setImmediate();
    }
    assert.equal(standIn.streamCount, 0);
  });

  it('keeps a reader that keeps up, whatever the burst', async (t) => {
    const standIn = await standInFor(t);
    const client = await openEvents(t, standIn, { query: '?event_type=small' });
    for (let number = 1; number <= 5000; number++) standIn.faults.publish({ eventType: 'small', number });
    await standIn.until('all have come', () => client.body.includes('"number":5000}'));
    assert.equal(client.body.match(/event: small/g)?.length, 5000);
  });

  it('carries the whole trees in plans of 1.4, and in those of 1.5 unless light ones were asked for', async (t) => {
    const app = { id: '/a', cmd: 'run' };
    for (const [personality, query, expected] of [
      ['legacy', '', true],
      ['legacy', '&plan-format=light', true],
      ['1.5', '', true],
      ['1.5', '&plan-format=light', false],
      ['1.8', '', false],
    ] as const) {
      const standIn = await standInFor(t, { personality });
      const client = await openEvents(t, standIn, { query: `?event_type=deployment_success${query}` });
      await call(standIn, 'POST', '/v2/apps', app);
      await standIn.until('the deployment ends', () => client.body.endsWith('\r\n\r\n') && client.body.includes('deployment_success'));
      assert.equal(client.body.includes('"original":{"id":"/"'), expected, `${personality} ${query}`);
    }
  });
});
