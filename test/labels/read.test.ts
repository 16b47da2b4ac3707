import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appGroups, groupsMatch, readPortLabels } from '../../src/labels/read.ts';
import { anApp, anEntry, aPort, aTask, build } from '../kit/builders.ts';

const read = (labels: Readonly<Record<string, string>>, portIndex = 0) => readPortLabels(anApp({ labels }), portIndex);

describe('the labels of a port', () => {
  it('each has a value where none is set', () =>
    assert.deepEqual(read({}).value, {
      groups: [],
      enabled: undefined,
      vhosts: [],
      paths: undefined,
      pathRegex: undefined,
      port: undefined,
      mode: undefined,
      balance: 'roundrobin',
      sticky: false,
      redirectToHttps: false,
      backendWeight: 0,
      keepRoute: false,
      sorryPage: undefined,
      bindAddress: undefined,
      bindOptions: [],
      sslCert: [],
      auth: undefined,
      networkAllowed: undefined,
      tlsPassthrough: false,
      useHsts: false,
      proxypassPath: undefined,
      revproxyPath: undefined,
      redir: undefined,
      healthcheckPortIndex: undefined,
      healthcheckHost: undefined,
      timeoutServer: undefined,
      timeoutClient: undefined,
      timeoutTunnel: undefined,
      timeoutConnect: undefined,
      timeoutQueue: undefined,
      retries: undefined,
      maxconn: undefined,
      rateLimit: undefined,
      corsOrigins: undefined,
      backendProto: undefined,
    }));

  it('are those with its index', () => {
    const labels = { HAPROXY_0_BALANCE: 'source', HAPROXY_1_BALANCE: 'leastconn', HAPROXY_10_BALANCE: 'first', HAPROXY_BALANCE: 'random' };
    assert.deepEqual(
      [0, 1, 2, 10].map((index) => read(labels, index).value?.balance),
      ['source', 'leastconn', 'roundrobin', 'first'],
    );
  });

  it('one that is too long is a problem, and a long one is not', () => {
    const hosts = (length: number): string => `${'a'.repeat(20)}.example,`.repeat(5000).slice(0, length - 1) + 'a';
    assert.deepEqual(read({ HAPROXY_0_VHOST: hosts(65_536) }).problems, []);
    const [problem, ...more] = read({ HAPROXY_0_VHOST: hosts(65_537) }).problems;
    assert.match(problem?.message ?? '', /^HAPROXY_0_VHOST is "a{20}\.example,.*…" and has 65537 characters, more than 65536$/);
    assert.ok(more.length === 0 && (problem?.message.length ?? 0) < 200);
  });

  it('a wrong one is a problem that names app, port, label and value, and takes the port out', () =>
    assert.deepEqual(read({ HAPROXY_1_PORT: 'abc' }, 1), {
      value: undefined,
      problems: [
        {
          appId: '/shop',
          portIndex: 1,
          label: 'HAPROXY_1_PORT',
          message: 'HAPROXY_1_PORT is "abc" and must be a whole number from 1 to 65535',
        },
      ],
    }));

  it('every wrong one is told', () =>
    assert.deepEqual(
      read({ HAPROXY_0_MODE: 'x', HAPROXY_0_PORT: 'y', HAPROXY_0_BALANCE: 'first' }).problems.map(({ label }) => label),
      ['HAPROXY_0_PORT', 'HAPROXY_0_MODE'],
    ));

  it('a long or unprintable value is cut and escaped in the message', () => {
    const [problem] = read({ HAPROXY_0_PORT: `\n\0${'x'.repeat(10_000)}` }).problems;
    assert.match(problem?.message ?? '', /^HAPROXY_0_PORT is "\\n\\u0000x{78}…" and must be/);
  });

  it('labels that are not known, and indexes beyond the ports, are none of our business', () => {
    const labels = { HAPROXY_GROUP: 'external', HAPROXY_7_PORT: 'abc', HAPROXY_0_NOSUCH: '\n', HAPROXY_0_port: 'abc', constructor: 'x' };
    assert.deepEqual(build([anEntry({ labels })]).problems, []);
  });
});

