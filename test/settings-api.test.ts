import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceError } from '../src/kit/error.ts';
import { toSettings } from '../src/settings.ts';

const GIVEN = { group: ['external'] };
const TLS = { apiTlsCert: '/x/cert.pem', apiTlsKey: '/x/key.pem' };

const WRONG: readonly (readonly [what: string, flags: object, message: RegExp])[] = [
  ['every address, and nobody asked who he is', { apiListen: '0.0.0.0:9092' }, /--api-listen 0\.0\.0\.0: .*give --api-token-file/],
  ['every IPv6 address', { apiListen: '[::]:9092' }, /--api-listen ::: /],
  ['an address of the network', { apiListen: '10.0.0.1:9092' }, /or listen on 127\.0\.0\.1$/],
  ['a name', { apiListen: 'edge.example:9092' }, /--api-listen edge\.example/],
  ['a name that begins like loopback', { apiListen: '127.0.0.1.example:9092' }, /--api-listen 127\.0\.0\.1\.example/],
  ['TLS alone, which asks nobody who he is', { apiListen: '10.0.0.1:9092', ...TLS }, /--api-listen 10\.0\.0\.1/],
  ['a certificate without its key', { apiTlsCert: '/x/cert.pem' }, /--api-tls-cert and --api-tls-key go together/],
  ['a key without its certificate', { apiTlsKey: '/x/key.pem' }, /--api-tls-cert and --api-tls-key go together/],
  ['client certificates without TLS', { apiClientCa: '/x/ca.pem' }, /--api-client-ca needs TLS/],
  ['names without client certificates', { apiWriteCn: ['operator'], ...TLS }, /--api-write-cn .*give --api-client-ca/],
  ['a socket for everybody', { apiSocketMode: '666' }, /--api-socket-mode must be 600 .* or 660/],
  ['a socket that its owner may not open', { apiSocketMode: '060' }, /--api-socket-mode/],
];

for (const [what, flags, message] of WRONG)
  test(`of the API: ${what} is an error that says what to do`, () => {
    assert.throws(
      () => toSettings({ ...GIVEN, ...flags }),
      (error) => error instanceof SluiceError && error.code === 'SETTINGS' && message.test(error.message),
    );
  });

test('what others reach may be listened on where they are asked who they are', () => {
  for (const flags of [{ apiTokenFile: '/x/tokens' }, { ...TLS, apiClientCa: '/x/ca.pem' }])
    assert.equal(toSettings({ ...GIVEN, ...flags, apiListen: '0.0.0.0:9092' }).api.listen?.host, '0.0.0.0');
});

test('loopback may be listened on without credentials, however it is written', () => {
  for (const host of ['127.0.0.1', '127.8.8.8', 'localhost', 'LocalHost', '[::1]'])
    assert.notEqual(toSettings({ ...GIVEN, apiListen: `${host}:9092` }).api.listen, undefined, host);
});

test('the socket is its owner’s, or its group’s too', () => {
  assert.deepEqual(toSettings(GIVEN).api.socketAccess, { mode: 0o600, group: undefined });
  const { socketAccess } = toSettings({ ...GIVEN, apiSocketMode: '0660', apiSocketGroup: 'ops' }).api;
  assert.deepEqual(socketAccess, { mode: 0o660, group: 'ops' });
});
