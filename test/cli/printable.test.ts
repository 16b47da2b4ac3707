import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { describePlan } from '../../src/cli/describe-plan.ts';
import { printable, printableError } from '../../src/cli/printable.ts';
import { table } from '../../src/cli/table.ts';
import { shown } from '../../src/labels/label.ts';
import type { ToldPlan } from '../../src/plan/plan.ts';
import { aServer } from '../kit/builders.ts';
import { placeFor, sluice, startSluice } from '../kit/sluice.ts';
import { startFake } from '../marathon/fake-marathon.ts';
import { anApp } from '../marathon/samples.ts';

const EVIL = '\u001B[2J\u009B1m\u007F\u202Eevil\u2066\u200B\uFEFF\r\b\nfaked line\u2028faked line\u0085faked line';
// eslint-disable-next-line no-control-regex
const ACTS = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/;

describe('text of others in a terminal', () => {
  const rows: readonly (readonly [text: string, printed: string])[] = [
    ['/shop: grün, 店, 🛒', '/shop: grün, 店, 🛒'],
    ['/shop\nready      yes\r\n', '/shop\\u000aready      yes\\u000d\\u000a'],
    ['\u001B[31m', '\\u001b[31m'],
    ['a\tb\rc\u0000', 'a\\u0009b\\u000dc\\u0000'],
    ['\u007F\u0085\u009B', '\\u007f\\u0085\\u009b'],
    ['\u202Egpj.exe\u2066\u200B\uFEFF\u00AD', '\\u202egpj.exe\\u2066\\u200b\\ufeff\\u00ad'],
    ['\u{E0041}', '\\udb40\\udc41'],
    ['\u2028\u2029', '\\u2028\\u2029'],
  ];
  for (const [text, printed] of rows)
    it(`is shown as ${JSON.stringify(printed)}`, () => {
      assert.equal(printable(['first', text, 'last']), `first\n${printed}\nlast`);
      assert.deepEqual(table([[text, 'a', text]]), [`${printed}  a  ${printed}`]);
    });

  it('in an error has lines of its own, but none that begins like ours', () =>
    assert.equal(printableError('sluice: refused:\n\u001B[2Jsluice: all is well'), 'sluice: refused:\n  \\u001b[2Jsluice: all is well'));

  it('is escaped in what is said of a label too', () => {
    assert.equal(shown('\u001B\u202E"'), '"\\u001b\\u202e\\""');
    assert.equal(printable([shown(EVIL)]), shown(EVIL));
  });

  it('a server that is given an address begins anew there, also where it is the same', () =>
    assert.deepEqual(describePlan({ kind: 'runtime', steps: [{ kind: 'set-address', backend: 'shop_10000', server: aServer() }] }), [
      'without a reload:',
      '  begin shop_10000/10_0_0_1_31000 anew at 10.0.0.1:31000',
    ]));
});

const EXPLANATION = {
  appId: '/shop',
  instances: 1,
  network: 'host',
  groups: [EVIL],
  deployment: {
    ...{ group: EVIL, definition: EVIL, apps: [EVIL], drained: [] },
    shares: [{ appId: EVIL, colour: EVIL, percent: 100 }],
    decided: { by: EVIL, at: '2026-01-01T00:00:00.000Z', reason: EVIL, splitBy: EVIL },
  },
  ports: [
    {
      index: 0,
      servicePort: 10000,
      backend: 'shop_10000',
      frontends: [EVIL],
      routes: [],
      servers: [],
      left: [{ taskId: EVIL, because: EVIL }],
      colours: [
        { appId: EVIL, backend: EVIL, visitorsPercent: 1 },
        { appId: EVIL, backend: EVIL, preview: { header: EVIL, cookie: EVIL, hosts: [EVIL], networks: [EVIL] } },
      ],
    },
  ],
  problems: [{ appId: '/shop', message: EVIL }],
};

const PLAN: ToldPlan = { kind: 'reload', because: [EVIL], steps: [{ kind: 'add-map-entry', map: 'routes', key: EVIL, value: EVIL }] };

