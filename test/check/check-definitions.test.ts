import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkDefinitions } from '../../src/check/check-definitions.ts';
import { definitionsIn } from '../../src/check/definitions.ts';
import { entriesOf } from '../../src/check/entries.ts';
import type { Problem } from '../../src/kit/problem.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { someGlobals, someOptions } from '../kit/builders.ts';
import { ownTemplates } from '../kit/own-templates.ts';

const OLD = '2020-01-01T00:00:00.000Z';

interface Report {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly apps: number;
}

/** Without HAProxy. */
const report = async (apps: unknown, groups?: readonly string[], existing: readonly AppEntry[] = []): Promise<Report> =>
  checkDefinitions([definitionsIn(apps)], existing, {
    groups,
    options: someOptions(),
    globals: someGlobals(),
    templates: ownTemplates,
    binary: undefined,
  });

/** 'APP LABEL' of each. */
const places = (problems: readonly Problem[]): readonly string[] => problems.map(({ appId, label }) => `${appId} ${label ?? '-'}`);

const anApp = (id: string, labels: Readonly<Record<string, string>> = {}, more: object = {}): object => ({
  id,
  cmd: 'serve',
  labels: { HAPROXY_GROUP: 'external', ...labels },
  ...more,
});

const vhost = (id: string, host: string, more: Readonly<Record<string, string>> = {}): object =>
  anApp(id, { HAPROXY_0_VHOST: host, ...more });

/** Apps as they run already. */
const existing = (...apps: readonly object[]): readonly AppEntry[] =>
  entriesOf(definitionsIn(apps.map((app) => ({ ...app, version: OLD, portDefinitions: [{ port: 15_000 }], tasks: [] }))), [], OLD).entries;

