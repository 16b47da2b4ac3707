import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { portCheck } from '../../src/desired/health.ts';
import { readPortLabels } from '../../src/labels/read.ts';
import type { Backend } from '../../src/desired/desired.ts';
import type { App, HealthCheck } from '../../src/model/app.ts';
import { aCheck, anApp, anEntry, aPort, aTask, build, labels, without } from '../kit/builders.ts';

const backendOf = (
  check: HealthCheck | undefined,
  more: Readonly<Record<string, string>>,
  compat: 'fixed' | 'strict' = 'fixed',
): Backend => {
  const { desired } = build([anEntry({ ...labels(more), healthChecks: check === undefined ? [] : [check] })], { compat });
  const [backend] = desired.backends.values();
  assert.ok(backend !== undefined);
  return backend;
};

/** 'http, http check /health': the mode, and how HAProxy checks. */
const modeAndCheck = (protocol: string | undefined, more: Readonly<Record<string, string>>, compat: 'fixed' | 'strict'): string => {
  const { profile, serverOptions } = backendOf(protocol === undefined ? undefined : aCheck({ protocol }), more, compat);
  const { mode, check } = profile;
  if (check === undefined) return `${mode}, no check`;
  return `${mode}, ${check.kind} check${check.kind === 'http' ? ` ${check.path}` : ''}${serverOptions.check?.tls === undefined ? '' : ' by TLS'}`;
};

const VHOST = { HAPROXY_0_VHOST: 'shop.example' };
const HTTP = { HAPROXY_0_MODE: 'http' };
const TCP = { HAPROXY_0_MODE: 'tcp' };

type Row = readonly [protocol: string | undefined, vhost: string, mode: string, neither: string, tcp: string];

const HTTP_CHECK = 'http, http check /health';
const TLS_CHECK = 'http, http check /health by TLS';

/** The same in Marathon-LB and here. */
const COMMON: readonly Row[] = [
  ['HTTP', HTTP_CHECK, HTTP_CHECK, HTTP_CHECK, 'tcp, tcp check'],
  ['TCP', 'http, tcp check', 'http, tcp check', 'tcp, tcp check', 'tcp, tcp check'],
  ['MESOS_TCP', 'http, tcp check', 'http, tcp check', 'tcp, tcp check', 'tcp, tcp check'],
  [undefined, 'http, no check', 'http, no check', 'tcp, no check', 'tcp, no check'],
];

const TABLES: Readonly<Record<'fixed' | 'strict', readonly Row[]>> = {
  fixed: [
    ...COMMON,
    ['MESOS_HTTP', HTTP_CHECK, HTTP_CHECK, HTTP_CHECK, 'tcp, tcp check'],
    ['HTTPS', TLS_CHECK, TLS_CHECK, 'tcp, tcp check', 'tcp, tcp check'],
    ['MESOS_HTTPS', TLS_CHECK, TLS_CHECK, 'tcp, tcp check', 'tcp, tcp check'],
  ],
  // Marathon-LB 5.5.2: it asked in plain text, and good servers went down.
  strict: [
    ...COMMON,
    ['MESOS_HTTP', HTTP_CHECK, HTTP_CHECK, 'tcp, tcp check', 'tcp, tcp check'],
    ['HTTPS', HTTP_CHECK, HTTP_CHECK, 'tcp, tcp check', 'tcp, tcp check'],
    ['MESOS_HTTPS', HTTP_CHECK, HTTP_CHECK, 'tcp, tcp check', 'tcp, tcp check'],
  ],
};

describe('mode and check', () => {
  for (const compat of ['fixed', 'strict'] as const)
    for (const [protocol, vhost, mode, neither, tcp] of TABLES[compat]) {
      it(`of a check by ${protocol ?? '(none)'} (${compat})`, () => {
        assert.equal(modeAndCheck(protocol, VHOST, compat), vhost, 'with a virtual host');
        assert.equal(modeAndCheck(protocol, HTTP, compat), mode, 'with MODE=http');
        assert.equal(modeAndCheck(protocol, {}, compat), neither, 'with neither');
        assert.equal(modeAndCheck(protocol, { ...TCP, ...VHOST }, compat), tcp, 'with MODE=tcp');
      });
    }

  it('a command is no check that HAProxy could make', () => {
    assert.equal(backendOf(without(aCheck({ protocol: 'COMMAND' }), 'portIndex'), VHOST).profile.check, undefined);
  });
});

