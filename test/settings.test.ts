import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SluiceError } from '../src/kit/error.ts';
import { toSettings } from '../src/settings.ts';
import { tempFolder } from './kit/temp-folder.ts';

const GIVEN = { group: ['external'] };

test('only the group is needed, the rest has defaults', () => {
  const settings = toSettings(GIVEN);
  assert.deepEqual(settings.marathon.urls, ['http://master.mesos:8080']);
  assert.equal(settings.marathon.mode, 'sse');
  assert.deepEqual([settings.httpPort, settings.httpsPort, settings.statsPort, settings.appIdPort], [80, 443, 9090, 9091]);
  assert.deepEqual(settings.api.listen, { host: '127.0.0.1', port: 9092 });
  assert.equal(settings.bindServicePorts, true);
  assert.equal(settings.maxLossPercent, 50);
});

test('how it ends is in seconds, and no grace is a choice', () => {
  const { drainGraceMs, stopLimitMs } = toSettings(GIVEN);
  assert.deepEqual([drainGraceMs, stopLimitMs], [10_000, 10_000]);
  const chosen = toSettings({ ...GIVEN, drainGrace: '0', stopLimit: '1.5' });
  assert.deepEqual([chosen.drainGraceMs, chosen.stopLimitMs], [0, 1500]);
});

test('networks of balancers in front are lists, each named once and as HAProxy writes it', () => {
  assert.deepEqual(toSettings(GIVEN).proxies, { trusted: [], sendProxyProtocol: [] });
  const { proxies } = toSettings({ ...GIVEN, trustedProxies: '10.0.0.0/8, 192.0.2.7,10.0.0.0/8,', acceptProxy: '2001:DB8::/32' });
  assert.deepEqual(proxies, { trusted: ['10.0.0.0/8', '192.0.2.7'], sendProxyProtocol: ['2001:db8::/32'] });
});

const WRONG: readonly (readonly [what: string, flags: object, message: RegExp])[] = [
  ['no group', {}, /--group/],
  ['an empty list of groups', { group: [] }, /--group is needed at least once/],
  ['a group without a name, as of a variable that is not set', { group: [''] }, /--group is empty: /],
  ['a way to be like Marathon-LB that there is not', { ...GIVEN, compat: 'loose' }, /--compat must be fixed or strict/],
  ['a port that is none', { ...GIVEN, httpPort: '99999' }, /--http-port must be a port: a whole number from 1 to 65535/],
  ['a port in words', { ...GIVEN, httpPort: 'http' }, /--http-port must be a port: /],
  ['a Marathon that is no URL', { ...GIVEN, marathon: ['marathon:8080'] }, /--marathon must be a URL/],
  [
    'a Marathon whose password has a stray %',
    { ...GIVEN, marathon: ['http://u:50%@m:8080'] },
    /--marathon has a % in its user or password/,
  ],
  ['half a second', { ...GIVEN, hardStopAfter: '0.5' }, /--hard-stop-after must be whole seconds, 1 or more/],
  ['an API address without a port', { ...GIVEN, apiListen: 'localhost' }, /--api-listen must be HOST:PORT/],
  ['more than all to be lost', { ...GIVEN, maxLoss: '101' }, /--max-loss/],
  ['a bind address that is a name', { ...GIVEN, bindAddress: 'localhost' }, /--bind-address must be \* or one IP address/],
  ['statistics at a name', { ...GIVEN, statsBind: 'localhost' }, /--stats-bind must be \* or one IP address/],
  ['statistics for a user without a password', { ...GIVEN, statsAuth: 'ann:' }, /--stats-auth must be USER:PASSWORD/],
  ['statistics for a user with two lines', { ...GIVEN, statsAuth: 'ann:a\n  user eve' }, /--stats-auth must be USER:PASSWORD/],
  [
    'a file of the statistics that is not there',
    { ...GIVEN, statsAuthFile: '/nowhere/stats' },
    /--stats-auth-file: .*nowhere.*cannot be read/,
  ],
  [
    'a trusted balancer by its name',
    { ...GIVEN, trustedProxies: '10.0.0.0/8,elb.example' },
    /--trusted-proxies holds "elb\.example", which is no IP address/,
  ],
  [
    'a network that is too long',
    { ...GIVEN, acceptProxy: '10.0.0.0/33' },
    /--accept-proxy holds "10\.0\.0\.0\/33", which is no IP address and no network/,
  ],
  ['half a network', { ...GIVEN, acceptProxy: '10.0.0/8' }, /--accept-proxy holds "10\.0\.0\/8"/],
  [
    'more networks than clients can be compared with',
    { ...GIVEN, trustedProxies: Array.from({ length: 1001 }, (_, at) => `10.0.${at >> 8}.${at & 255}`).join() },
    /--trusted-proxies holds 1001 networks, more than 1000/,
  ],
  [
    'TLS that is passed through a port that is not bound',
    { ...GIVEN, tlsPassthrough: true, dontBindHttpHttps: true },
    /--tls-passthrough is about the https port/,
  ],
  ['a grace that ended before it began', { ...GIVEN, drainGrace: '-1' }, /--drain-grace/],
  ['no time to stop', { ...GIVEN, stopLimit: '0' }, /--stop-limit/],
  ['service ports that begin after their end', { ...GIVEN, minServPortIpPerTask: '10101' }, /--min-serv-port-ip-per-task 10101 is higher/],
  ['only one end of service ports', { ...GIVEN, minServPortIpPerTask: '0' }, /--max-serv-port-ip-per-task go together/],
  ['a service port in words', { ...GIVEN, maxServPortIpPerTask: 'many' }, /--max-serv-port-ip-per-task must be a whole number/],
  ['a CA file that is not there', { ...GIVEN, marathonCaCert: '/nowhere/ca.pem' }, /--marathon-ca-cert: .*nowhere.*cannot be read/],
];