const AT = '2026-01-01T00:00:00.000Z';
const STATUS: object = {
  version: '1',
  pid: 1,
  startedAt: AT,
  ready: { ready: true, because: [], notes: [EVIL], pictureAgeSeconds: 1 },
  picture: { source: 'saved', asOf: AT, ageSeconds: 1, isInDoubt: false, saved: {} },
  marathon: {
    ...{ connected: false, streaming: false, url: EVIL, leader: EVIL, reconnects: 0, brokenEvents: 0, problems: [] },
    lastError: { code: 'MARATHON_NONSENSE', message: EVIL, atMs: 0 },
  },
  haproxy: { version: EVIL, running: true, fingerprint: 'f', oldWorkers: 0, reloadPending: [] },
  ...{ apps: 1, tasks: 1, frontends: 1, backends: 1, servers: 1 },
  lastCycle: { at: AT, kind: 'reload', steps: 0, because: [EVIL], durationMs: 1 },
  lastReload: { at: AT, because: [EVIL], durationMs: 1, error: EVIL },
  counters: { events: 0, cycles: 0, steps: 0, reloads: 0, failedReloads: 0, refusedSteps: 0, mismatches: 0 },
  problems: [{ appId: EVIL, label: EVIL, message: EVIL }],
  dns: {
    state: 'fresh',
    ageSeconds: 1,
    domain: EVIL,
    answering: { listeners: [{ address: EVIL, port: 53 }], tasks: 1, records: 1, serial: 1 },
    process: {},
  },
  sluices: { leads: false, leader: EVIL, others: [{ name: EVIL, because: EVIL }] },
};

const SIGNED = { by: EVIL, at: AT, reason: EVIL };

const DECIDED: object = {
  revision: 1,
  store: EVIL,
  groups: [
    {
      group: EVIL,
      apps: [{ appId: EVIL, colour: EVIL, share: 100 }],
      shares: { shares: { [EVIL]: 100 }, closed: [], splitBy: EVIL, ...SIGNED },
      rollout: { to: EVIL, options: { steps: [100] }, state: { phase: EVIL, step: 0, paused: SIGNED }, started: SIGNED },
      problems: [],
    },
  ],
  overrides: [{ id: '1', kind: 'maintenance', appId: EVIL, ...SIGNED }],
};

/** Answers every request so. */
const apiThatSays = async (t: TestContext, status: number, body: unknown): Promise<readonly string[]> => {
  const answerTo = (url?: string): unknown => (status === 200 && url === '/v2/rollouts' ? DECIDED : body);
  const server = createServer(({ url }, answer) => answer.writeHead(status).end(JSON.stringify(answerTo(url))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return ['--api', `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
};

interface Verb {
  readonly verb: readonly string[];
  /** What Sluice answers. */
  readonly answer: unknown;
  readonly lines: number;
  readonly json: unknown;
}

const VERBS: readonly Verb[] = [
  { verb: ['explain', '/shop'], answer: EXPLANATION, lines: 17, json: EXPLANATION },
  { verb: ['status'], answer: STATUS, lines: 19, json: { ...STATUS, decided: DECIDED } },
  { verb: ['plan'], answer: PLAN, lines: 4, json: PLAN },
];

describe('a verb that asks a running Sluice', () => {
  for (const { verb, answer, lines, json } of VERBS) {
    it(`prints nothing that a terminal acts on or that fakes a line, and JSON that means the same: ${verb[0] ?? ''}`, async (t) => {
      const api = await apiThatSays(t, 200, answer);
      const { code, stdout, stderr } = await sluice([...verb, ...api]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /evil/);
      assert.doesNotMatch(stdout, ACTS);
      assert.equal(stdout.trimEnd().split('\n').length, lines, stdout);
      const printed = (await sluice([...verb, '--json', ...api])).stdout;
      assert.doesNotMatch(printed, ACTS);
      assert.equal(printed.indexOf('\n'), printed.length - 1);
      assert.deepEqual(JSON.parse(printed), json);
    });

    it(`prints an error so that no line of it looks like ours: ${verb[0] ?? ''}`, async (t) => {
      const { code, stderr } = await sluice([...verb, ...(await apiThatSays(t, 502, { error: EVIL, code: 'HAPROXY_SOCKET' }))]);
      assert.equal(code, 1);
      assert.doesNotMatch(stderr, ACTS);
      assert.match(stderr, /^sluice: .*evil.*\n {2}faked line.*\n$/);
    });
  }
});

describe('sluice run', () => {
  it('logs nothing that a terminal acts on, and JSON that means the same', async (t) => {
    const place = await placeFor(t);
    const marathon = await startFake([anApp({ id: '/\u009Bevil\u202E', labels: { HAPROXY_GROUP: 'external', HAPROXY_0_MODE: '\u009B' } })]);
    t.after(async () => marathon.close());
    const running = startSluice(t, ['run', '--marathon', marathon.url, ...place.flags]);
    const logged = await running.prints(/.*"msg":"problem".*/);
    assert.doesNotMatch(running.stdout, ACTS);
    assert.equal((JSON.parse(logged) as { appId: string }).appId, '/\u009Bevil\u202E');
    assert.equal((await running.endBy('SIGTERM')).code, 0);
  });
});
