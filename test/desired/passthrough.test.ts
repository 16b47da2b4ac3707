import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildApp } from '../../src/desired/build-app.ts';
import { noChange } from '../../src/desired/change.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { aCheck, anEntry, aPort, assemblyOf, aTask, build, labels, someOptions } from '../kit/builders.ts';

interface Wants {
  readonly vhost?: string;
  readonly path?: string;
  readonly weight?: string;
  readonly passed?: true;
  readonly redirect?: true;
  readonly more?: Readonly<Record<string, string>>;
  /** Of its second port. */
  readonly second?: Readonly<Record<string, string>>;
}

const OPTIONS: Partial<BuildOptions> = {
  bindServicePorts: false,
  passthrough: { socket: '/run/sluice/workers/tls', socketForWorkers: '/tls', maxConnections: 100 },
};

const app = (id: string, { vhost, path, weight, passed, redirect, more = {}, second }: Wants): AppEntry =>
  anEntry(
    {
      id,
      ports: [aPort(), ...(second === undefined ? [] : [aPort({ servicePort: 10001, hostPortIndex: 1 })])],
      ...labels({
        ...(vhost === undefined ? {} : { HAPROXY_0_VHOST: vhost }),
        ...(path === undefined ? {} : { HAPROXY_0_PATH: path }),
        ...(weight === undefined ? {} : { HAPROXY_0_BACKEND_WEIGHT: weight }),
        ...(passed === undefined ? {} : { HAPROXY_0_TLS_PASSTHROUGH: 'true' }),
        ...(redirect === undefined ? {} : { HAPROXY_0_REDIRECT_TO_HTTPS: 'true' }),
        ...Object.fromEntries(Object.entries(more).map(([name, value]) => [`HAPROXY_0_${name}`, value])),
        ...Object.fromEntries(Object.entries(second ?? {}).map(([name, value]) => [`HAPROXY_1_${name}`, value])),
      }),
    },
    [aTask({ ports: [31000, 31001] })],
  );

type Table = Readonly<Record<string, string>>;

const mapOf = (name: string, apps: readonly AppEntry[], options = OPTIONS): Table =>
  Object.fromEntries([...(build(apps, options).desired.maps.get(name) ?? [])].sort());

const problemsOf = (apps: readonly AppEntry[], options = OPTIONS): readonly string[] =>
  build(apps, options).problems.map(({ appId, label, message }) => `${appId} ${label ?? ''}: ${message}`);

const HERE = 'sluice_decrypted';