for (const [what, flags, message] of WRONG) {
  test(`${what} is an error that names the flag`, () => {
    assert.throws(
      () => toSettings(flags),
      (error) => error instanceof SluiceError && error.code === 'SETTINGS' && message.test(error.message),
    );
  });
}

const CLASHES: readonly (readonly [what: string, flags: object, message: string])[] = [
  ['http and https', { httpPort: 8443, httpsPort: '8443' }, '--http-port and --https-port are both 8443: give each a port of its own'],
  [
    'statistics and app id',
    { statsPort: 9000, appIdPort: 9000 },
    '--stats-port and --app-id-port are both 9000: give each a port of its own',
  ],
  ['http and the default of another', { httpPort: 9091 }, '--http-port and --app-id-port are both 9091: give each a port of its own'],
  [
    'statistics at an address of their own',
    { bindAddress: '10.0.0.1', statsBind: '127.0.0.1', statsPort: 9092 },
    '--stats-port and --api-listen are',
  ],
  ['statistics and the API', { statsPort: 9092 }, '--stats-port and --api-listen are both 9092: give each a port of its own'],
  ['an API at every address', { bindAddress: '10.0.0.1', apiListen: '0.0.0.0:80' }, '--http-port and --api-listen are both 80'],
  ['an API at every address, IPv6 too', { bindAddress: '10.0.0.1', apiListen: '[::]:80' }, '--http-port and --api-listen are both 80'],
  ['an API at the same address', { bindAddress: '127.0.0.1', apiListen: 'localhost:443' }, '--https-port and --api-listen are both 443'],
  ['an API at a name', { apiListen: 'edge.example:443' }, '--https-port and --api-listen are both 443'],
  [
    'more than two',
    { httpPort: 1, httpsPort: 1, statsPort: 1 },
    '--http-port and --https-port are both 1: give each a port of its own; --http-port',
  ],
];

for (const [what, flags, message] of CLASHES) {
  test(`ports that cannot both be listened on are an error that names both flags: ${what}`, () => {
    assert.throws(
      () => toSettings({ ...GIVEN, ...flags }),
      (error) => error instanceof SluiceError && error.code === 'SETTINGS' && error.message.startsWith(message),
    );
  });
}

