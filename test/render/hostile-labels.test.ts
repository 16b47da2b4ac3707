import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { Desired } from '../../src/desired/desired.ts';
import { checkConfig } from '../../src/haproxy/check.ts';
import { fitsHaproxy } from '../../src/haproxy/cli-session.ts';
import { commandsFor } from '../../src/haproxy/commands.ts';
import { StartStates } from '../../src/haproxy/start-states.ts';
import { PORT_LABELS } from '../../src/labels/catalogue.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { aCheck, anEntry, aPort, aTask, build, haproxy34, someGlobals } from '../kit/builders.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';
import { ownTemplates } from '../kit/own-templates.ts';

/** What ends words, lines, texts and commands, and what HAProxy would obey if it stood at the beginning of a line. */
const PIECES = [
  ...['\n', '\r', '\r\n', '\n\n', '\t', '\0', '\u001b[2J', '\u007f', '\u0085', '\u2028', '\u202e', '\ufeff', '\ud800', '\udfff'],
  ...[
    ' ',
    '  ',
    "'",
    '"',
    '`',
    '\\',
    '\\\n',
    '#',
    ';',
    ',',
    '=',
    '|',
    '&',
    '<<',
    '<<\n',
    '%',
    '%[',
    ']',
    '{',
    '}',
    '(',
    ')',
    '*',
    '%[env(HOME)]',
    '$HOME',
    '${HOME}',
    '"${HOME}"',
  ],
  ...['ß', '漢字', '🦥', 'a\u0301', '\u{10ffff}', 'İ', 'ﬃ'],
  ...['global', 'defaults', 'frontend x', 'listen x', 'backend x', 'userlist x', 'program x', 'peers x', 'cache x', 'ring x', 'mailers x'],
  ...[
    'bind *:22',
    'bind /tmp/x',
    'server x 10.9.9.9:80',
    'use_backend x',
    'default_backend x',
    'lua-load /etc/passwd',
    'errorfile 200 /etc/passwd',
  ],
  ...[
    'http-request return status 200 file /etc/passwd',
    'crt /etc/passwd',
    'stats socket /tmp/x level admin',
    '.include /etc/passwd',
    '.if 1',
    '.endif',
    '-f /etc/passwd',
  ],
  ...['quit', 'set server x/y addr 10.9.9.9', 'add map maps/routes.map a b', 'shutdown sessions', 'maps/routes.map', '../../etc/passwd'],
  ...[
    'shop.example',
    '*.example',
    '/cart',
    '/',
    '10001',
    '80',
    '0',
    '-1',
    'true',
    'http',
    'tcp',
    'roundrobin',
    'uri depth 3',
    'hdr(Host)',
    'url_param a',
    'rdp-cookie',
    '127.0.0.1',
    '::1',
    'external',
    '30s',
    '100/10s',
    'https://shop.example',
    'accept-proxy',
    'h2',
    'Shop:ann:zJSpTOBK1CV8o',
  ],
];

const text = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('')) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(...PIECES).map((piece) => piece.repeat(Math.ceil(100_000 / piece.length))) },
);

const NAMES = Object.values(PORT_LABELS).map(({ name }) => name);

/** Some of all labels of a port with such a text, in an app that would be taken without them. */
const hostile = fc.record({
  labels: fc.dictionary(fc.constantFrom(...NAMES), text, { minKeys: 1, maxKeys: 4 }),
  path: fc.option(text, { nil: undefined }),
  host: fc.oneof({ weight: 3, arbitrary: fc.constant('agent.local') }, { weight: 1, arbitrary: text }),
  bridge: fc.boolean(),
});

type Hostile = typeof hostile extends fc.Arbitrary<infer T> ? T : never;

const hostileEntry = ({ labels, path, host, bridge }: Hostile, n: number): AppEntry =>
  anEntry(
    {
      id: `/hostile${n}`,
      version: '2026-02-01T00:00:00.000Z',
      network: bridge ? 'container/bridge' : 'container',
      ports: [aPort({ servicePort: 20_000 + n, containerPort: 8080 })],
      healthChecks: path === undefined ? [] : [aCheck({ path })],
      labels: {
        HAPROXY_GROUP: 'external',
        ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value])),
        // Whose it is decides whether its other labels are read at all.
        ...(labels['GROUP'] === undefined ? {} : { HAPROXY_GROUP: labels['GROUP'], HAPROXY_0_GROUP: 'external' }),
      },
    },
    [aTask({ id: `hostile${n}.1`, host, ipAddresses: [`10.9.0.${(n % 250) + 1}`] })],
  );

