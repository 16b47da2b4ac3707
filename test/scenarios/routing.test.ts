import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { anAppDefinition, type Edge, startEdge } from '../kit/edge.ts';
import { waitFor } from '../kit/wait-for.ts';

const app = (id: string, labels: Readonly<Record<string, string>>): object => anAppDefinition(id, { instances: 1, labels });

const APPS = [
  app('/shop', { HAPROXY_0_VHOST: 'shop.example,www.shop.example' }),
  app('/shop/cart', { HAPROXY_0_VHOST: 'shop.example', HAPROXY_0_PATH: '/cart /basket' }),
  app('/shop/cart/new', { HAPROXY_0_VHOST: 'shop.example', HAPROXY_0_PATH: '/cart/new' }),
  app('/only-path', { HAPROXY_0_VHOST: 'paths.example', HAPROXY_0_PATH: '/here' }),
  app('/below', { HAPROXY_0_VHOST: '*.wild.example' }),
  app('/deeper', { HAPROXY_0_VHOST: '*.deep.wild.example' }),
  app('/exact', { HAPROXY_0_VHOST: 'exact.wild.example' }),
  app('/secure', { HAPROXY_0_VHOST: 'secure.example', HAPROXY_0_REDIRECT_TO_HTTPS: 'true' }),
];

/** [sentence, Host, path, app that answers; undefined: nobody, 503]. */
const TABLE: readonly (readonly [string, string, string, string | undefined])[] = [
  ['a host without paths takes every path', 'www.shop.example', '/any/where?x=1', '/shop'],
  ['the longest path wins', 'shop.example', '/cart/new/1', '/shop/cart/new'],
  ['a shorter one takes the rest', 'shop.example', '/cart/old', '/shop/cart'],
  ['each of several paths counts', 'shop.example', '/basket', '/shop/cart'],
  ["the host's / takes what no path takes", 'shop.example', '/elsewhere', '/shop'],
  ['a query is no part of a path', 'shop.example', '/?/cart', '/shop'],
  ['a host with paths only has nobody for others', 'paths.example', '/elsewhere', undefined],
  ['and has its app for its path', 'paths.example', '/here', '/only-path'],
  ['the case of the host does not matter', 'SHOP.Example', '/cart', '/shop/cart'],
  ['nor does a port in it', 'shop.example:8080', '/cart', '/shop/cart'],
  ['nor a dot at its end', 'shop.example.', '/cart', '/shop/cart'],
  ['the case of the path does', 'shop.example', '/CART', '/shop'],
  ['a wildcard takes any name below it', 'a.wild.example', '/', '/below'],
  ['at any depth', 'x.y.wild.example', '/', '/below'],
  ['the longer wildcard wins', 'a.deep.wild.example', '/', '/deeper'],
  ['a name of its own wins over both', 'exact.wild.example', '/', '/exact'],
  ['a wildcard in any case and with a port', 'A.WILD.example:80', '/', '/below'],
  ['a wildcard is not for the name itself', 'wild.example', '/', undefined],
  ['nor for one that only ends like it', 'notwild.example', '/', undefined],
  ['an unknown host has nobody', 'nobody.example', '/', undefined],
];

describe('where a request goes', () => {
  let edge: Edge;
  before(async () => {
    edge = await startEdge({ apps: APPS });
    for (const host of ['shop.example', 'a.wild.example', 'exact.wild.example', 'a.deep.wild.example']) await edge.until(200, host);
    await edge.until(200, 'paths.example', '/here');
    await edge.until(200, 'shop.example', '/cart/new');
    await waitFor('the redirect is there', async () => (await edge.get('secure.example')).status === 301);
  });
  after(async () => edge.close());

  for (const [sentence, host, path, appId] of TABLE) {
    it(`${sentence}: ${host}${path}`, async () => {
      const { status, headers } = await edge.get(host, path);
      assert.deepEqual([status, headers['x-app-id']], appId === undefined ? [503, undefined] : [200, appId]);
    });
  }

  it('the app sees the Host, path and query that the client sent, and who it is', async () => {
    const { text } = await edge.get('Shop.Example:8080', '/cart/a%20b?x=1&y=%2F');
    const seen = JSON.parse(text) as { path: string; headers: Record<string, string> };
    assert.equal(seen.path, '/cart/a%20b?x=1&y=%2F');
    assert.equal(seen.headers['host'], 'Shop.Example:8080');
    assert.equal(seen.headers['x-forwarded-for'], '127.0.0.1');
    assert.equal(seen.headers['x-forwarded-port'], String(edge.ports.http));
    assert.equal(seen.headers['x-forwarded-proto'], undefined);
  });

  it('a redirect to https keeps path, query and port', async () => {
    for (const host of ['secure.example', 'SECURE.example', `secure.example:${edge.ports.http}`]) {
      const { status, headers } = await edge.get(host, '/a/b%20c?d=1&e=%2F');
      assert.equal(status, 301);
      assert.equal(String(headers['location']).toLowerCase(), `https://secure.example:${edge.ports.https}/a/b%20c?d=1&e=%2f`);
      assert.ok(String(headers['location']).endsWith('/a/b%20c?d=1&e=%2F'));
    }
  });

  it('what is monitored is not an app', async () => {
    const answer = await fetch(`http://127.0.0.1:${edge.ports.stats}/_haproxy_health_check`, { headers: { connection: 'close' } });
    assert.equal(answer.status, 200);
  });
});