const NO_CLASHES: readonly (readonly [what: string, flags: object])[] = [
  ['the API elsewhere', { bindAddress: '10.0.0.1', statsPort: 9092 }],
  ['the API at IPv6 only', { statsPort: 9092, apiListen: '[::1]:9092' }],
  ['no API', { statsPort: 9092, apiListen: 'off' }],
  ['any port for the API', { apiListen: '127.0.0.1:0' }],
  ['frontends that are not bound', { dontBindHttpHttps: true, httpPort: 9090, httpsPort: 9090 }],
];

for (const [what, flags] of NO_CLASHES) {
  test(`equal ports are no error where both can be had: ${what}`, () => void toSettings({ ...GIVEN, ...flags }));
}

test('the credential file goes before the flag, and only its first line counts', () => {
  const folder = tempFolder();
  try {
    const file = join(folder.path, 'credentials');
    writeFileSync(file, 'ann:secret\r\nbob:other\n');
    const settings = toSettings({ ...GIVEN, authCredentials: 'x:y', marathonAuthCredentialFile: file });
    assert.deepEqual(settings.marathon.credentials, { user: 'ann', password: 'secret' });
    writeFileSync(file, '\n');
    assert.equal(toSettings({ ...GIVEN, marathonAuthCredentialFile: file }).marathon.credentials, undefined);
  } finally {
    folder.remove();
  }
});

test('service ports for apps without any are a range, or none', () => {
  assert.deepEqual(toSettings(GIVEN).autoPorts, { min: 10_050, max: 10_100 });
  assert.deepEqual(toSettings({ ...GIVEN, minServPortIpPerTask: '20000', maxServPortIpPerTask: '20000' }).autoPorts, {
    min: 20_000,
    max: 20_000,
  });
  assert.equal(toSettings({ ...GIVEN, minServPortIpPerTask: '0', maxServPortIpPerTask: '0' }).autoPorts, undefined);
});

test('who may see the statistics is the first line of a file, or the flag; a hash is known as one, and no error tells a password', () => {
  const folder = tempFolder();
  try {
    const file = join(folder.path, 'stats');
    writeFileSync(file, 'ann:a:b c\r\nbob:other\n');
    const statsOf = (flags: object) => toSettings({ ...GIVEN, ...flags }).stats;
    assert.deepEqual(statsOf({}), { address: undefined, login: undefined, signals: true });
    assert.deepEqual(statsOf({ statsAuth: 'x:y', statsAuthFile: file }).login, { user: 'ann', password: 'a:b c', isHash: false });
    assert.deepEqual(statsOf({ statsAuth: 'x:$6$salt$hash' }).login, { user: 'x', password: '$6$salt$hash', isHash: true });
    assert.deepEqual(statsOf({ statsBind: '::1', dontServeSignals: true }), { address: '::1', login: undefined, signals: false });
    writeFileSync(file, 's3cret\n');
    for (const wrong of [{ statsAuthFile: file }, { statsAuth: ':s3cret' }, { statsAuth: 'a b:s3cret' }])
      assert.throws(
        () => statsOf(wrong),
        (error) => error instanceof SluiceError && /^--stats-auth/.test(error.message) && !error.message.includes('s3cret'),
      );
  } finally {
    folder.remove();
  }
});

test("Marathon-LB's names of log levels are understood", () => {
  const levels = ['CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG', 'NOTSET', 'info'];
  assert.deepEqual(
    levels.map((logLevel) => toSettings({ ...GIVEN, logLevel }).logLevel),
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'info'],
  );
  assert.throws(() => toSettings({ ...GIVEN, logLevel: 'loud' }), /--log-level/);
});

test("the API's TCP address can be switched off, and may be IPv6", () => {
  assert.equal(toSettings({ ...GIVEN, apiListen: 'off' }).api.listen, undefined);
  assert.deepEqual(toSettings({ ...GIVEN, apiListen: '[::1]:9092' }).api.listen, { host: '::1', port: 9092 });
});
