import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ZddApp } from '../../src/zdd/app.ts';
import { lastly } from '../kit/lastly.ts';
import { type Ended, sluice, startSluice, type StartOptions } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { blue, DEFINITION, green, instances, whats } from './fixtures.ts';

interface Place {
  readonly cluster: Cluster;
  readonly folder: string;
  readonly flags: readonly string[];
  readonly zdd: (more?: readonly string[], options?: StartOptions) => Promise<Ended>;
}

const placeFor = async (t: TestContext): Promise<Place> => {
  const cluster = await openCluster(t);
  const { path: folder, remove } = tempFolder();
  lastly(t, remove);
  const file = join(folder, 'app.json');
  writeFileSync(file, JSON.stringify(DEFINITION));
  const flags = ['zdd', '-j', file, '-m', cluster.marathon, '-l', cluster.balancer, '--step-delay', '0.01'];
  return { cluster, folder, flags, zdd: async (more = ['--force'], options = {}) => sluice([...flags, ...more], options) };
};

describe('sluice zdd', { concurrency: 2 }, () => {
  it('creates a first app, then walks from blue to green as zdd.py did, then to blue with its own port again', async (t) => {
    const { cluster, zdd } = await placeFor(t);
    const first = await zdd();
    assert.equal(first.code, 0, first.stderr);
    const printed = JSON.parse(first.stdout) as ZddApp;
    assert.deepEqual(printed, cluster.changes[0]?.body);
    assert.deepEqual(
      [whats(cluster), printed.instances, Object.keys(printed)],
      [['POST /v2/apps'], 3, ['cmd', 'container', 'id', 'instances', 'labels']],
    );
    assert.ok(
      first.stdout.startsWith(
        '{\n  "cmd": "./s\\u00e9rve",\n  "container": {\n    "portMappings": [\n      {\n        "containerPort": 80,',
      ),
      first.stdout,
    );

    cluster.changes.length = 0;
    const second = await zdd();
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual(
      cluster.changes.map(({ what, body }) => [what, what === 'POST /v2/apps' ? '' : body]),
      [
        ['POST /v2/apps', ''],
        ['POST /v2/tasks/delete?scale=true', { ids: ['nginx-blue.0001'] }],
        ['PUT /v2/apps/nginx-green', { instances: 2 }],
        ['POST /v2/tasks/delete?scale=true', { ids: ['nginx-blue.0002'] }],
        ['PUT /v2/apps/nginx-green', { instances: 3 }],
        ['DELETE /v2/apps/nginx-blue', undefined],
      ],
    );
    const portOf = (app: unknown): number | null | undefined => (app as ZddApp).container?.portMappings?.[0]?.servicePort;
    assert.equal(portOf(JSON.parse(second.stdout)), 10_001);
    assert.match(second.stderr, /^creates \/nginx-green with 1 instance beside \/nginx-blue$/m);
    assert.match(second.stderr, /^kills 1 drained task of \/nginx-blue: 2 instances are left$/m);

    const third = await zdd(['--force', '--linear-increase', '2', '--initial-instances', '3']);
    assert.equal(third.code, 0, third.stderr);
    assert.deepEqual([instances(cluster), portOf(JSON.parse(third.stdout))], [['/nginx-blue 3'], 10_000]);
  });

  it('prints and changes nothing with --dry-run, also where two apps are there', async (t) => {
    const { cluster, zdd } = await placeFor(t);
    blue(cluster);
    const { code, stdout } = await zdd(['--dry-run', '--new-instances', '9', '--initial-instances', '2']);
    const { id, instances: count, labels } = JSON.parse(stdout) as ZddApp;
    assert.deepEqual(
      [code, id, count, labels['HAPROXY_DEPLOYMENT_NEW_INSTANCES'], labels['HAPROXY_0_PORT']],
      [0, '/nginx-green', 2, '3', '10000'],
    );
    green(cluster);
    const two = await zdd(['--dry-run', '--complete-prev']);
    assert.deepEqual([two.code, two.stdout], [0, '']);
    assert.match(two.stderr, /^\/nginx-blue takes the place of \/nginx-green with 3 instances: nothing is changed now$/m);
    assert.deepEqual(cluster.changes, []);
  });

  it('ends by a signal between two steps and says how to go on; --resume does', async (t) => {
    const { cluster, flags, zdd } = await placeFor(t);
    blue(cluster);
    // Nobody's connections end: it waits.
    for (const { id } of cluster.world.get('/nginx-blue').tasks) cluster.world.sessions.set(id, 1_000_000);
    const running = startSluice(t, [...flags, '--force']);
    await running.prints(/waits: 0 of 1 task of \/nginx-blue are drained/);
    const { code, stderr } = await running.endBy('SIGINT');
    assert.equal(code, 130, stderr);
    assert.match(
      stderr,
      /sluice: stopped by SIGINT\. \/nginx-green with 1 instance and \/nginx-blue with 3 instances are there.*--resume goes on, --complete-prev/,
    );
    cluster.world.sessions.clear();
    assert.equal((await zdd(['--force', '--resume'])).code, 0);
    assert.deepEqual(instances(cluster), ['/nginx-green 3']);
  });

  it('shows who asks, in Marathon and in the balancer', async (t) => {
    const { cluster, folder } = await placeFor(t);
    const url = cluster.balancer.replace('//', '//ann:s3cret@');
    const flags = ['zdd', '-j', join(folder, 'app.json'), '-m', cluster.marathon, '-l', url, '--force', '--auth-credentials', 'bob:pass'];
    blue(cluster);
    const { code, stderr } = await sluice([...flags, '--log-level', 'INFO', '--step-delay', '0.01']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^--log-level has no effect: what is done is told on standard error$/m);
    assert.ok(cluster.changes.every(({ headers }) => headers.authorization === `Basic ${btoa('bob:pass')}`));
    assert.deepEqual([...cluster.shown], [`Basic ${btoa('ann:s3cret')}`]);
    assert.ok(!stderr.includes('s3cret'));
  });

  const WRONG: readonly (readonly [code: number, what: string, flags: readonly string[], told: RegExp])[] = [
    [2, 'a number is none', ['-i', 'one'], /--initial-instances.*must be a whole number/],
    [2, 'nobody answers', [], /standard input has ended: --force asks nothing/],
    [3, 'both ways are asked for', ['-f', '-c', '-p'], /^sluice: --complete-cur and --complete-prev are two ways: give one of them\n$/],
    [3, 'the balancer is no URL', ['-f', '-l', 'edge:9090'], /--marathon-lb must be the URL/],
  ];
  for (const [code, what, flags, told] of WRONG)
    it(`ends with ${code} where ${what}, and changes nothing`, async (t) => {
      const { cluster, zdd } = await placeFor(t);
      const ended = await zdd(flags);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, told);
      assert.doesNotMatch(ended.stderr, /\n\s+at /, 'no stack');
      assert.deepEqual(whats(cluster), []);
    });

  it('ends with 2 where a flag is missing, and prints its reference with --longhelp', async () => {
    const { code, stderr } = await sluice(['zdd', '--force']);
    assert.deepEqual([code, stderr], [2, 'sluice: --json is needed (see --help)\n']);
    const { stdout } = await sluice(['zdd', '--longhelp']);
    assert.match(stdout, /^## zdd$/m);
  });
});
