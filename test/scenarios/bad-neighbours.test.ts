import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import type { AppEntry } from '../../src/model/model.ts';
import { loadTemplates } from '../../src/startup/template-files.ts';
import { aCheck, anEntry, aPort, aTask } from '../kit/builders.ts';
import { type Core, openCore } from '../kit/core.ts';
import { countingHaproxy } from '../kit/counting-haproxy.ts';
import { anAppDefinition } from '../kit/edge.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';
import { upstream } from '../kit/haproxy-upstream.ts';
import { sawNoFailure, steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

const GOOD_APPS = 200;
/** Below those that `freePorts` gives. */
const FIRST_PORT = 10_000;

interface Wish {
  readonly id: string;
  readonly servicePorts?: readonly number[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly checkPath?: string;
  /** Later ones give way. */
  readonly version?: string;
}

/** An app of group external whose task is at this port. */
const appAt =
  (taskPort: number) =>
  ({ id, servicePorts = [0], labels = {}, checkPath, version = '2026-01-01T00:00:00.000Z' }: Wish): AppEntry =>
    anEntry(
      {
        id,
        version,
        network: 'container',
        ports: servicePorts.map((servicePort) => aPort({ servicePort, containerPort: taskPort })),
        healthChecks: checkPath === undefined ? [] : [aCheck({ protocol: 'HTTP', path: checkPath })],
        labels: { HAPROXY_GROUP: 'external', ...labels },
      },
      [aTask({ id: `${id.slice(1, 60).replaceAll('/', '_')}.1`, host: '127.0.0.1', ipAddresses: ['127.0.0.1'] })],
    );

const hostOf = (n: number): string => `good-${n}.example`;

const good = (n: number, labels: Readonly<Record<string, string>> = {}): Wish => ({
  id: `/good/${n}`,
  servicePorts: [FIRST_PORT + n],
  labels: { HAPROXY_0_VHOST: hostOf(n), ...labels },
});

const many = Array.from({ length: GOOD_APPS }, (_, n) => good(n));

/** Labels of the first port without the prefix. */
const labelled = (labels: Readonly<Record<string, string>>): Pick<Wish, 'labels'> => ({
  labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value])),
});

interface Kind extends Partial<Wish> {
  readonly what: string;
  readonly problem: RegExp;
}