describe('a wrong label takes its port out and nothing else', () => {
  const labels = { HAPROXY_GROUP: 'external', HAPROXY_0_PORT: 'abc' };
  const two = [aPort(), aPort({ servicePort: 10001, hostPortIndex: 1 })];
  const { desired, problems } = build([
    anEntry({ id: '/bad', labels, ports: two }, [aTask({ ports: [31000, 31001] })]),
    anEntry({ id: '/good' }),
  ]);

  it('the other port of the app and the other app stay', () =>
    assert.deepEqual([...desired.backends.keys()].sort(), ['bad_10001', 'good_10000']));
  it('with one problem', () =>
    assert.deepEqual(
      problems.map(({ label }) => label),
      ['HAPROXY_0_PORT'],
    ));
});

describe('groups', () => {
  const rows: readonly (readonly [wanted: readonly string[], label: string | undefined, expected: boolean])[] = [
    [['external'], 'external', true],
    [['external'], 'internal,external', true],
    [['external'], 'internal, external', false],
    [['external'], undefined, false],
    [['external'], '', false],
    [['external'], '*', false],
    [['*'], undefined, true],
    [['*'], 'anything', true],
    [['internal', 'external'], 'external', true],
    [[''], '', true],
  ];
  for (const [wanted, label, expected] of rows)
    it(`--group ${JSON.stringify(wanted)} ${expected ? 'takes' : 'leaves'} HAPROXY_GROUP=${JSON.stringify(label)}`, () =>
      assert.equal(groupsMatch(wanted, appGroups(anApp({ labels: label === undefined ? {} : { HAPROXY_GROUP: label } }))), expected));

  const portsOf = (labels: Readonly<Record<string, string>>) => {
    const ports = [aPort(), aPort({ servicePort: 10001 })];
    return [...build([anEntry({ labels, ports })]).desired.backends.keys()];
  };
  it("a port's own groups stand in place of the app's", () => {
    assert.deepEqual(portsOf({ HAPROXY_GROUP: 'external', HAPROXY_0_GROUP: 'internal' }), ['shop_10001']);
    assert.deepEqual(portsOf({ HAPROXY_GROUP: 'internal', HAPROXY_1_GROUP: 'external' }), ['shop_10001']);
    assert.deepEqual(portsOf({ HAPROXY_1_GROUP: 'external' }), ['shop_10001']);
  });
  it('empty ones do not', () =>
    assert.deepEqual(portsOf({ HAPROXY_GROUP: 'external', HAPROXY_0_GROUP: '' }), ['shop_10000', 'shop_10001']));
  it("the wrong labels of another balancer's port are not told", () =>
    assert.deepEqual(build([anEntry({ labels: { HAPROXY_GROUP: 'internal', HAPROXY_0_PORT: 'abc' } })]).problems, []));
});

describe('enabled ports', () => {
  const isTaken = (label: string | undefined, strictMode: boolean): boolean => {
    const labels = { HAPROXY_GROUP: 'external', ...(label === undefined ? {} : { HAPROXY_0_ENABLED: label }) };
    return build([anEntry({ labels })], { strictMode }).desired.backends.size === 1;
  };
  it('are all but those that say no', () =>
    assert.deepEqual(
      ['true', undefined, 'false', '1'].map((label) => isTaken(label, false)),
      [true, true, false, false],
    ));
  it('with --strict-mode, those that say yes', () =>
    assert.deepEqual(
      ['true', undefined, 'false', '1'].map((label) => isTaken(label, true)),
      [true, false, false, false],
    ));
});

describe('ports that HAProxy cannot carry', () => {
  const taken = (protocol: string) => build([anEntry({ ports: [aPort({ protocol })] })]).desired.backends.size === 1;
  it('udp only', () => assert.deepEqual(['tcp', 'udp,tcp', 'tcp,udp', 'udp'].map(taken), [true, true, true, false]));
});