describe('who gets TLS connections to a host', () => {
  const rows: readonly (readonly [sentence: string, apps: readonly AppEntry[], expected: Table, problems: readonly RegExp[]])[] = [
    [
      'an app that takes it as it is',
      [app('/a', { vhost: 'x.example,*.y.example', passed: true })],
      { 'x.example': 'a_10000', '*.y.example': 'a_10000' },
      [],
    ],
    ['one for which it is decrypted', [app('/a', { vhost: 'x.example', path: '/1 /2' })], { 'x.example': HERE }, []],
    [
      'of two the older, here by name',
      [app('/a', { vhost: 'x.example', passed: true }), app('/b', { vhost: 'x.example', passed: true })],
      { 'x.example': 'a_10000' },
      [/^\/b HAPROXY_0_VHOST: x\.example is not passed through to this port: \/a \(port index 0, weight 0\) takes it by https$/],
    ],
    [
      'also where the other is decrypted for, who is told that nothing but http is left',
      [app('/a', { vhost: 'x.example', passed: true }), app('/b', { vhost: 'x.example' })],
      { 'x.example': 'a_10000' },
      [
        /^\/b HAPROXY_0_VHOST: x\.example does not lead here by https: \/a \(port index 0, weight 0\) takes it as it is, by TLS_PASSTHROUGH$/,
      ],
    ],
    [
      'the heavier',
      [app('/a', { vhost: 'x.example', passed: true }), app('/b', { vhost: 'x.example', weight: '1' })],
      { 'x.example': HERE },
      [/^\/a HAPROXY_0_VHOST: x\.example is not passed through to this port: \/b \(port index 0, weight 1\) takes it by https$/],
    ],
    [
      'one with a path weighs 1',
      [app('/a', { vhost: 'x.example', passed: true }), app('/b', { vhost: 'x.example', path: '/api' })],
      { 'x.example': HERE },
      [/^\/a .*\/b \(port index 0, weight 1\)/],
    ],
    [
      'of two ports of one app the one that takes it as it is; the other has http',
      [app('/a', { vhost: 'x.example', weight: '5', second: { VHOST: 'x.example', TLS_PASSTHROUGH: 'true' } })],
      { 'x.example': 'a_10001' },
      [],
    ],
    [
      'a host below a wildcard is in the map of its own',
      [app('/a', { vhost: '*.x.example', passed: true }), app('/b', { vhost: 'b.x.example' }), app('/c', { vhost: '*' })],
      { '*.x.example': 'a_10000', 'b.x.example': HERE, '*': HERE },
      [],
    ],
  ];
  for (const [sentence, apps, expected, problems] of rows)
    it(sentence, () => {
      assert.deepEqual(mapOf('passthrough', apps), Object.fromEntries(Object.entries(expected).sort()));
      const told = problemsOf(apps);
      assert.equal(told.length, problems.length, told.join('\n'));
      for (const [at, problem] of problems.entries()) assert.match(told[at] ?? '', problem);
    });

  it('nobody for whom it is decrypted by rules of its own loses it to a wildcard', () => {
    const own = app('/own', {
      vhost: 'own.x.example',
      more: { HTTPS_FRONTEND_ACL: '  use_backend {backend} if {{ ssl_fc_sni {hostname} }}' },
    });
    const apps = [app('/a', { vhost: '*.x.example', passed: true }), own];
    assert.deepEqual(mapOf('passthrough', apps), { '*.x.example': 'a_10000', 'own.x.example': HERE });
  });

  it('without the flag there is no such map, and the label is told of', () => {
    const apps = [app('/a', { vhost: 'x.example', passed: true })];
    assert.equal(build(apps).desired.maps.has('passthrough'), false);
    assert.match(
      problemsOf(apps, { bindServicePorts: false })[0] ?? '',
      /^\/a HAPROXY_0_TLS_PASSTHROUGH: needs the flag --tls-passthrough/,
    );
    assert.deepEqual(mapOf('routes', apps, { bindServicePorts: false }), {});
  });

  it('does not depend on the order of what comes and goes', () => {
    const wants: readonly Wants[] = [
      { vhost: 'x.example', passed: true, redirect: true },
      { vhost: 'x.example,*.x.example', weight: '1' },
      { vhost: 'x.example', path: '/a' },
      { vhost: '*.x.example', passed: true },
      { vhost: 'y.example', passed: true, weight: '2' },
      {},
    ];
    const anApp = fc.tuple(fc.constantFrom('/a', '/b', '/c'), fc.constantFrom(...wants));
    fc.assert(
      fc.property(fc.array(anApp, { maxLength: 8 }), (changes) => {
        const assembly = assemblyOf([], OPTIONS);
        const last = new Map<string, AppEntry>();
        for (const [id, want] of changes) {
          const entry = app(id, want);
          last.set(id, entry);
          assembly.put(id, buildApp(entry, new Map(), someOptions(OPTIONS)), noChange());
        }
        const fresh = assemblyOf([...last.values()], OPTIONS);
        for (const map of ['passthrough', 'routes', 'redirects'])
          assert.deepEqual(
            new Map([...(assembly.desired.maps.get(map) ?? [])].sort()),
            new Map([...(fresh.desired.maps.get(map) ?? [])].sort()),
          );
        assert.deepEqual(assembly.problems(), fresh.problems());
        assert.deepEqual(assembly.desired.frontends, fresh.desired.frontends);
      }),
    );
  });
});