describe('what is wrong with definitions', () => {
  it('tells of limits: instances, path prefixes, routes and ports', async () => {
    const found = await report([
      anApp('/many-instances', {}, { instances: 10_001 }),
      vhost('/many-paths', 'a.example', { HAPROXY_0_PATH: Array.from({ length: 101 }, (_, n) => `/${n}`).join(' ') }),
      vhost('/many-hosts', Array.from({ length: 1001 }, (_, n) => `h${n}.example`).join(',')),
      anApp('/many-ports', {}, { portDefinitions: Array.from({ length: 101 }, () => ({ port: 0 })) }),
    ]);
    assert.deepEqual(places(found.problems), [
      '/many-hosts HAPROXY_0_VHOST',
      '/many-instances -',
      '/many-paths HAPROXY_0_PATH',
      '/many-ports HAPROXY_GROUP',
    ]);
    assert.match(found.problems[1]?.message ?? '', /^10001 instances are more than the 10000 servers/);
  });

  it('does not hold apps of different groups against each other, unless one balancer takes both', async () => {
    const apps = [
      vhost('/a', 'same.example', { HAPROXY_GROUP: 'external', HAPROXY_0_PORT: '9000' }),
      vhost('/b', 'same.example', { HAPROXY_GROUP: 'internal', HAPROXY_0_PORT: '9000' }),
    ];
    assert.deepEqual((await report(apps)).problems, []);
    for (const groups of [['*'], ['external', 'internal']])
      assert.deepEqual(places((await report(apps, groups)).problems), ['/b -', '/b HAPROXY_0_VHOST']);
    const wrong = vhost('/c', 'not a host', { HAPROXY_GROUP: 'internal', HAPROXY_0_VHSOT: 'x' });
    const elsewhere = await report([...apps, wrong], ['external']);
    assert.deepEqual([elsewhere.problems, elsewhere.warnings], [[], []]);
    assert.deepEqual(places((await report([...apps, wrong])).problems), ['/c HAPROXY_0_VHOST']);
  });

  it('checks what has labels and no group, and warns that hardly anybody takes it', async () => {
    const found = await report([
      { id: '/shop', labels: { HAPROXY_0_MODE: 'udp' } },
      { id: '/worker', labels: { team: 'x' } },
    ]);
    assert.deepEqual(places(found.problems), ['/shop HAPROXY_0_MODE']);
    assert.deepEqual(places(found.warnings), ['/shop -']);
    assert.match(found.warnings[0]?.message ?? '', /no HAPROXY_GROUP/);
  });

  it('tells of nothing where HAProxy is not asked and all is well', async () => {
    assert.deepEqual(await report([vhost('/a', 'a.example'), { id: '/worker' }]), { problems: [], warnings: [], apps: 2 });
  });

  it('counts definitions without an id too', async () => assert.equal((await report([{}, {}, { id: '/a' }, { id: '/a' }])).apps, 3));

  describe('beside apps that run', () => {
    it('tells a new app that its route is taken, and nothing of the mistakes that are there already', async () => {
      const there = existing(
        vhost('/z', 'shop.example'),
        anApp('/bad', { HAPROXY_0_MODE: 'udp', HAPROXY_0_PORT: '81' }),
        vhost('/zz', 'shop.example'),
      );
      const found = await report(vhost('/a', 'shop.example'), undefined, there);
      assert.deepEqual(places(found.problems), ['/a HAPROXY_0_VHOST']);
      assert.match(found.problems[0]?.message ?? '', /of \/z \(port index 0/);
    });

    it('finds nothing wrong in a new version of an app that is there', async () => {
      const there = existing(vhost('/shop', 'shop.example'), vhost('/other', 'other.example', { HAPROXY_0_PORT: '9000' }));
      const found = await report(vhost('/shop', 'shop.example,www.shop.example'), undefined, there);
      assert.deepEqual(found.problems, []);
    });

    it('lets an app keep what it has had for longer, and tells it what it wants in vain', async () => {
      const there = existing(vhost('/b', 'old.example', { HAPROXY_0_PORT: '9001' }), vhost('/a', 'a.example', { HAPROXY_0_PORT: '9000' }));
      const found = await report([vhost('/a', 'a.example,old.example', { HAPROXY_0_PORT: '9000' })], undefined, there);
      assert.deepEqual(
        found.problems.map(({ message }) => message.split(' ')[0]),
        ['old.example/'],
      );
    });

    it('tells what a new app takes from one that is there', async () => {
      const there = existing(vhost('/z', 'shop.example'));
      const found = await report(vhost('/a', 'shop.example', { HAPROXY_0_BACKEND_WEIGHT: '5' }), undefined, there);
      assert.deepEqual(places(found.problems), ['/z HAPROXY_0_VHOST']);
      assert.match(found.problems[0]?.message ?? '', /of \/a \(port index 0, weight 5\) takes it/);
    });
  });
});

describe('definitions of pods', () => {
  const aPod = (
    id: string,
    labels: Readonly<Record<string, string>>,
    endpoints: readonly unknown[] = [{ name: 'http', hostPort: 0 }],
  ): object => ({
    id,
    labels: { HAPROXY_GROUP: 'external', ...labels },
    containers: [{ name: 'web', resources: { cpus: 0.1, mem: 32 }, endpoints }],
    networks: [{ mode: 'host' }],
  });

  it('are checked as apps are, with what they have of their own', async () => {
    const found = await report([
      aPod('/good', { HAPROXY_0_VHOST: 'good.example' }),
      aPod('/wrong', { HAPROXY_0_MODE: 'ftp' }),
      aPod('/nowhere', {}),
      aPod('/slip', { HAPROXY_0_VHOST: 'slip.example', HAPROXY_1_VHOST: 'slip.example', HAPROXY_0_VHSOT: 'x' }),
      aPod('/no-pod', {}, [{ hostPort: 0 }]),
      vhost('/app', 'good.example'),
    ]);
    assert.deepEqual(places(found.problems), ['/good HAPROXY_0_VHOST', '/no-pod -', '/nowhere HAPROXY_0_PORT', '/wrong HAPROXY_0_MODE']);
    assert.match(found.problems[1]?.message ?? '', /^it is no pod definition: spec\.containers\.0\.endpoints\.0\.name/);
    assert.deepEqual(places(found.warnings), ['/slip HAPROXY_0_VHSOT', '/slip HAPROXY_1_VHOST']);
    assert.equal(found.apps, 6);
  });

  it('are held against each group that their labels name', async () => {
    const found = await report([
      aPod('/a', { HAPROXY_GROUP: 'one', HAPROXY_0_VHOST: 'a' }),
      aPod('/b', { HAPROXY_0_GROUP: 'one', HAPROXY_0_VHOST: 'a' }),
    ]);
    assert.deepEqual(places(found.problems), ['/b HAPROXY_0_VHOST']);
  });
});