const GOOD: readonly AppEntry[] = [
  anEntry({
    id: '/good/http',
    ports: [aPort()],
    labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'good.example', HAPROXY_0_STICKY: 'true' },
  }),
  anEntry({
    id: '/good/path',
    ports: [aPort({ servicePort: 10001 })],
    labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'good.example', HAPROXY_0_PATH: '/basket' },
  }),
  anEntry({ id: '/good/tcp', ports: [aPort({ servicePort: 10002 })], healthChecks: [aCheck({ protocol: 'TCP' })] }),
];

const OPTIONS = { bindHttpHttps: false, listenerSuffix: '_in' } as const;

const WORDS = new Set(
  `stats monitor-uri monitor http-request mode balance option cookie timeout use_backend server bind retry-on no retries tcp-request http-response http-after-response http-error http-check user stick-table`.split(
    ' ',
  ),
);

interface Config {
  readonly text: string;
  readonly headings: readonly string[];
  /** Of sections that are not everybody's: first words of lines. */
  readonly words: ReadonlySet<string>;
  readonly binds: readonly string[];
}

const read = (config: string): Config => {
  const lines = config.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  const headings = lines.filter((line) => !line.startsWith('  '));
  const ofApps = lines.slice(lines.findIndex((line) => line.startsWith('listen stats ') || / from sluice$/.test(line)));
  const words = ofApps.filter((line) => line.startsWith('  ')).map((line) => line.trim().split(' ')[0] ?? '');
  const binds = lines.filter((line) => /^\s*bind\b/.test(line)).map((line) => line.trim());
  return { text: config, headings, words: new Set(words), binds };
};

const expectedHeadings = ({ profiles, frontends, backends }: Desired): readonly string[] => [
  'global',
  'defaults sluice',
  ...[...profiles.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, http = {} }) => [
      ...(http.auth === undefined ? [] : [`userlist ${http.auth.userlist}`]),
      ...(http.rateLimit === undefined ? [] : [`backend ${name}_rates from sluice`]),
      `defaults ${name} from sluice`,
    ]),
  'listen stats from sluice',
  'frontend marathon_http_appid_in from sluice',
  ...[...frontends.values()]
    .filter(({ kind }) => kind === 'service')
    .map(({ name }) => `frontend ${name} from sluice`)
    .sort(),
  ...[...backends.values()].map(({ name, profile }) => `backend ${name} from ${profile.name}`).sort(),
];

/** An app may listen on its own service port or on that of its label, on an address of its own choice; and there are two of Sluice. */
const assertOwnBinds = (binds: readonly string[], entries: readonly AppEntry[]): void => {
  const ports = new Set([9090, 9091]);
  for (const { app } of entries) {
    for (const { servicePort } of app.ports) ports.add(servicePort);
    const label = app.labels['HAPROXY_0_PORT'];
    if (label !== undefined && /^\d+$/.test(label)) ports.add(Number(label));
  }
  for (const bind of binds) {
    const [, address = '', port] = /^bind (\S+):(\d+)(?: accept-proxy)*$/.exec(bind) ?? assert.fail(bind);
    assert.ok(address === '*' || isIP(address.replace(/^\[(.*)\]$/, '$1')) > 0, bind);
    assert.ok(ports.has(Number(port)), bind);
  }
};

const path = fc.stringMatching(/^\/[A-Za-z0-9/._~!&,=:@%-]{0,60}$/);

