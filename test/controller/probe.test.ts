import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { probe } from '../../src/controller/probe.ts';
import { ownAddresses } from '../../src/startup/own-addresses.ts';
import { lastly } from '../kit/lastly.ts';

const { signal } = new AbortController();

const serve = async (t: TestContext, status: number, headers = {}): Promise<{ readonly url: string; readonly asked: string[] }> => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (status !== 0) response.writeHead(status, headers).end('body');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  lastly(t, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`, asked };
};

test('passes with 2xx and 3xx, and follows no redirect', async (t) => {
  const outcomes = [];
  for (const status of [200, 204, 302, 404, 503]) {
    const { url, asked } = await serve(t, status, { location: '/elsewhere' });
    const { passed, because } = await probe(url, { limitMs: 60_000, allowLocal: true, ownAddresses, signal });
    outcomes.push([status, passed]);
    assert.equal(because, `probe ${url} answered ${status}`);
    assert.deepEqual(asked, ['/health']);
  }
  assert.deepEqual(outcomes, [
    [200, true],
    [204, true],
    [302, true],
    [404, false],
    [503, false],
  ]);
});

test('fails when there is no answer in time, or nobody', async (t) => {
  const { url } = await serve(t, 0);
  assert.match((await probe(url, { limitMs: 200, allowLocal: true, ownAddresses, signal })).because, /no answer within 0\.2 s/);
  assert.equal((await probe('http://127.0.0.1:1/', { limitMs: 60_000, allowLocal: true, ownAddresses, signal })).passed, false);
});

/** Under which others know this host. */
const lan = (): readonly string[] => [...ownAddresses()].map((address) => (address.includes(':') ? `[${address}]` : address));

test("asks none of this host's own addresses, whatever they are called", async (t) => {
  const { url, asked } = await serve(t, 200);
  const { port } = new URL(url);
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '127.1', '2130706433', ...lan()]) {
    const { passed, because } = await probe(`http://${host}:${port}/health`, { limitMs: 60_000, allowLocal: false, ownAddresses, signal });
    assert.equal(passed, false, host);
    assert.match(because, /see --local-probes$/, host);
  }
  for (const address of ['169.254.169.254', '[fd00:ec2::254]', '[fd20:ce::254]', '100.100.100.200', '168.63.129.16'])
    assert.match(
      (await probe(`http://${address}/`, { limitMs: 60_000, allowLocal: false, ownAddresses, signal })).because,
      /see --local-probes$/,
    );
  assert.deepEqual(asked, []);
  assert.equal((await probe('file:///etc/passwd', { limitMs: 60_000, allowLocal: true, ownAddresses, signal })).passed, false);
});
