import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operatorOverrides } from '../../src/pieces/overrides.ts';
import { anEntry, aTask, build } from '../kit/builders.ts';

const ofShop = (labels: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}) => {
  const named = Object.fromEntries(Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value]));
  const entry = anEntry({ labels: { HAPROXY_GROUP: 'external', ...named } }, [aTask()]);
  const { desired, problems } = build([entry], { overrides: operatorOverrides(environment, new Map()) });
  return {
    backend: desired.backends.get('shop_10000'),
    frontend: desired.frontends.get('shop_10000'),
    apps: desired.maps.get('apps') ?? new Map(),
    problems,
  };
};

describe('a text in place of a piece', () => {
  it('takes the tries of a connection from the labels: together they could be too long', () => {
    const { backend } = ofShop({
      TIMEOUT_CONNECT: '10s',
      RETRIES: '0',
      TIMEOUT_SERVER: '1m',
      BACKEND_HEAD: 'backend {backend}\n  retries 3',
    });
    assert.deepEqual(backend?.profile.timeouts, { server: 60_000 });
    assert.equal(backend.profile.retries, undefined);
  });

  it('takes its port out where a label has one that cannot be had', () => {
    const { backend, frontend, problems } = ofShop({ VHOST: 'a.example', BACKEND_HEAD: 'backend {nobody}' });
    assert.deepEqual([backend, frontend], [undefined, undefined]);
    assert.deepEqual(
      problems.map(({ label }) => label),
      ['HAPROXY_0_BACKEND_HEAD'],
    );
  });

  it('leaves the default where the operator has one that cannot be had', () => {
    const { backend, problems } = ofShop({}, { HAPROXY_BACKEND_HEAD: 'backend {nobody}' });
    assert.equal(backend?.profile.texts, undefined);
    assert.match(problems[0]?.message ?? '', /^the environment variable HAPROXY_BACKEND_HEAD names "\{nobody\}".*: the default stands$/);
  });

  it('of the operator for servers leaves all of them as they are where one of them cannot be had', () => {
    const { backend, problems } = ofShop(
      {},
      { HAPROXY_BACKEND_SERVER_OPTIONS: '  server {serverName} 127.0.0.1:9090 id {serverId} maxconn 5' },
    );
    assert.deepEqual(
      backend?.servers.map(({ address, port }) => [address, port]),
      [['10.0.0.1', 31_000]],
    );
    assert.equal(backend.serverOptions.text, undefined);
    assert.match(
      problems[0]?.message ?? '',
      /^the environment variable HAPROXY_BACKEND_SERVER_OPTIONS makes a server that may not be: .*: the default stands$/,
    );
  });

  it('of the operator for requests by app id leaves the default where it cannot be had; of a label it takes its port out', () => {
    const wrong = '  use_backend {nobody}';
    const operator = ofShop({ MODE: 'http' }, { HAPROXY_HTTP_FRONTEND_APPID_ACL: wrong });
    assert.equal(operator.apps.get('/shop'), 'shop_10000');
    const label = ofShop({ MODE: 'http', HTTP_FRONTEND_APPID_ACL: wrong });
    assert.deepEqual([label.apps.get('/shop'), label.backend], [undefined, undefined]);
  });

  it('with a rule that cannot be kept from the requests of others is told, and not had', () => {
    const rule = `  use_backend {backend} if ${Array.from({ length: 61 }, () => 'METH_GET').join(' ')}`;
    const label = ofShop({ VHOST: 'a.example', HTTP_FRONTEND_ACL: rule });
    assert.equal(label.backend, undefined);
    assert.match(label.problems[0]?.message ?? '', /^HAPROXY_0_HTTP_FRONTEND_ACL has .* a condition of too many parts/);
    const operator = ofShop({ VHOST: 'a.example' }, { HAPROXY_HTTP_FRONTEND_ACL: rule });
    assert.ok(operator.backend !== undefined);
    assert.match(
      operator.problems[0]?.message ?? '',
      /^the environment variable HAPROXY_HTTP_FRONTEND_ACL has a rule with so many conditions/,
    );
  });

  it('that is empty for both pieces of a service port opens none', () => {
    const { backend, frontend, problems } = ofShop({ FRONTEND_HEAD: '', FRONTEND_BACKEND_GLUE: '' });
    assert.ok(backend !== undefined && frontend === undefined);
    assert.deepEqual(problems, []);
  });

  it('of a label comes before one of the operator', () => {
    const { backend } = ofShop(
      { BACKEND_HEAD: 'backend {backend}\n  fullconn 1' },
      { HAPROXY_BACKEND_HEAD: 'backend {backend}\n  fullconn 2' },
    );
    assert.match(backend?.profile.texts?.['BACKEND_HEAD'] ?? '', /fullconn 1/);
  });
});