/** Label -> values that it takes, with every character that may be in them. */
const behaviour = fc.record(
  {
    AUTH: fc
      .tuple(
        fc.stringMatching(/^[\x20\x21\x23-\x24\x26\x28-\x39\x3b-\x5b\x5d-\x7e]{1,40}$/),
        fc.stringMatching(/^[\x21\x23-\x26\x28-\x39\x3b-\x5b\x5d-\x7e]{1,40}$/),
      )
      .map(([realm, user]) => `${realm}:${user}:zJSpTOBK1CV8o`),
    VHOST: fc.constantFrom('shop.example', '*.shop.example,a-b.example', '*', '::1'),
    HTTP_BACKEND_PROXYPASS_PATH: path,
    HTTP_BACKEND_REVPROXY_PATH: path,
    HTTP_BACKEND_REDIR: fc.stringMatching(/^\/[A-Za-z0-9._~!$&()*+,;=:@%?#-][A-Za-z0-9/._~!$&()*+,;=:@%?#-]{0,60}$/),
    BACKEND_NETWORK_ALLOWED_ACL: fc.constantFrom('10.0.0.0/8', '::/0 192.0.2.1', '0.0.0.0/0'),
    USE_HSTS: fc.constant('true'),
    HEALTHCHECK_HOST: fc.constantFrom('shop.example', 'x'),
    TIMEOUT_SERVER: fc.constantFrom('100ms', '7d'),
    TIMEOUT_CLIENT: fc.constantFrom('1s', '7d'),
    TIMEOUT_TUNNEL: fc.constantFrom('1s', '7d'),
    TIMEOUT_CONNECT: fc.constantFrom('50ms', '19s'),
    TIMEOUT_QUEUE: fc.constantFrom('50ms', '10m'),
    RETRIES: fc.constantFrom('0', '10'),
    MAXCONN: fc.constantFrom('1', '100000'),
    RATE_LIMIT: fc.constantFrom('1/1s', '1000000/1h'),
    CORS_ORIGINS: fc.constantFrom('*', 'https://www.example.com:8443,http://a'),
    BACKEND_PROTO: fc.constantFrom('h1', 'h2'),
    BIND_OPTIONS: fc.constantFrom('', 'accept-proxy', 'tfo defer-accept backlog 100'),
  },
  { requiredKeys: [] },
);

/** Values that labels take, of every form, in every mode, with checks of every kind. */
const right = fc
  .record({
    balance: fc.oneof(
      fc.constantFrom('roundrobin', 'static-rr', 'leastconn', 'first', 'source', 'random', 'rdp-cookie'),
      fc.stringMatching(/^random\([1-9]\d{0,3}\)$/),
      fc.stringMatching(/^uri( (whole|path-only|len [1-9]\d{0,4}|depth [1-9]\d{0,4})){0,4}$/),
      fc.stringMatching(/^url_param [A-Za-z0-9_.[\]-]{1,64}( check_post( \d{1,6})?)?$/),
      fc.stringMatching(/^hdr\([A-Za-z0-9_-]{1,64}\)( use_domain_only)?$/),
      fc.stringMatching(/^rdp-cookie\([A-Za-z0-9_-]{1,64}\)$/),
    ),
    mode: fc.constantFrom('http', 'tcp'),
    sticky: fc.boolean(),
    behaviour,
    check: fc.option(
      fc.record({
        protocol: fc.constantFrom('HTTP', 'HTTPS', 'TCP', 'MESOS_HTTP', 'MESOS_TCP'),
        path: text,
        port: fc.option(fc.constantFrom(1, 8080, 65_535), { nil: undefined }),
        intervalSeconds: fc.constantFrom(0, 1, 60, 1e9),
        timeoutSeconds: fc.constantFrom(0, 0.1, 20, 1e9),
        maxConsecutiveFailures: fc.constantFrom(0, 3, 1e9),
      }),
      { nil: undefined },
    ),
  })
  .map(({ balance, mode, sticky, behaviour: more, check }) => ({
    labels: { BALANCE: balance, MODE: mode, STICKY: String(sticky), ...more },
    check,
  }));

const rightEntry = ({ labels, check }: typeof right extends fc.Arbitrary<infer T> ? T : never, n: number): AppEntry =>
  anEntry(
    {
      id: `/right${n}`,
      ports: [aPort({ servicePort: 20_000 + n })],
      healthChecks: check === undefined ? [] : [aCheck(check as Parameters<typeof aCheck>[0])],
      labels: {
        HAPROXY_GROUP: 'external',
        ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value])),
      },
    },
    [aTask()],
  );

const batches = fc.array(hostile, { minLength: 30, maxLength: 30, size: 'max' }).map((many) => many.map(hostileEntry));

/** What is there without them, to the letter. */
const sectionsOf = (desired: Desired): readonly string[] => new Renderer(ownTemplates).sections(desired).map((section) => section.text);

const filesOf = (desired: Desired) => new Renderer(ownTemplates).render(desired, fingerprint(desired));

