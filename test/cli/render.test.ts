import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { lastly } from '../kit/lastly.ts';
import { sluice } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';

const HAPROXY = process.env['SLUICE_HAPROXY'] ?? 'haproxy';

const folderOf = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  return path;
};

/** One app as `GET /v2/apps?embed=apps.tasks` lists it. */
const listed = (number: number): object => ({
  id: `/team-${number % 40}/app-${number}`,
  instances: 2,
  version: '2026-01-01T00:00:00.000Z',
  labels: {
    HAPROXY_GROUP: number % 10 === 0 ? 'internal' : 'external',
    HAPROXY_0_VHOST: number % 7 === 0 ? `*.wild-${number}.example` : `app-${number % 300}.example`,
    ...(number % 3 === 0 ? { HAPROXY_0_PATH: `/part-${number}` } : {}),
    ...(number % 11 === 0 ? { HAPROXY_0_STICKY: 'true' } : {}),
    ...(number % 13 === 0 ? { HAPROXY_0_BALANCE: 'leastconn' } : {}),
    ...(number % 50 === 7 ? { HAPROXY_0_MODE: 'no such mode' } : {}),
  },
  networks: [{ mode: 'host' }],
  // Some want the same service port: the outcome must not depend on who is read first.
  portDefinitions: [{ port: 10_000 + (number % 990), protocol: 'tcp', name: 'http' }],
  healthChecks:
    number % 2 === 0
      ? [
          {
            protocol: 'HTTP',
            path: '/health',
            portIndex: 0,
            intervalSeconds: 5,
            timeoutSeconds: 2,
            maxConsecutiveFailures: 3,
            gracePeriodSeconds: 60,
          },
        ]
      : [],
  tasks: [0, 1].map((index) => ({
    id: `team-${number % 40}_app-${number}.instance-${index}._app.1`,
    appId: `/team-${number % 40}/app-${number}`,
    host: `10.0.${number % 200}.${index + 1}`,
    ipAddresses: [{ ipAddress: `10.0.${number % 200}.${index + 1}`, protocol: 'IPv4' }],
    ports: [31_000 + (number % 900)],
    state: 'TASK_RUNNING',
    version: '2026-01-01T00:00:00.000Z',
  })),
});

const APPS = Array.from({ length: 1000 }, (_, number) => listed(number));

/** Another order of the same, the same each time. */
const shuffled = <T>(items: readonly T[]): readonly T[] => items.map((_, index) => items[(index * 379 + 17) % items.length] as T);

const filesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]),
  );

const flagsFor = (folder: string): readonly string[] => [
  ...['--group', 'external', '--state-dir', join(folder, 'state'), '--run-dir', join(folder, 'run'), '--haproxy', HAPROXY],
];

