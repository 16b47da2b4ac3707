import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { LIMITS } from '../../src/api/listener.ts';
import { askApi } from '../kit/ask-api.ts';
import { lastly } from '../kit/lastly.ts';
import { openApiFor } from '../kit/open-api.ts';

/** A connection that has sent this. */
const connectTo = async (t: TestContext, url: string, text: string): Promise<Socket> => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) }).setEncoding('utf8');
  lastly(t, () => socket.destroy());
  // It may be cut while we write.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
};

/** All that it was sent until it was closed. */
const untilClosed = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.on('data', (part: string) => (text += part));
  if (!socket.closed) await once(socket, 'close');
  return text;
};

const POST = 'POST /confirm HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

describe('a client that takes more than its share', () => {
  const SLOW: readonly (readonly [what: string, sent: string, limits: Partial<typeof LIMITS>, told: RegExp])[] = [
    ['sends nothing', '', { headersMs: 50 }, /^HTTP\/1\.1 408 /],
    ['never ends its headers', 'GET /health HTTP/1.1\r\nx: ', { headersMs: 50 }, /^HTTP\/1\.1 408 /],
    ['never ends its body', `${POST}content-length: 10\r\n\r\n{`, { headersMs: 50, requestMs: 100 }, /408|^$/],
    ['holds a connection for a next request', 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n', { keepAliveMs: 50 }, /^HTTP\/1\.1 200 /],
  ];
  for (const [what, sent, limits, told] of SLOW)
    it(`is cut off when it ${what}`, async (t) => {
      const { url = '' } = await openApiFor(t, { limits: { ...LIMITS, ...limits } });
      assert.match(await untilClosed(await connectTo(t, url, sent)), told);
      assert.equal((await askApi(url, '/health')).status, 200);
    });

  it('is told that its headers or its body are too much', async (t) => {
    const { folder, url = '' } = await openApiFor(t);
    for (const place of [folder, url]) {
      assert.equal((await askApi(place, '/health', { headers: { 'x-much': 'x'.repeat(LIMITS.headerBytes) } })).status, 431);
    }
    const headers = { 'content-type': 'application/json' };
    const content = JSON.stringify({ much: 'x'.repeat(LIMITS.bodyBytes) });
    assert.equal((await askApi(folder, '/confirm', { method: 'POST', headers, content })).status, 413);
    // App definitions are larger than anything else: 1 MB, and no more.
    const definition = async (bytes: number) =>
      askApi(folder, '/v2/rollouts', {
        method: 'POST',
        headers,
        content: JSON.stringify({ definition: { id: '/a', cmd: 'x'.repeat(bytes) } }),
      });
    const [large, tooLarge] = [await definition(1000 * 1024), await definition(1024 * 1024)];
    assert.notEqual(large.status, 413);
    assert.deepEqual([tooLarge.status, /body/i.test(tooLarge.text)], [413, true], tooLarge.text);
  });

  it('is cut off when it does not wait for an answer before it asks again', async (t) => {
    const { url = '' } = await openApiFor(t);
    const text = await untilClosed(await connectTo(t, url, 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(500)));
    const answers = [...text.matchAll(/^HTTP\/1\.1 (\d+) /gm)].map(([, status]) => status);
    // Its connection is closed.
    assert.ok(answers[0] === '200' && answers.length <= 3, answers.slice(0, 10).join(' '));
    assert.equal((await askApi(url, '/health')).status, 200);
  });

  it('may ask again on the same connection as soon as it has its answer', async (t) => {
    const { url = '' } = await openApiFor(t);
    const socket = await connectTo(t, url, '');
    for (let round = 0; round < 50; round += 1) {
      socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(2));
      let text = '';
      while ([...text.matchAll(/"alive":true/g)].length < 2) text += String((await once(socket, 'data'))[0]);
    }
  });

  it('and all others are told to come again where too many ask at once', async (t) => {
    const { url = '' } = await openApiFor(t, { limits: { ...LIMITS, inFlight: 0 } });
    const { status, body } = await askApi(url, '/health');
    assert.deepEqual([status, (body as { code: string }).code], [503, 'BUSY']);
  });

  it('has no more connections than there may be, and others have them again when it lets go; the socket has its own', async (t) => {
    const { folder, url = '' } = await openApiFor(t, { limits: { ...LIMITS, connections: 2 } });
    const held = [await connectTo(t, url, ''), await connectTo(t, url, '')];
    await assert.rejects(askApi(url, '/health'), { code: 'ECONNRESET' });
    assert.equal((await askApi(folder, '/health')).status, 200);
    for (const socket of held) {
      socket.end();
      await untilClosed(socket);
    }
    assert.equal((await askApi(url, '/health')).status, 200);
  });
});
