import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../src/kit/problem.ts';
import { lastly } from '../kit/lastly.ts';
import { type Ended, sluice, type StartOptions } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { startFake } from '../marathon/fake-marathon.ts';

const GOLDEN = fileURLToPath(new URL('../golden', import.meta.url));

const HAPROXY = process.env['SLUICE_HAPROXY'] ?? 'haproxy';

const folderOf = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  return path;
};

/** Runs check on this, written as a file. */
const check = async (t: TestContext, apps: unknown, flags: readonly string[] = [], options: StartOptions = {}): Promise<Ended> => {
  const file = join(folderOf(t), 'apps.json');
  writeFileSync(file, typeof apps === 'string' ? apps : JSON.stringify(apps));
  return sluice(['check', '--apps', file, ...flags], { ...options, env: { SLUICE_HAPROXY: HAPROXY, ...options.env } });
};

interface Report {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly apps: number;
  readonly haproxy: string | null;
}

const report = async (t: TestContext, apps: unknown, flags: readonly string[] = []): Promise<Report & { readonly code: number | null }> => {
  const { code, stdout, stderr } = await check(t, apps, ['--json', ...flags]);
  assert.equal(stderr, '');
  return { code, ...(JSON.parse(stdout) as Report) };
};

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

describe('check', { concurrency: 2 }, () => {
  it('finds nothing wrong in an app that is right, says whether HAProxy was asked, and ends with 0', async (t) => {
    const { code, stdout, stderr } = await check(t, vhost('/shop', 'shop.example'));
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^0 problems and 0 warnings in 1 app; HAProxy was asked: HAProxy version \d[^\n]*\n$/);
  });

  for (const folder of ['wrong-labels', 'conflicts'])
    it(`tells each problem of the golden folder ${folder}, and ends with 1`, async (t) => {
      const wanted = JSON.parse(readFileSync(join(GOLDEN, folder, 'problems.json'), 'utf8')) as readonly Problem[];
      const found = await report(t, readFileSync(join(GOLDEN, folder, 'apps.json'), 'utf8'), ['--group', 'external']);
      assert.equal(found.code, 1);
      const texts = (problems: readonly Problem[]): readonly string[] =>
        problems.map((problem) => JSON.stringify(Object.entries(problem).sort())).sort();
      assert.deepEqual(texts(found.problems), texts(wanted));
      assert.deepEqual(found.warnings, []);
    });

  it('prints one line a problem with app, port and label, then the warnings, then how many', async (t) => {
    const apps = [anApp('/shop', { HAPROXY_0_MODE: 'udp', HAPROXY_0_VHSOT: 'x' }), anApp('/b d')];
    const { code, stdout } = await check(t, apps);
    assert.equal(code, 1);
    const lines = stdout.trimEnd().split('\n');
    assert.deepEqual(lines.slice(0, 3), [
      "/b d port 0: 'b d_10001' cannot be the name of a HAProxy backend: rename the app",
      '/shop port 0: HAPROXY_0_MODE is "udp" and must be http or tcp',
      'warning: /shop port 0 HAPROXY_0_VHSOT: no label that Sluice reads: it has no effect; is HAPROXY_0_VHOST meant?',
    ]);
    assert.match(lines[3] ?? '', /^2 problems and 1 warning in 2 apps; /);
    assert.equal(lines.length, 4);
  });

  it('lets no label end its line and begin another', async (t) => {
    const { stdout } = await check(t, anApp('/shop', { 'HAPROXY_0_X\n/good port 0': 'x', HAPROXY_0_MODE: 'x\n0 problems\u001B[2J' }));
    assert.equal(stdout.trimEnd().split('\n').length, 3);
    assert.ok(!stdout.includes('\u001B'));
  });

  it('ends with 0 where there are warnings only', async (t) => {
    const found = await report(t, anApp('/shop', { HAPROXY_0_VHSOT: 'x' }));
    assert.deepEqual([found.code, found.problems, places(found.warnings)], [0, [], ['/shop HAPROXY_0_VHSOT']]);
    assert.deepEqual(Object.keys(found).sort(), ['apps', 'code', 'haproxy', 'problems', 'warnings']);
    assert.match(found.haproxy ?? '', /^HAProxy version/);
  });

  it('takes the flags of run that change what apps mean', async (t) => {
    const enabled = anApp('/shop', { HAPROXY_0_PORT: '9092' });
    assert.match((await report(t, enabled)).problems[0]?.message ?? '', /belongs to the control API/);
    assert.deepEqual((await report(t, enabled, ['--api-listen', 'off'])).problems, []);
    assert.deepEqual((await report(t, enabled, ['--strict-mode', '--haproxy', HAPROXY])).problems, []);
  });

  describe('--against', { concurrency: 2 }, () => {
    const there = { ...vhost('/z', 'shop.example'), version: '2020-01-01T00:00:00.000Z', portDefinitions: [{ port: 15_000 }], tasks: [] };

    it('reads a file, and asks Marathon with credentials', async (t) => {
      const fake = await startFake([there]);
      lastly(t, async () => fake.close());
      const file = join(folderOf(t), 'running.json');
      writeFileSync(file, JSON.stringify({ apps: [there] }));
      for (const against of [[file], [fake.url, '--auth-credentials', 'user:secret']]) {
        const found = await report(t, vhost('/a', 'shop.example'), ['--against', ...against]);
        assert.deepEqual([found.code, places(found.problems), found.apps], [1, ['/a HAPROXY_0_VHOST'], 1]);
      }
      assert.equal(fake.requests[0]?.headers.authorization, `Basic ${Buffer.from('user:secret').toString('base64')}`);
    });

    it('ends with 2 where Marathon cannot be asked: nothing is known of the apps then', async (t) => {
      const { code, stdout, stderr } = await check(t, vhost('/a', 'shop.example'), ['--against', 'http://user:secret@127.0.0.1:9']);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^sluice: Marathon at http:\/\/127\.0\.0\.1:9.* cannot be reached/);
      assert.ok(!stderr.includes('secret'));
    });
  });

  describe('what HAProxy says', { concurrency: 2 }, () => {
    /** Templates in place of the built-in ones. */
    const templates = (t: TestContext, texts: Readonly<Record<string, (own: string) => string>>): readonly string[] => {
      const folder = folderOf(t);
      for (const [name, change] of Object.entries(texts)) {
        const own = readFileSync(fileURLToPath(new URL(`../../templates/${name}.hbs`, import.meta.url)), 'utf8');
        writeFileSync(join(folder, `${name}.hbs`), change(own));
      }
      return ['--templates-dir', folder];
    };

    /** App and what is said of it. */
    const said = ({ problems }: Report): readonly string[] =>
      problems.map(({ appId, portIndex, message }) => `${appId} ${portIndex ?? '-'} ${/no-such-word[-\w]*/.exec(message)?.[0] ?? message}`);

    it('is told of the ports that it is about: by frontend, and by all that share a profile', async (t) => {
      const flags = templates(t, {
        profile: (own) => `${own}{{#if cookie}}\n  no-such-word-in-profile\n{{/if}}\n`,
        'frontend-service': (own) => `${own}{{#unless http}}\n  no-such-word-in-frontend\n{{/unless}}\n`,
      });
      const apps = [
        anApp('/tcp'),
        vhost('/sticky-a', 'a.example', { HAPROXY_0_STICKY: 'true' }),
        vhost('/sticky-b', 'b.example', { HAPROXY_0_STICKY: 'true' }),
        vhost('/good', 'c.example'),
      ];
      const found = await report(t, apps, flags);
      assert.equal(found.code, 1);
      assert.deepEqual(said(found), [
        '/sticky-a 0 no-such-word-in-profile',
        '/sticky-b 0 no-such-word-in-profile',
        '/tcp 0 no-such-word-in-frontend',
      ]);
    });

    it('is told of the ports whose servers it is about, or on which a template fails', async (t) => {
      const apps = [vhost('/served', 'c.example'), anApp('/asleep', {}, { instances: 0 })];
      const each = (more: string) => (own: string) => own.replace('{{servers}}', `\n{{#each serverLines}}\n  {{this}} ${more}\n{{/each}}`);
      const ofServers = templates(t, { backend: each('no-such-word') });
      assert.deepEqual(said(await report(t, apps, ofServers)), ['/served 0 no-such-word']);
      const failing = templates(t, { backend: each('{{no-such-word}}') });
      assert.deepEqual(said(await report(t, apps, failing)), ['/served 0 no-such-word']);
    });

    it('is told of nobody where it is about no app', async (t) => {
      const flags = templates(t, { defaults: (own) => `${own}  no-such-word\n` });
      const found = await report(t, vhost('/shop', 'shop.example'), flags);
      assert.deepEqual([found.code, places(found.problems)], [1, [' -']]);
      assert.match(
        found.problems[0]?.message ?? '',
        /^HAProxy refuses the configuration, and not for an app: haproxy\.cfg:\d+: .*no-such-word/,
      );
    });

    it('is not needed: a machine that builds may have none that will do', async (t) => {
      const bin = join(folderOf(t), 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'haproxy'), '#!/bin/sh\necho "HA-Proxy version 1.8.19-1 2019/02/11"\n');
      chmodSync(join(bin, 'haproxy'), 0o755);
      const env = { SLUICE_HAPROXY: undefined, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
      const { code, stdout } = await check(t, anApp('/shop', { HAPROXY_0_MODE: 'udp' }), [], { env });
      assert.equal(code, 1);
      assert.match(
        stdout,
        /^\/shop port 0: HAPROXY_0_MODE .*\n1 problem and 0 warnings in 1 app; HAProxy was not asked: .*1\.8\.19.*2\.6 or later/,
      );
      const json = await check(t, anApp('/shop'), ['--json'], { env });
      assert.deepEqual([json.code, (JSON.parse(json.stdout) as Report).haproxy], [0, null]);
      const named = await check(t, anApp('/shop'), ['--haproxy', join(bin, 'haproxy')]);
      assert.deepEqual([named.code, named.stdout], [2, '']);
      assert.match(named.stderr, /2\.6 or later/);
    });
  });

  it('reads several files, and standard input once', async (t) => {
    const file = join(folderOf(t), 'b.json');
    writeFileSync(file, JSON.stringify({ id: '/team', apps: [vhost('b', 'same.example')] }));
    const input = JSON.stringify(vhost('/a', 'same.example'));
    const { code, stdout } = await sluice(['check', '--apps', '-', '--apps', file], { input, env: { SLUICE_HAPROXY: HAPROXY } });
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^\/team\/b port 0 HAPROXY_0_VHOST: same\.example\/ is not routed here: .* of \/a .*\n1 problem and 0 warnings in 2 apps/,
    );
    const twice = await sluice(['check', '--apps', '-', '--against', '-'], { input });
    assert.deepEqual([twice.code, twice.stdout], [2, '']);
    assert.match(twice.stderr, /'-' is given more than once/);
  });

  for (const [what, content] of [
    ['JSON that is cut off', '{"apps":[{"id":"/a"'],
    ['JSON of something else', '{"frameworks":[]}'],
  ] as const)
    it(`ends with exit code 2 and names the file that holds ${what}`, async (t) => {
      const { code, stdout, stderr } = await check(t, content);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^sluice: --apps: \/.*apps\.json holds no apps, groups or list of apps: /);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });

  it('ends with exit code 2 where there is no such file, or none is given', async (t) => {
    const missing = await sluice(['check', '--apps', join(folderOf(t), 'nothing.json')]);
    assert.equal(missing.code, 2, missing.stderr);
    assert.match(missing.stderr, /^sluice: --apps: .*nothing\.json cannot be read: /);
    assert.equal((await sluice(['check'])).code, 2);
  });

  it('leaves nothing behind, and needs no folder that it may write', async (t) => {
    const folder = folderOf(t);
    const flags = ['--run-dir', join(folder, 'run'), '--state-dir', '/proc/no/such/folder'];
    const { code, stderr } = await check(t, vhost('/shop', 'shop.example'), flags, { env: { TMPDIR: folder } });
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(readdirSync(folder), []);
  });
});