/** Every way in which an app may be wrong. */
const kindsOf = ({ settings }: Core): readonly Kind[] => [
  { what: 'no host name', ...labelled({ VHOST: 'not a host!' }), problem: /^HAPROXY_0_VHOST is "not a host!" and/ },
  {
    what: 'a host name in other letters',
    ...labelled({ VHOST: 'ßhöp.例え.example' }),
    problem: /^HAPROXY_0_VHOST is .* is not a host name/,
  },
  { what: 'a very long label', ...labelled({ VHOST: 'x'.repeat(100_000) }), problem: /^HAPROXY_0_VHOST is "x{80}…" and/ },
  {
    what: 'no path',
    ...labelled({ VHOST: 'a.example', PATH: 'cart' }),
    problem: /^HAPROXY_0_PATH is "cart" and "cart" is not a path prefix/,
  },
  {
    what: 'quotes and braces',
    ...labelled({ VHOST: 'a.example', PATH: `/a"'{}%[env(HOME)]` }),
    problem: /^HAPROXY_0_PATH .* is not a path prefix/,
  },
  { what: 'a flag of HAProxy', ...labelled({ PATH: '-f /cart' }), problem: /^HAPROXY_0_PATH .* the flag "-f" is not supported/ },
  { what: 'a port that is no number', ...labelled({ PORT: 'abc' }), problem: /^HAPROXY_0_PORT is "abc" and must be a whole number/ },
  { what: 'a port too large', ...labelled({ PORT: '70000' }), problem: /^HAPROXY_0_PORT is "70000" and must be a whole number/ },
  { what: 'an unknown mode', ...labelled({ MODE: 'health' }), problem: /^HAPROXY_0_MODE is "health" and must be http or tcp/ },
  { what: 'an unknown algorithm', ...labelled({ BALANCE: 'rm -rf /' }), problem: /^HAPROXY_0_BALANCE is "rm -rf \/" and must be/ },
  {
    what: 'lines in a label',
    ...labelled({ BALANCE: 'roundrobin\nfrontend x\n  bind :22' }),
    problem: /^HAPROXY_0_BALANCE is "roundrobin\\nfrontend x/,
  },
  { what: 'a weight that is none', ...labelled({ BACKEND_WEIGHT: 'heavy' }), problem: /^HAPROXY_0_BACKEND_WEIGHT is "heavy" and must be/ },
  { what: 'an address that is none', ...labelled({ BIND_ADDR: 'bind :22' }), problem: /^HAPROXY_0_BIND_ADDR is "bind :22" and must be/ },
  {
    what: 'an address of another host',
    ...labelled({ BIND_ADDR: '192.0.2.1' }),
    problem: /not opened: this host does not have the address/,
  },
  {
    what: 'a service port of another app',
    servicePorts: [FIRST_PORT + 7],
    problem: /^service port 10007 is not opened: \/good\/7 \(port index 0\) has it/,
  },
  {
    what: 'a port of the balancer',
    ...labelled({ PORT: String(settings.statsPort) }),
    problem: /is not opened: it belongs to the statistics page/,
  },
  { what: 'a route of another app', ...labelled({ VHOST: hostOf(9) }), problem: /^good-9\.example\/ is not routed here: .* of \/good\/9/ },
  {
    what: 'the name of another app',
    id: '/good_11',
    servicePorts: [FIRST_PORT + 11],
    problem: /^backend good_11_10011 is taken by \/good\/11/,
  },
  {
    what: 'a name that HAProxy cannot hold',
    id: `/${'n'.repeat(250)}`,
    problem: /cannot be the name of a HAProxy backend: rename the app/,
  },
  { what: 'one service port twice', servicePorts: [13_500, 13_500], problem: /is taken by port index 0 of the same app/ },
  { what: 'a virtual host in mode tcp', ...labelled({ MODE: 'tcp', VHOST: 'tcp.example' }), problem: /^a virtual host needs mode http/ },
  {
    what: 'an algorithm for http in mode tcp',
    ...labelled({ MODE: 'tcp', BALANCE: 'uri' }),
    problem: /^"uri" needs mode http, .* roundrobin is used/,
  },
  {
    what: 'too many paths',
    ...labelled({ VHOST: 'many.example', PATH: Array.from({ length: 101 }, (_, n) => `/${n}`).join(' ') }),
    problem: /^101 path prefixes are more than 100/,
  },
  {
    what: 'a text that opens a section',
    ...labelled({ BACKEND_HEAD: 'backend {backend}\n  mode {mode}\nlisten mine\n  bind :22' }),
    problem: /^HAPROXY_0_BACKEND_HEAD has the line "listen mine", which no app may use/,
  },
  {
    what: 'a text with a placeholder that is none',
    ...labelled({ BACKEND_HEAD: 'backend {nobody}' }),
    problem: /^HAPROXY_0_BACKEND_HEAD names "\{nobody\}"/,
  },
  {
    what: 'a text that HAProxy refuses',
    ...labelled({ MODE: 'http', BACKEND_HTTP_OPTIONS: '  http-request set-header X-Y %[nope]' }),
    problem: /^HAProxy refuses this port, and it is left out: .*nope/,
  },
  {
    what: 'rules that HAProxy refuses',
    ...labelled({
      VHOST: 'rules.example',
      HTTP_FRONTEND_ACL: '  use_backend {backend} if { nope 1 }'.replaceAll(/\{ nope 1 \}/g, '{{ nope 1 }}'),
    }),
    problem: /^HAProxy refuses the rules of this port, and they are left out: .*nope/,
  },
  {
    what: 'what HAProxy refuses',
    ...labelled({ STICKY: 'yes', MODE: 'http' }),
    problem: /^HAProxy refuses this port, and it is left out: .*no such ACL : 'nope'/,
  },
  {
    what: 'what a template fails on',
    ...labelled({ MODE: 'http' }),
    checkPath: '/unlucky',
    problem: /^HAProxy refuses this port, and it is left out: template profile\.hbs cannot be rendered/,
  },
];

/** Templates of an operator that are wrong for some: HAProxy reads no further at the first rule. */
const TEMPLATE_LINES = {
  profile: '{{#if cookie}}\n  http-request deny if nope\n{{/if}}\n{{#if httpCheck}}\n  # {{httpCheck.nosuch}}\n{{/if}}',
};

const settled = async (core: Core): Promise<void> => {
  await waitFor('nothing is left to do', async () => core.reloader.idle && (await core.plan()).kind === 'noop');
};