describe('a port that is passed through', () => {
  it('is in mode tcp, whatever it looks like', () => {
    const { desired } = build([app('/a', { vhost: 'x.example', passed: true })], OPTIONS);
    assert.equal(desired.backends.get('a_10000')?.profile.mode, 'tcp');
  });

  it('leads from http to https where it says so, and nowhere else', () => {
    const with301 = [app('/a', { vhost: 'x.example', passed: true, redirect: true })];
    assert.deepEqual(mapOf('routes', with301), { 'x.example/': 'a_10000' });
    assert.deepEqual(mapOf('redirects', with301), { a_10000: 'passthrough' });
    assert.deepEqual(mapOf('routes', [app('/a', { vhost: 'x.example', passed: true })]), {});
  });

  it('is checked over TLS where Marathon does so', () => {
    const entry = app('/a', { vhost: 'x.example', passed: true });
    for (const [protocol, kind, tls] of [
      ['HTTPS', 'http', true],
      ['MESOS_HTTPS', 'http', true],
      ['TCP', 'tcp', false],
      ['HTTP', 'tcp', false],
    ] as const)
      for (const compat of ['fixed', 'strict'] as const) {
        const checked = { ...entry, app: { ...entry.app, healthChecks: [aCheck({ protocol })] } };
        const backend = build([checked], { ...OPTIONS, compat }).desired.backends.get('a_10000');
        assert.equal(backend?.profile.check?.kind, kind, protocol);
        assert.equal(backend.serverOptions.check?.tls !== undefined, tls, protocol);
      }
  });

  const wrong: readonly (readonly [sentence: string, wants: Wants, told: RegExp])[] = [
    ['needs a host', { passed: true }, /HAPROXY_0_TLS_PASSTHROUGH: needs VHOST/],
    ['has no paths', { vhost: 'x.example', path: '/a', passed: true }, /HAPROXY_0_PATH: is not to be seen in what is not decrypted/],
    [
      'can ask nobody for a password',
      {
        vhost: 'x.example',
        passed: true,
        more: { AUTH: 'The Shop:ann:$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.' },
      },
      /HAPROXY_0_AUTH: a password/,
    ],
  ];
  for (const [sentence, wants, told] of wrong)
    it(sentence, () => {
      for (const compat of ['fixed', 'strict'] as const) {
        const options = { ...OPTIONS, compat };
        assert.match(problemsOf([app('/a', wants)], options).join('\n'), told);
        assert.deepEqual(mapOf('passthrough', [app('/a', wants)], options), {});
      }
    });

  it('is told that MODE=http has no effect, and served', () => {
    const apps = [app('/a', { vhost: 'x.example', passed: true, more: { MODE: 'http' } })];
    assert.match(problemsOf(apps)[0] ?? '', /^\/a HAPROXY_0_MODE: http has no effect/);
    assert.deepEqual(mapOf('passthrough', apps), { 'x.example': 'a_10000' });
  });

  it('counts as routes do', () => {
    const hosts = Array.from({ length: 1001 }, (_, at) => `h${at}.example`).join(',');
    assert.match(problemsOf([app('/a', { vhost: hosts, passed: true })])[0] ?? '', /1001 hosts are more than 1000/);
  });

  it("is not had together with an operator's own head of the https frontend", () => {
    const overrides = new Map([
      ['HTTPS_FRONTEND_HEAD', { text: 'frontend marathon_https_in\n  bind *:443', from: 'environment' }],
    ]) as never;
    assert.throws(() => build([], { ...OPTIONS, overrides }), {
      code: 'TEMPLATE',
      message: /HAPROXY_HTTPS_FRONTEND_HEAD cannot be had together/,
    });
  });
});

describe('a port that is passed through, without servers', () => {
  const of = (label: string, value: string): Table => {
    const entry = app('/a', { vhost: 'x.example', passed: true, more: { [label]: value } });
    return mapOf('passthrough', [{ ...entry, tasks: new Map() }]);
  };

  it('keeps its hosts by KEEP_ROUTE', () => assert.deepEqual(of('KEEP_ROUTE', 'true'), { 'x.example': 'a_10000' }));
  it('has none for a page that nobody would see', () => assert.deepEqual(of('SORRY_PAGE', 'soon'), {}));
});