describe('render', { concurrency: 2 }, () => {
  it('gives the same bytes for 1,000 apps in any order, and HAProxy takes them', async (t) => {
    const folder = folderOf(t);
    const orders = [APPS, APPS.toReversed(), shuffled(APPS)];
    const outputs: ReadonlyMap<string, string>[] = [];
    for (const [index, apps] of orders.entries()) {
      const file = join(folder, 'apps.json');
      const out = join(folder, `out-${index}`);
      writeFileSync(file, JSON.stringify({ apps }));
      const { code, stdout, stderr } = await sluice(['render', '--apps', file, '--out', out, ...flagsFor(folder)]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^\d+ files in .*; check them with: haproxy -c -f /);
      assert.match(stderr, /^sluice: \/team-\d+\/app-\d+ port 0: HAPROXY_0_MODE is /m);
      outputs.push(filesIn(out));
    }
    const [first, ...others] = outputs;
    for (const other of others) assert.deepEqual(other, first);
    assert.equal(new Set(orders.map((apps) => JSON.stringify(apps))).size, 3);
    assert.ok((first?.get('/haproxy.cfg') ?? '').includes('backend team-1_app-1_10001'));

    mkdirSync(join(folder, 'run'), { recursive: true });
    const checked = spawnSync(HAPROXY, ['-c', '-f', join(folder, 'out-0', 'haproxy.cfg')], { encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  });

  it('reads standard input, and prints files and problems as JSON', async (t) => {
    const folder = folderOf(t);
    const flags = ['render', '--apps', '-', ...flagsFor(folder)];
    const input = JSON.stringify({ apps: APPS.slice(0, 60) });
    const { code, stdout, stderr } = await sluice([...flags, '--json'], { input });
    assert.equal(code, 0, stderr);
    const { files, problems } = JSON.parse(stdout) as { files: Record<string, string>; problems: readonly object[] };
    assert.deepEqual(Object.keys(JSON.parse(stdout) as object).sort(), ['files', 'problems']);
    assert.ok(files['haproxy.cfg']?.includes('frontend'));
    assert.deepEqual(
      problems.map((problem) => [(problem as { appId: string }).appId, (problem as { label: string }).label]),
      [
        ['/team-17/app-57', 'HAPROXY_0_MODE'],
        ['/team-7/app-7', 'HAPROXY_0_MODE'],
      ],
    );
    assert.deepEqual(Object.keys(problems[0] ?? {}).sort(), ['appId', 'label', 'message', 'portIndex']);

    const out = join(folder, 'out');
    const written = JSON.parse((await sluice([...flags, '--json', '--out', out], { input })).stdout) as { files: string[]; out: string };
    assert.deepEqual(Object.keys(written).sort(), ['files', 'out', 'problems']);
    assert.deepEqual([written.out, written.files.toSorted()], [out, Object.keys(files).sort()]);
    for (const [path, text] of Object.entries(files)) assert.equal(readFileSync(join(out, path), 'utf8'), text, path);
  });

  it('prints the configuration for people, and ends quietly when they have seen enough', async (t) => {
    const folder = folderOf(t);
    const file = join(folder, 'apps.json');
    writeFileSync(file, JSON.stringify({ apps: APPS }));
    const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
    const { code, stdout, stderr } = await sluice(
      ['-c', `set -o pipefail; "${process.execPath}" "${main}" "$@" | head -n 1`, 'bash', 'render', '--apps', file, ...flagsFor(folder)],
      {
        command: ['bash'],
      },
    );
    assert.equal(stdout.split('\n').length, 2);
    assert.doesNotMatch(stderr, /EPIPE|\n\s+at /);
    assert.equal(code, 0);
  });

  const RUBBISH: readonly (readonly [what: string, content: string])[] = [
    ['rubbish', '<html>no apps here</html>'],
    ['nothing', ''],
    ['JSON that is cut off', JSON.stringify({ apps: APPS.slice(0, 3) }).slice(0, -40)],
    ['JSON of something else', '{"frameworks":[]}'],
    ['a list', '[1, 2]'],
    ['null', 'null'],
  ];
  for (const [what, content] of RUBBISH) {
    it(`ends with exit code 2 and names the file that holds ${what}`, async (t) => {
      const folder = folderOf(t);
      const file = join(folder, 'apps.json');
      writeFileSync(file, content);
      const { code, stdout, stderr } = await sluice(['render', '--apps', file, ...flagsFor(folder)]);
      assert.equal(code, 2, stderr);
      assert.ok(stderr.startsWith(`sluice: --apps: ${file} is not the answer of GET /v2/apps?embed=apps.tasks: `), stderr);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.equal(stdout, '');
    });
  }

  it('ends with exit code 2 where there is no such file, and with 1 where it may not write', async (t) => {
    const folder = folderOf(t);
    const missing = await sluice(['render', '--apps', join(folder, 'nothing.json'), ...flagsFor(folder)]);
    assert.equal(missing.code, 2, missing.stderr);
    assert.match(missing.stderr, /^sluice: --apps: .*nothing\.json cannot be read: /);
    writeFileSync(join(folder, 'apps.json'), '{"apps":[]}');
    const full = await sluice(['render', '--apps', join(folder, 'apps.json'), '--out', join(folder, 'apps.json'), ...flagsFor(folder)]);
    assert.equal(full.code, 1, full.stderr);
    assert.match(full.stderr, /^sluice: --out: .*apps\.json.* cannot be written: /);
  });

  it('takes flags from the environment, and a flag goes before it', async (t) => {
    const folder = folderOf(t);
    const env = {
      SLUICE_HTTP_PORT: '8081',
      SLUICE_HTTPS_PORT: '8444',
      SLUICE_STATS_PORT: '9191',
      SLUICE_APP_ID_PORT: '9192',
      SLUICE_BIND_ADDRESS: '127.0.0.9',
      SLUICE_MAXCONN: '777',
      SLUICE_HARD_STOP_AFTER: '77',
      SLUICE_RUN_DIR: join(folder, 'elsewhere'),
      SLUICE_STATE_DIR: join(folder, 'state'),
      SLUICE_HAPROXY: HAPROXY,
    };
    const { code, stdout, stderr } = await sluice(['render', '--apps', '-', '--group', '*', '--https-port', '8555'], {
      input: '{"apps":[]}',
      env,
    });
    assert.equal(code, 0, stderr);
    for (const bind of ['127.0.0.9:8081', '127.0.0.9:8555', '127.0.0.9:9191', '127.0.0.9:9192'])
      assert.ok(stdout.includes(`bind ${bind}`), bind);
    assert.match(stdout, /maxconn 777\n/);
    assert.match(stdout, /hard-stop-after 77s\n/);
    assert.ok(stdout.includes(`stats socket ${join(folder, 'elsewhere')}/admin.sock`));
    assert.ok(!stdout.includes(':8444'));
  });
});
