import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SluiceError } from '../src/kit/error.ts';
import { toSettings } from '../src/settings.ts';
import { buildOptions } from '../src/startup/from-settings.ts';

const GIVEN = { group: ['external'] };

const textOf = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** Names of variables in the code that reads them, not in what is said about it. */
const variablesIn = (path: string): readonly string[] =>
  textOf(path)
    .replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '')
    .match(/\b(?:HAPROXY|VAULT|MARATHON|MESOS|SYSLOG|FRAMEWORK)_[A-Z_]*[A-Z]\b/g) ?? [];

test("each variable of Marathon-LB's container has a row in docs/container.md", () => {
  const firsts = textOf('docs/container.md')
    .split('\n')
    .flatMap((line) => (line.startsWith('|') ? [line.split('|')[1] ?? ''] : []));
  const names = new Set([...variablesIn('src/settings-environment.ts'), ...variablesIn('src/settings-login.ts'), 'PORTS']);
  assert.ok(names.size > 15, [...names].join());
  for (const name of names)
    assert.ok(
      firsts.some((first) => first.includes(`\`${name}\``)),
      `${name} has no row`,
    );
});

const OWN: readonly (readonly [name: string | undefined, appId: string | undefined])[] = [
  ['marathon-lb', '/marathon-lb'],
  ['/infra/marathon-lb', '/infra/marathon-lb'],
  ['infra/marathon-lb', '/infra/marathon-lb'],
  ['', undefined],
  [undefined, undefined],
];

for (const [name, appId] of OWN) {
  test(`FRAMEWORK_NAME=${name ?? '(not set)'} is the app ${appId ?? '(none)'}`, () => {
    const settings = toSettings(GIVEN, { FRAMEWORK_NAME: name });
    assert.equal(buildOptions(settings, [], { sameNames: true, clientTimeout: true }).ownAppId, appId);
  });
}

const told = (environment: Readonly<Record<string, string>>) => toSettings(GIVEN, environment).environment;

const refuses = (environment: Readonly<Record<string, string>>, message: RegExp): void => {
  assert.throws(
    () => told(environment),
    (error) => error instanceof SluiceError && error.code === 'SETTINGS' && message.test(error.message),
  );
};

test('without any of these variables nothing follows from them', () => {
  assert.deepEqual(told({ PORTS: '10000,10001', SYSLOG_SOCKET: '/dev/null', HAPROXY_SSL_CERT: '', HAPROXY_SYSLOGD: '' }), {
    ownAppId: undefined,
    certificates: [],
    defaultOptions: undefined,
    sysctls: [],
    sysctlsMayFail: false,
    accessLog: false,
    pieces: { HAPROXY_SYSLOGD: '' },
    sandboxTemplates: undefined,
    notes: [],
  });
});

test("certificates come in Marathon-LB's order, with line breaks where their two characters are", () => {
  const { certificates } = told({
    HAPROXY_SSL_CERT100: 'z',
    HAPROXY_SSL_CERT2: 'c\\nd\\n',
    HAPROXY_SSL_CERT: 'a\nb\n',
    HAPROXY_SSL_CERT101: 'no',
  });
  assert.deepEqual(certificates, [
    { variable: 'HAPROXY_SSL_CERT', pem: 'a\nb\n', file: 'cert.pem' },
    { variable: 'HAPROXY_SSL_CERT2', pem: 'c\nd\n', file: 'cert2.pem' },
    { variable: 'HAPROXY_SSL_CERT100', pem: 'z\n', file: 'cert100.pem' },
  ]);
});

test('default options are sorted, and each is there once', () => {
  assert.deepEqual(told({ HAPROXY_GLOBAL_DEFAULT_OPTIONS: ' redispatch,http-server-close , dontlognull,redispatch' }).defaultOptions, [
    'dontlognull',
    'http-server-close',
    'redispatch',
  ]);
  assert.deepEqual(told({ HAPROXY_GLOBAL_DEFAULT_OPTIONS: ',' }).defaultOptions, []);
  assert.equal(told({ HAPROXY_GLOBAL_DEFAULT_OPTIONS: '' }).defaultOptions, undefined);
  for (const wrong of ['redispatch\nuser root', 'a;b', '"quoted"', 'redispatch # no'])
    refuses({ HAPROXY_GLOBAL_DEFAULT_OPTIONS: wrong }, /^HAPROXY_GLOBAL_DEFAULT_OPTIONS holds what is no option of HAProxy: /);
});

test('settings of the kernel are read, and none that leads elsewhere', () => {
  const { sysctls, sysctlsMayFail } = told({
    HAPROXY_SYSCTL_PARAMS: 'net.ipv4.tcp_tw_reuse=1  net/core/somaxconn=10000\n',
    HAPROXY_SYSCTL_NONSTRICT: '1',
  });
  assert.deepEqual(sysctls, [
    { name: 'net.ipv4.tcp_tw_reuse', value: '1' },
    { name: 'net/core/somaxconn', value: '10000' },
  ]);
  assert.equal(sysctlsMayFail, true);
  for (const wrong of ['net.core.somaxconn', 'net.core.somaxconn=', '../../etc/passwd=1', 'net//core=1', '/etc/passwd=1', '=1'])
    refuses({ HAPROXY_SYSCTL_PARAMS: wrong }, /^HAPROXY_SYSCTL_PARAMS: '.*' must be NAME=VALUE/);
});

test('where HAProxy was to log to standard output it has an access log', () => {
  assert.equal(toSettings(GIVEN, { HAPROXY_SYSLOGD: '1' }).accessLog, true);
  assert.equal(toSettings(GIVEN, {}).accessLog, false);
  assert.equal(toSettings({ ...GIVEN, accessLog: true }, {}).accessLog, true);
});

test('a socket for the log is told to have no effect', () => {
  assert.deepEqual(told({ SYSLOG_SOCKET: '/dev/log' }).notes, ['SYSLOG_SOCKET has no effect: the log goes to standard output, as JSON']);
});

test('certificates of the environment may be named as in /etc/ssl, where Marathon-LB had them', () => {
  const flags = { ...GIVEN, stateDir: '/state', sslCerts: '/etc/ssl/cert.pem,/other.pem,/etc/ssl/cert4.pem' };
  assert.deepEqual(toSettings(flags, { HAPROXY_SSL_CERT: 'a' }).certificates, [
    '/state/environment-certificates/cert.pem',
    '/other.pem',
    '/etc/ssl/cert4.pem',
  ]);
  assert.deepEqual(toSettings(flags, {}).certificates, ['/etc/ssl/cert.pem', '/other.pem', '/etc/ssl/cert4.pem']);
  const { appFiles, movedFiles } = buildOptions(toSettings(flags, { HAPROXY_SSL_CERT3: 'a' }), [], {
    sameNames: true,
    clientTimeout: true,
  });
  assert.deepEqual([...(movedFiles ?? [])], [['/etc/ssl/cert3.pem', '/state/environment-certificates/cert3.pem']]);
  assert.ok(appFiles?.includes('/state/environment-certificates/cert3.pem'), 'and labels may name them, as those of --ssl-certs');
});
