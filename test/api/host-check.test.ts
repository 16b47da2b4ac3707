import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { describe, it } from 'node:test';
import { wrongHost } from '../../src/api/host-check.ts';
import { askApi } from '../kit/ask-api.ts';
import { openApiFor } from '../kit/open-api.ts';

describe('the Host header of a request to the API', () => {
  const RIGHT: readonly (readonly [what: string, host: string | undefined])[] = [
    ['an IPv4 address', '10.1.2.3:9092'],
    ['an IPv4 address without a port', '127.0.0.1'],
    ['an IPv6 address', '[::1]:9092'],
    ['an IPv6 address without a port', '[fe80::1]'],
    ['localhost', 'LocalHost:9092'],
    ['the name of this machine', `${hostname().toUpperCase()}:80`],
    ['the host of --api-listen', 'Edge.Example:1'],
    ['none, as HTTP/1.0 has it', undefined],
    ['an empty one', ''],
  ];
  for (const [what, host] of RIGHT) it(`may be ${what}`, () => assert.equal(wrongHost(host, 'edge.example'), undefined));

  const WRONG: readonly (readonly [what: string, host: string])[] = [
    ['a name of others', 'evil.example:9092'],
    ['a name that ends like one of ours', 'evil.localhost'],
    ['a name that begins like one of ours', 'localhost.evil.example'],
    ['a name that begins like an address', '127.0.0.1.evil.example'],
    ['an address with a name behind it', '[::1]evil.example'],
    ['a name in brackets', '[evil.example]:9092'],
    ['a name with a user before it', 'localhost:1@evil.example'],
    ['only a port', ':9092 evil.example'],
  ];
  for (const [what, host] of WRONG)
    it(`may not be ${what}`, () => {
      const wrong = wrongHost(host, 'edge.example') ?? '';
      assert.ok(wrong.includes(`'${host}'`) && wrong.includes('--api-listen'), wrong);
    });
});

describe('the API', () => {
  it('refuses on TCP, whatever is asked for, requests whose Host is the name of others, and says what to do', async (t) => {
    const { url = '', folder } = await openApiFor(t);
    for (const asked of ['/health', '/ready', '/status', '/plan', '/apps/shop', '/nothing']) {
      const { status, body, text } = await askApi(url, asked, { headers: { host: 'evil.example' } });
      assert.equal(status, 421, asked);
      assert.equal((body as { code: string }).code, 'WRONG_HOST', asked);
      assert.match(text, /'evil\.example' is no name of this API: ask by IP address, as localhost, as .*--api-listen/, asked);
    }
    assert.equal((await askApi(url, '/status', { method: 'POST', headers: { host: 'evil.example' } })).status, 421);
    for (const host of ['localhost', hostname(), new URL(url).host])
      assert.equal((await askApi(url, '/health', { headers: { host } })).status, 200, host);
    assert.equal((await askApi(folder, '/health', { headers: { host: 'evil.example' } })).status, 200);
  });
});