eachHaproxy('bad labels beside two hundred good apps', ({ binary }) => {
  it('of twenty kinds at once: what is new of a good app is live in the same cycle, and each bad one has its problem', async (t) => {
    const { port } = await upstream(t, 'here');
    const app = appAt(port);
    const counting = countingHaproxy(t, binary);
    const core = await openCore(t, { haproxy: counting.binary, templateLines: TEMPLATE_LINES });
    core.take(many.map(app));
    await waitFor('the good apps are served', async () => (await core.get(hostOf(GOOD_APPS - 1))).status === 200);
    await settled(core);
    const before = { ...core.reloader.counts, cycles: core.loop.counters.cycles, checks: counting.checks() };

    const kinds = kindsOf(core);
    assert.ok(kinds.length >= 20);
    const bad = kinds.map(({ what, problem, ...wish }, n): Wish & { readonly what: string; readonly problem: RegExp } => ({
      ...{ id: `/bad/${n}`, servicePorts: [13_000 + n], version: '2026-02-01T00:00:00.000Z' },
      ...wish,
      ...{ what, problem },
    }));
    const now = [
      ...many.slice(0, -1),
      good(GOOD_APPS - 1, { HAPROXY_0_VHOST: `${hostOf(GOOD_APPS - 1)},new.example` }),
      good(GOOD_APPS),
      ...bad,
    ];
    core.take(now.map(app));

    await waitFor('one cycle', () => core.loop.counters.cycles > before.cycles);
    assert.equal((await core.get('new.example')).status, 200, 'a route is live after it');
    await waitFor('one reload', () => core.reloader.counts.reloads > before.reloads);
    assert.equal((await core.get(hostOf(GOOD_APPS))).status, 200, 'a new app is live after it');
    assert.equal(core.reloader.counts.failedReloads, before.failedReloads);
    // HAProxy tells of some mistakes only when there are no others.
    assert.ok(counting.checks() - before.checks <= 4, `${counting.checks() - before.checks} checks`);

    const problems = core.picture.problems();
    for (const { what, id, problem } of bad) {
      const own = problems.filter(({ appId }) => appId === id);
      assert.equal(own.length, 1, `${what}: ${JSON.stringify(own)}`);
      assert.match(own[0]?.message ?? '', problem, what);
    }
    assert.equal(problems.length, bad.length, 'nobody else has one');

    await settled(core);
    const then = { ...core.reloader.counts, checks: counting.checks() };
    core.take(now.map(app));
    core.loop.lookAtAll();
    await settled(core);
    assert.deepEqual({ ...core.reloader.counts, checks: counting.checks() }, then, 'what is refused is not asked about again');
    for (const n of [0, 7, 9, 11, GOOD_APPS]) assert.equal((await core.get(hostOf(n))).status, 200, hostOf(n));
  });

  it('two hundred at once, each refused for a reason of its own: likewise', async (t) => {
    const { port } = await upstream(t, 'here');
    const app = appAt(port);
    const counting = countingHaproxy(t, binary);
    const templateLines = { profile: '{{#if httpCheck}}\n  http-check expect rstring {{httpCheck}}\n{{/if}}' };
    const core = await openCore(t, { haproxy: counting.binary, templateLines });
    core.take(many.map(app));
    await waitFor('the good apps are served', async () => (await core.get(hostOf(0))).status === 200);
    await settled(core);
    const before = { ...core.reloader.counts, checks: counting.checks() };

    const bad = Array.from({ length: 200 }, (_, n) => ({
      ...{ id: `/bad/${n}`, servicePorts: [13_000 + n], labels: { HAPROXY_0_VHOST: `bad-${n}.example` }, checkPath: `/(${n}` },
    }));
    core.take([...many, good(GOOD_APPS), ...bad].map(app));
    await waitFor('one reload', () => core.reloader.counts.reloads > before.reloads);
    assert.equal((await core.get(hostOf(GOOD_APPS))).status, 200, 'the new app is live after it');
    assert.equal(core.reloader.counts.failedReloads, before.failedReloads);
    // HAProxy tells of some mistakes only when there are no others.
    assert.ok(counting.checks() - before.checks <= 4, `${counting.checks() - before.checks} checks`);
    const problems = core.picture.problems();
    assert.deepEqual(new Set(problems.map(({ appId }) => appId)), new Set(bad.map(({ id }) => id)));
    for (const { message } of problems)
      assert.match(message, /^HAProxy refuses this port, and it is left out: .*'http-check expect rstring \/\(\d+'/);
    assert.equal((await core.get(hostOf(3))).status, 200);
    assert.equal((await core.get('bad-3.example')).status, 503);
  });

  it('one bad app alone costs no reload and two checks at most, and nothing while nothing about it changes', async (t) => {
    const { port } = await upstream(t, 'here');
    const app = appAt(port);
    const counting = countingHaproxy(t, binary);
    const core = await openCore(t, { haproxy: counting.binary, templateLines: TEMPLATE_LINES });
    core.take(many.map(app));
    await waitFor('the good apps are served', async () => (await core.get(hostOf(0))).status === 200);
    await settled(core);
    const before = { ...core.reloader.counts, checks: counting.checks() };
    const sticky: Wish = { id: '/bad', servicePorts: [13_000], labels: { HAPROXY_0_VHOST: 'bad.example', HAPROXY_0_STICKY: 'true' } };
    core.take([...many, sticky].map(app));
    await waitFor('it has its problem', () => core.picture.problems().length === 1);
    await settled(core);
    assert.deepEqual(core.reloader.counts, { reloads: before.reloads, failedReloads: before.failedReloads });
    assert.ok(counting.checks() - before.checks <= 2, `${counting.checks() - before.checks} checks`);

    const then = counting.checks();
    // Its task is another: nothing that HAProxy complained of.
    core.take([...many.map(app), appAt((await upstream(t, 'there')).port)(sticky)]);
    core.loop.lookAtAll();
    await settled(core);
    assert.equal(counting.checks(), then);

    core.take([...many, { ...sticky, labels: { HAPROXY_0_VHOST: 'bad.example' } }].map(app));
    await waitFor('it is served when it is mended', async () => (await core.get('bad.example')).status === 200);
    assert.deepEqual(core.picture.problems(), []);
  });

  it('a template that is wrong for most of what serves is the fault of no app: all goes on as it was', async (t) => {
    const { port } = await upstream(t, 'here');
    const app = appAt(port);
    const first = await openCore(t, { haproxy: binary });
    first.take(many.map(app));
    await waitFor('the good apps are served', async () => (await first.get(hostOf(0))).status === 200);
    await settled(first);
    await first.close('leave');
    let before = first;
    const last = 'frontend-service';
    for (const template of ['backend', 'profile', last]) {
      const next = await openCore(t, { haproxy: binary, after: before, templateLines: { [template]: '  frobnicate' } });
      next.take(many.map(app));
      const { error } = await waitFor('the reload fails', () => next.reloader.last);
      assert.match(error ?? '', /unknown keyword 'frobnicate'/, template);
      assert.match(error ?? '', /for \d+ of \d+ backends that serve, so nothing is left out and what serves stays/, template);
      assert.deepEqual(next.picture.problems(), []);
      assert.equal((await next.get(hostOf(0))).status, 200);
      await next.close(template === last ? 'stop' : 'leave');
      before = next;
    }
  });

  it('what HAProxy takes at run time and would refuse in its files is left out of both', async (t) => {
    const { port } = await upstream(t, 'here');
    const app = appAt(port);
    // Of the backend's own text HAProxy sees nothing at run time.
    const templateLines = { backend: '{{#each serverLines}}{{#if @first}}  stick on src table {{../name}}_table\n{{/if}}{{/each}}' };
    const core = await openCore(t, { haproxy: binary, templateLines, flags: { dontBindServicePorts: true } });
    const idle = (n: number): AppEntry => ({ ...app(good(n)), tasks: new Map() });
    core.take(Array.from({ length: 20 }, (_, n) => idle(n)));
    await settled(core);
    core.take([...Array.from({ length: 20 }, (_, n) => idle(n)), app(good(20))]);
    await waitFor('it has its problem', () => core.picture.problems().length === 1);
    assert.match(
      core.picture.problems()[0]?.message ?? '',
      /^HAProxy refuses this port, and it is left out: .*unable to find stick-table 'good_20_10020_table'/,
    );
    await waitFor('HAProxy has nothing of it', async () => !(await core.haproxy.observe('all')).backends.has('good_20_10020'));
    await settled(core);
    assert.equal(core.reloader.counts.failedReloads, 0);
  });

  it('under load, with Marathon: apps that are good see nothing of one that is refused, mended and gone', async (t) => {
    const templatesDir = runFolder(t);
    writeFileSync(join(templatesDir, 'profile.hbs'), `${loadTemplates(undefined).get('profile') ?? ''}${TEMPLATE_LINES.profile}\n`);
    const { edge, clients } = await steadyEdge(t, { haproxy: binary, flags: { templatesDir } });
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/bad', { labels: { HAPROXY_0_STICKY: 'true' } }));
    const problemsOf = async () => (await edge.daemon.views.status()).problems.filter(({ appId }) => appId === '/bad');
    const [problem] = await waitFor('it is refused', async () => {
      const problems = await problemsOf();
      return problems.length > 0 && problems;
    });
    assert.match(problem?.message ?? '', /no such ACL : 'nope'/);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/next'));
    await edge.until(200, 'next.example');
    await edge.deploy('PUT', '/v2/apps/bad', { labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'bad.example' } });
    await edge.until(200, 'bad.example');
    assert.deepEqual(await problemsOf(), []);
    await edge.deploy('PUT', '/v2/apps/bad', {
      labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'bad.example', HAPROXY_0_STICKY: 'true' },
    });
    await edge.until(503, 'bad.example');
    await edge.deploy('DELETE', '/v2/apps/bad');
    await waitFor('nothing is wrong', async () => (await edge.daemon.views.status()).problems.length === 0);
    assert.equal((await edge.daemon.views.status()).counters.failedReloads, 0);
    await sawNoFailure(clients);
  });
});