it('text in labels opens no section, no port and no file, and changes nothing of another app', () => {
  const good = build(GOOD, OPTIONS);
  assert.deepEqual(good.problems, []);
  fc.assert(
    fc.property(batches, (entries) => {
      const { desired, problems } = build([...GOOD, ...entries], OPTIONS);
      const [config, ...maps] = filesOf(desired).map(({ path, bytes }) => ({ path, text: bytes.toString() }));
      assert.ok(config?.path === 'haproxy.cfg');
      const { headings, words, binds } = read(config.text);
      assert.deepEqual(headings, expectedHeadings(desired));
      assert.deepEqual(
        [...words].filter((word) => !WORDS.has(word)),
        [],
      );
      assertOwnBinds(binds, [...GOOD, ...entries]);
      assert.doesNotMatch(config.text, /[^\x20-\x7e\n]/);

      const all = new Set(sectionsOf(desired));
      for (const section of sectionsOf(good.desired)) assert.ok(all.has(section), section);
      for (const [name, entriesOf] of good.desired.maps)
        for (const [key, value] of entriesOf) assert.equal(desired.maps.get(name)?.get(key), value, `${name} ${key}`);
      for (const { path, text: map } of maps) {
        const lines = map.split('\n').slice(0, -1);
        assert.equal(lines.length, desired.maps.get(path.replace(/^maps\/(.*)\.map$/, '$1'))?.size, path);
        for (const line of lines) assert.match(line, /^[\x21-\x7e]+ [\x21-\x7e]+$/);
      }
      for (const { appId, message } of problems) {
        assert.ok(appId.startsWith('/hostile'), appId);
        assert.ok(message.length < 3000 && !/[\p{Cc}\p{Cs}]/u.test(message), 'a problem is one line that may be printed');
      }
    }),
    { numRuns: 60 },
  );
});

it("text in labels ends no command on HAProxy's socket", () => {
  fc.assert(
    fc.property(batches, (entries) => {
      const { desired } = build([...GOOD, ...entries], OPTIONS);
      const wanted = fingerprint(desired);
      const observed = { fingerprint: wanted, pid: 1, scope: 'all', backends: new Map(), maps: new Map() } as const;
      const plan = makePlan(observed, desired, wanted, haproxy34);
      // Where servers need a reload the steps come before it.
      assert.ok(plan.kind !== 'noop');
      for (const step of plan.steps)
        for (const { line } of commandsFor(step)) {
          assert.match(line, /^(?:add|set|enable|publish) [\x20-\x7e]+$/);
          assert.doesNotMatch(line.replaceAll(/\\./g, ''), /;|<<|\\/, 'nothing ends it or begins a text of several lines');
          assert.ok(fitsHaproxy(line));
        }
    }),
    { numRuns: 60 },
  );
});

/** 3.4 measures how long it takes to verify a password: a busy machine is slow in that. */
const SLOW_PASSWORD = /^the hash algorithm used for this password takes \d+ milliseconds to verify/;

eachHaproxy('text in labels', ({ binary }) => {
  /** HAProxy neither refuses what comes of these apps nor warns of it. */
  const assertTaken = async (t: TestContext, apps: fc.Arbitrary<readonly AppEntry[]>): Promise<void> => {
    const folder = runFolder(t);
    await new StartStates(folder).clear();
    await fc.assert(
      fc.asyncProperty(apps, async (entries) => {
        const { desired } = build([...GOOD, ...entries], OPTIONS);
        for (const { path, bytes } of filesOf({ ...desired, globals: someGlobals({ runDir: folder }) })) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), bytes);
        }
        const said = await checkConfig(binary, join(folder, 'haproxy.cfg'));
        const warnings = said.filter(({ severity, message }) => severity !== 'notice' && !SLOW_PASSWORD.test(message));
        assert.deepEqual(warnings, []);
      }),
      // A smaller example is looked for no longer than a test may take.
      { numRuns: 15, interruptAfterTimeLimit: 100_000 },
    );
  };

  it('is never refused', async (t) => assertTaken(t, batches));

  it('is taken by HAProxy where it is taken as a value', async (t) =>
    assertTaken(
      t,
      fc.array(right, { minLength: 40, maxLength: 40, size: 'max' }).map((many) => many.map(rightEntry)),
    ));
});