describe('while tasks of a former definition run that has other checks', () => {
  const checkOf = (former: readonly (readonly HealthCheck[])[], compat: 'fixed' | 'strict' = 'fixed'): string | undefined => {
    const entry = { ...anEntry({ ...labels(VHOST), healthChecks: [aCheck({ path: '/new' })] }), formerChecks: former };
    const [backend] = build([entry], { compat }).desired.backends.values();
    const check = backend?.profile.check;
    return check?.kind === 'http' ? check.path : check?.kind;
  };
  const rows: readonly (readonly [what: string, former: readonly (readonly HealthCheck[])[], expected: string])[] = [
    ['none: it is checked as it is defined', [], '/new'],
    ['another path: a connect, which both answer', [[aCheck({ path: '/old' })]], 'tcp'],
    ['no check: a connect', [[]], 'tcp'],
    ['another one of several: a connect', [[aCheck({ path: '/new' })], [aCheck({ path: '/old' })]], 'tcp'],
    ['other times only: as it is defined', [[aCheck({ path: '/new', intervalSeconds: 60 })]], '/new'],
    ['other checks of another port: as it is defined', [[aCheck({ path: '/new' }), aCheck({ portIndex: 1 })]], '/new'],
  ];
  for (const [what, former, expected] of rows) it(what, () => assert.equal(checkOf(former), expected));
  it('in Marathon-LB all were asked what the new definition says', () =>
    assert.equal(checkOf([[aCheck({ path: '/old' })]], 'strict'), '/new'));
});

describe('which check is for which port', () => {
  const app = (healthChecks: readonly HealthCheck[]) =>
    anApp({ ports: [aPort(), aPort({ servicePort: 10001, hostPortIndex: 1 })], healthChecks });
  /** As a port is checked that has no label about it. */
  const checkForPort = (of: App, index: number): HealthCheck | undefined => {
    const settings = readPortLabels(of, index).value;
    assert.ok(settings !== undefined);
    return portCheck(of, index, settings, 'fixed')?.check;
  };
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

describe('BACKEND_HEALTHCHECK_PORT_INDEX', () => {
  const tasks = [1, 2].map((n) => aTask({ id: `shop.${n}`, ports: [31000 + n, 32000 - n] }));
  const ports = [aPort(), aPort({ servicePort: 9999, hostPortIndex: 1 })];
  /** Port 0 of an app with two ports. */
  const checkOf = (
    text: string,
    options: { readonly compat?: 'fixed' | 'strict'; readonly check?: Partial<HealthCheck>; readonly mode?: string } = {},
  ) => {
    const { compat = 'fixed', check = {}, mode } = options;
    const more = { HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX: text, ...(mode === undefined ? {} : { HAPROXY_0_MODE: mode }) };
    const app = { ...labels(more), ports, healthChecks: [aCheck(check)] };
    const { desired, problems } = build([anEntry(app, tasks)], { compat });
    const backend = desired.backends.get('shop_10000');
    assert.ok(backend !== undefined);
    return { backend, problems, ports: backend.servers.map(({ checkPort }) => checkPort) };
  };

  it("each task's own other port is checked", () => {
    assert.deepEqual(checkOf('1').ports, [31999, 31998]);
    assert.deepEqual(checkOf('-1').ports, [31999, 31998]);
  });
  it('strict: ports are counted in the order of service ports', () => {
    assert.deepEqual(checkOf('0', { compat: 'strict' }).ports, [31999, 31998]);
    assert.deepEqual(checkOf('-2', { compat: 'strict' }).ports, [31999, 31998]);
  });
  it('its own is no other', () => {
    assert.deepEqual(checkOf('0').ports, [undefined, undefined]);
    assert.equal(checkOf('0').backend.serverOptions.check?.portOfServer, undefined);
  });
  it('it comes before the port of the check', () => {
    const { backend, ports: checked } = checkOf('1', { check: { port: 7 } });
    assert.deepEqual([backend.serverOptions.check?.port, checked], [undefined, [31999, 31998]]);
  });
  it('one that the app has not is told, and the own one is checked', () => {
    for (const text of ['2', '-3']) {
      const { ports: checked, problems } = checkOf(text);
      assert.deepEqual(checked, [undefined, undefined]);
      assert.deepEqual(problems, [
        {
          appId: '/shop',
          portIndex: 0,
          label: 'HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX',
          message: `the app has no port number ${text}, but 2: this one is checked itself`,
        },
      ]);
    }
  });
  it('a check that is borrowed makes the port http, unless a label says otherwise; strict: whatever it says', () => {
    const borrowed = (protocol: string, compat: 'fixed' | 'strict', mode?: string) => {
      const options = { compat, check: { protocol, portIndex: 1 }, ...(mode === undefined ? {} : { mode }) };
      const { profile } = checkOf(compat === 'strict' ? '0' : '1', options).backend;
      return `${profile.mode}, ${profile.check?.kind ?? 'no'} check`;
    };
    for (const protocol of ['HTTP', 'HTTPS', 'MESOS_HTTP', 'MESOS_HTTPS']) {
      assert.equal(borrowed(protocol, 'fixed'), 'http, http check');
      assert.equal(borrowed(protocol, 'fixed', 'tcp'), 'tcp, http check', 'the other port is asked by HTTP all the same');
    }
    assert.equal(borrowed('TCP', 'fixed'), 'tcp, tcp check');
    assert.equal(borrowed('HTTP', 'strict', 'tcp'), 'http, http check');
  });
});
