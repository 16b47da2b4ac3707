import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkForPort } from '../../src/desired/health.ts';
import type { Backend } from '../../src/desired/desired.ts';
import type { HealthCheck } from '../../src/model/app.ts';
import { aCheck, anApp, anEntry, aPort, build, labels, without } from '../kit/builders.ts';

const backendOf = (check: HealthCheck | undefined, more: Readonly<Record<string, string>>): Backend => {
  const { desired } = build([anEntry({ ...labels(more), healthChecks: check === undefined ? [] : [check] })]);
  const [backend] = desired.backends.values();
  assert.ok(backend !== undefined);
  return backend;
};

/** 'http, http check /health': the mode, and how HAProxy checks. */
const modeAndCheck = (protocol: string | undefined, more: Readonly<Record<string, string>>): string => {
  const { mode, check } = backendOf(protocol === undefined ? undefined : aCheck({ protocol }), more).profile;
  if (check === undefined) return `${mode}, no check`;
  return `${mode}, ${check.kind} check${check.kind === 'http' ? ` ${check.path}` : ''}`;
};

const VHOST = { HAPROXY_0_VHOST: 'shop.example' };
const HTTP = { HAPROXY_0_MODE: 'http' };
const TCP = { HAPROXY_0_MODE: 'tcp' };

/** Marathon-LB 5.5, with checks by HTTPS as a connect: it asked in plain text, and good servers went down. */
const TABLE: readonly (readonly [protocol: string | undefined, vhost: string, mode: string, neither: string, tcp: string])[] = [
  ['HTTP', 'http, http check /health', 'http, http check /health', 'http, http check /health', 'tcp, tcp check'],
  ['MESOS_HTTP', 'http, http check /health', 'http, http check /health', 'tcp, tcp check', 'tcp, tcp check'],
  ['HTTPS', 'http, tcp check', 'http, tcp check', 'tcp, tcp check', 'tcp, tcp check'],
  ['MESOS_HTTPS', 'http, tcp check', 'http, tcp check', 'tcp, tcp check', 'tcp, tcp check'],
  ['TCP', 'http, tcp check', 'http, tcp check', 'tcp, tcp check', 'tcp, tcp check'],
  ['MESOS_TCP', 'http, tcp check', 'http, tcp check', 'tcp, tcp check', 'tcp, tcp check'],
  [undefined, 'http, no check', 'http, no check', 'tcp, no check', 'tcp, no check'],
];

describe('mode and check', () => {
  for (const [protocol, vhost, mode, neither, tcp] of TABLE) {
    it(`of a check by ${protocol ?? '(none)'}`, () => {
      assert.equal(modeAndCheck(protocol, VHOST), vhost, 'with a virtual host');
      assert.equal(modeAndCheck(protocol, HTTP), mode, 'with MODE=http');
      assert.equal(modeAndCheck(protocol, {}), neither, 'with neither');
      assert.equal(modeAndCheck(protocol, { ...TCP, ...VHOST }), tcp, 'with MODE=tcp');
    });
  }

  it('a command is no check that HAProxy could make', () => {
    assert.equal(backendOf(without(aCheck({ protocol: 'COMMAND' }), 'portIndex'), VHOST).profile.check, undefined);
  });
});

describe('which check is for which port', () => {
  const app = (healthChecks: readonly HealthCheck[]) =>
    anApp({ ports: [aPort(), aPort({ servicePort: 10001, hostPortIndex: 1 })], healthChecks });
  const onItsOwnPort = without(aCheck({ port: 9999, path: '/own' }), 'portIndex');

  it('the first with the index of the port', () => {
    const checks = [aCheck({ portIndex: 1, path: '/1' }), aCheck({ portIndex: 0, path: '/0' }), aCheck({ portIndex: 0, path: '/later' })];
    assert.equal(checkForPort(app(checks), 0)?.path, '/0');
    assert.equal(checkForPort(app(checks), 1)?.path, '/1');
    assert.equal(checkForPort(app(checks), 2), undefined);
  });

  it('one with a port of its own is for every port, where it comes first', () => {
    assert.equal(checkForPort(app([onItsOwnPort, aCheck()]), 0)?.path, '/own');
    assert.equal(checkForPort(app([onItsOwnPort, aCheck()]), 1)?.path, '/own');
    assert.equal(checkForPort(app([aCheck({ path: '/0' }), onItsOwnPort]), 0)?.path, '/0');
  });

  it('port 0 is no port', () => {
    assert.equal(checkForPort(app([{ ...onItsOwnPort, port: 0 }]), 0), undefined);
    assert.equal(backendOf(aCheck({ port: 0 }), {}).serverOptions.check?.port, undefined);
  });
});

describe('numbers of a check', () => {
  const rows: readonly (readonly [sentence: string, check: Partial<HealthCheck>, interval: number, fall: number, timeout: number])[] = [
    ['as they are', { intervalSeconds: 5, maxConsecutiveFailures: 3, timeoutSeconds: 2 }, 5, 4, 2],
    ['fractions are rounded up: HAProxy takes whole numbers', { intervalSeconds: 1.2, timeoutSeconds: 0.5 }, 2, 4, 1],
    ['never 0', { intervalSeconds: 0, maxConsecutiveFailures: 0, timeoutSeconds: 0 }, 1, 1, 1],
    [
      'never more than HAProxy can count',
      { intervalSeconds: 1e12, maxConsecutiveFailures: 2 ** 52, timeoutSeconds: 1e12 },
      86_400,
      1_000_000,
      86_400,
    ],
  ];
  for (const [sentence, check, interval, fall, timeout] of rows) {
    it(sentence, () => {
      const { serverOptions, profile } = backendOf(aCheck(check), VHOST);
      assert.deepEqual(serverOptions, { check: { intervalSeconds: interval, fall } });
      assert.equal(profile.check?.timeoutSeconds, timeout);
    });
  }
});

describe('the path of a check is one word of a request line', () => {
  const rows: readonly (readonly [path: string | undefined, expected: string])[] = [
    [undefined, '/'],
    ['', '/'],
    ['health', '/health'],
    ['/ok?deep=1&x=y%20z', '/ok?deep=1&x=y%20z'],
    ['/a b', '/a%20b'],
    ['/a\nserver evil 6.6.6.6:80', '/a%0Aserver%20evil%206.6.6.6:80'],
    ['/"\'\\#{}`', '/%22%27%5C%23%7B%7D%60'],
    ['/\u0000', '/%00'],
    ['/gesund-ä-😀', '/gesund-%C3%A4-%F0%9F%98%80'],
    ['/half-\ud83d', '/half-%EF%BF%BD'],
  ];
  for (const [path, expected] of rows)
    it(JSON.stringify(path ?? 'none'), () => {
      const rest = without(aCheck(), 'path');
      const { check } = backendOf(path === undefined ? rest : { ...rest, path }, VHOST).profile;
      assert.deepEqual(check, { kind: 'http', path: expected, timeoutSeconds: 2 });
    });
});
