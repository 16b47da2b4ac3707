import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AppReport, Finding, Report } from '../../src/migrate/finding.ts';
import { lastly } from '../kit/lastly.ts';
import { type Ended, sluice } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { startFake } from '../marathon/fake-marathon.ts';

const APPS = fileURLToPath(new URL('apps.json', import.meta.url));
const TEMPLATES = fileURLToPath(new URL('templates', import.meta.url));
const HAPROXY = process.env['SLUICE_HAPROXY'] ?? 'haproxy';

const migrate = async (args: readonly string[]): Promise<Ended> => sluice(['migrate', ...args], { env: { SLUICE_HAPROXY: HAPROXY } });

const reported = async (args: readonly string[]): Promise<Report & { readonly code: number | null }> => {
  const { code, stdout, stderr } = await migrate([...args, '--json']);
  assert.equal(stderr, '');
  return { code, ...(JSON.parse(stdout) as Report) };
};

const fileOf = (t: TestContext, name: string, content: unknown): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const file = join(path, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

/** 'hand 0 HAPROXY_0_PATH: HAPROXY_0_PATH=/cart'. */
const short = ({ level, about, portIndex, change }: Finding): string =>
  `${level} ${portIndex ?? '-'} ${about}${change === undefined ? '' : `: ${change.name}=${change.to ?? ''}`}`;

const told = (apps: readonly AppReport[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(apps.map(({ appId, findings }) => [appId, findings.map(short)]));

/** What is found in apps.json, by app. */
const FOUND = {
  '/api-port': ['hand 0 service port: HAPROXY_0_PORT=10000'],
  '/auth': ['better 0 HAPROXY_0_AUTH'],
  '/auth-wrong': ['hand 0 HAPROXY_0_AUTH'],
  '/bad-text': ['hand 0 HAPROXY_0_HTTP_FRONTEND_ACL'],
  '/balance': ['hand 0 HAPROXY_0_BALANCE: HAPROXY_0_BALANCE=leastconn'],
  '/broken-newline': ['hand 0 HAPROXY_0_BACKEND_HEAD'],
  '/cert': [],
  '/cert-other': ['hand 0 HAPROXY_0_SSL_CERT: --app-certs=/etc/ssl/other.pem'],
  '/dead-label': ['same 0 HAPROXY_0_MAP_HTTP_FRONTEND_ACL', 'same 0 HAPROXY_0_VHSOT', 'same 5 HAPROXY_5_VHOST'],
  '/deploy-blue': ['hand - HAPROXY_DEPLOYMENT_STARTED_AT'],
  '/light': ['better 0 HAPROXY_0_BACKEND_WEIGHT'],
  '/light/without': ['same 0 routes'],
  '/long/a': ['same 0 routes'],
  '/long/b': ['better 0 routes'],
  '/maxconn': ['better 0 HAPROXY_0_MAXCONN'],
  '/mesos-check': ['better 0 health check', 'better 0 mode'],
  '/net/one': ['hand 0 service port: HAPROXY_0_PORT=10051'],
  '/net/two': ['hand 0 service port: HAPROXY_0_PORT=10050'],
  '/old-words': [
    'same 0 HAPROXY_0_BACKEND_HTTP_OPTIONS: HAPROXY_0_BACKEND_HTTP_OPTIONS=  http-response add-header X-Frame-Options DENY\n  http-request del-header X-Internal',
  ],
  '/path/flag': ['hand 0 HAPROXY_0_PATH: HAPROXY_0_PATH=/cart /basket'],
  '/plain': [],
  '/port/a': [],
  '/port/b': ['hand 0 service port: HAPROXY_0_PORT=10032'],
  '/proxypass': [
    'better 0 HAPROXY_0_HTTP_BACKEND_PROXYPASS_PATH',
    'better 0 HAPROXY_0_HTTP_BACKEND_REVPROXY_PATH',
    'better 0 HAPROXY_0_USE_HSTS',
  ],
  '/same/a': ['hand 0 routes: HAPROXY_0_BACKEND_WEIGHT=1'],
  '/same/b': [],
  '/sticky-tcp': ['better 0 HAPROXY_0_STICKY', 'same 0 HAPROXY_0_USE_HSTS'],
  '/tcp-only': [],
  '/tls-check': ['better 0 health check'],
  '/udp': ['better 0 UDP'],
  '/wildcard-recipe': [],
};

const SETUP = {
  hand: ['HAPROXY_HTTP_FRONTEND_HEAD', 'HAPROXY_HEAD', 'HAPROXY_MAP_HTTP_FRONTEND_ACL'],
  better: [
    ...['--health-check', '--marathon', '--ssl-certs', 'HAPROXY_GLOBAL_DEFAULT_OPTIONS', 'HAPROXY_SSL_CERT', 'HAPROXY_SYSCTL_PARAMS'],
    ...['MARATHON_PASSWORD', 'virtual hosts'],
  ],
  same: ['--haproxy-map', 'HAPROXY_BACKEND_HTTP_OPTIONS', 'HAPROXY_HEAD', 'HAPROXY_RELOAD_SIGTERM_DELAY', 'PORTS'],
};

describe('migrate', { concurrency: 2 }, () => {
  it('finds what becomes of each app and of the set-up, and ends with 1 where something needs a hand', async () => {
    const { code, apps, setup, counts, groups, verdict, haproxy } = await reported(['--apps', APPS, '--templates', TEMPLATES]);
    assert.deepEqual([code, verdict, groups], [1, 'hand', ['external']]);
    assert.deepEqual(told(apps), FOUND);
    for (const [level, about] of Object.entries(SETUP))
      assert.deepEqual(
        setup.filter((one) => one.level === level).map((one) => one.about),
        about,
      );
    assert.deepEqual(counts, { hand: 12, better: 9, same: 10, otherGroups: 2 });
    assert.match(haproxy ?? '', /^HAProxy version/);
  });

  it('says how the image is swapped, and tells no password', async () => {
    const { stdout } = await migrate(['--apps', APPS, '--image', 'registry.example/sluice:1', '--json']);
    for (const secret of ['hushhush', 'topsecret', 'user:secret', 'irWbblnpmw']) assert.ok(!stdout.includes(secret), secret);
    const { marathonLb, args, setup } = JSON.parse(stdout) as Report;
    assert.deepEqual(args?.slice(-4), ['--auth-credentials', '***', '--ssl-certs', '/etc/ssl/cert.pem']);
    assert.equal(marathonLb?.appId, '/marathon-lb');
    const { container, ...rest } = marathonLb.change as {
      readonly container: { readonly docker: object; readonly volumes: readonly unknown[] };
    };
    assert.deepEqual(rest, { taskKillGracePeriodSeconds: 45, upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 } });
    assert.equal(container.volumes.length, 1);
    const deploy = JSON.parse(readFileSync(new URL('../../deploy/marathon.json', import.meta.url), 'utf8')) as {
      readonly container: { readonly docker: { readonly parameters: unknown } };
      readonly taskKillGracePeriodSeconds: number;
    };
    assert.deepEqual(container.docker, {
      image: 'registry.example/sluice:1',
      forcePullImage: false,
      parameters: deploy.container.docker.parameters,
    });
    assert.equal(deploy.taskKillGracePeriodSeconds, 45);
    const templates = setup.find(({ about }) => about === 'templates');
    assert.match(templates?.message ?? '', /https:\/\/\*\*\*@repo\.example\/templates\.tgz/);
  });

  it('prints what needs a hand first, with the old and the new text, and counts at the end', async () => {
    const { code, stdout } = await migrate(['--apps', APPS, '--templates', TEMPLATES]);
    assert.equal(code, 1);
    const order = ['NEEDS A HAND: the set-up', 'NEEDS A HAND: 12 apps', 'BETTER here, for', 'BETTER here, nothing', 'WORTH KNOWING'];
    const places = order.map((title) => stdout.indexOf(title));
    assert.ok(places.every((at) => at >= 0));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    assert.ok(stdout.includes('    change HAPROXY_0_PATH\n      from cart /basket\n      to   /cart /basket\n'));
    assert.match(
      stdout.trimEnd().split('\n').at(-1) ?? '',
      /^12 apps to look at, 9 better, 10 the same, .*; 2 of other groups; HAProxy was asked/,
    );
  });

  it('tells all of one app, with its translated text', async () => {
    const { code, stdout } = await migrate(['--apps', APPS, '--app', '/old-words']);
    assert.equal(code, 0);
    assert.match(stdout, /^\/old-words is the same\n/);
    assert.ok(stdout.includes('    rspadd X-Frame-Options:\\ DENY\n    -> http-response add-header X-Frame-Options DENY\n'));
    const missing = await migrate(['--apps', APPS, '--app', '/none']);
    assert.deepEqual([missing.code, missing.stdout], [2, '']);
    assert.match(missing.stderr, /^sluice: --app: \/none is no app/);
  });

  it('says what --compat strict keeps as it was', async () => {
    const { apps } = await reported(['--apps', APPS, '--compat', 'strict']);
    const found = told(apps);
    for (const id of ['/auth', '/net/one', '/tls-check', '/mesos-check', '/udp'])
      assert.ok(found[id]?.every((one) => one.startsWith('same ')) && found[id].length > 0, `${id}: ${found[id]?.join('; ') ?? ''}`);
  });

  it('asks Marathon, and ends with 0 where nothing needs a hand', async (t) => {
    const list = (JSON.parse(readFileSync(APPS, 'utf8')) as { readonly apps: readonly { readonly id: string }[] }).apps;
    const fake = await startFake(
      list.filter(({ id }) => ['/plain', '/tcp-only', '/auth'].includes(id)).map((app) => ({ ...app, tasks: [] })),
    );
    lastly(t, async () => fake.close());
    const found = await reported(['--marathon', fake.url, '--auth-credentials', 'ann:secret', '--args', "sse --group 'external' -H"]);
    assert.deepEqual([found.code, found.verdict, Object.keys(told(found.apps))], [0, 'better', ['/auth', '/plain', '/tcp-only']]);
    assert.deepEqual(found.args, ['sse', '--group', 'external', '-H']);
    assert.equal(fake.requests[0]?.headers.authorization, `Basic ${Buffer.from('ann:secret').toString('base64')}`);
  });

  it('takes a list without tasks, one definition, and an environment as docker has it', async (t) => {
    const app = { id: '/shop', labels: { HAPROXY_GROUP: 'a', HAPROXY_0_VHOST: 'shop.example' } };
    const env = fileOf(
      t,
      'lb.env',
      '# of the balancer\nHAPROXY_BACKEND_HEAD=backend {backend}\\n  reqpass x\nPORTS=80\nHAPROXY_GLOBAL_DEFAULT_OPTIONS="a"\n',
    );
    for (const content of [app, [app]]) {
      const { setup, apps, code } = await reported(['--apps', fileOf(t, 'apps.json', content), '--group', 'a', '--env', env]);
      assert.deepEqual([code, Object.keys(told(apps))], [1, ['/shop']]);
      const hands = setup.filter(({ level }) => level === 'hand').map(({ about }) => about);
      assert.deepEqual(hands, ['HAPROXY_GLOBAL_DEFAULT_OPTIONS', 'HAPROXY_BACKEND_HEAD']);
    }
  });

  it('says which arguments would be refused', async (t) => {
    const file = fileOf(t, 'apps.json', []);
    const found = await reported(['--apps', file, '--args', 'event --group a --reload-interval soon --http-callback x']);
    const hands = found.setup.filter(({ level }) => level === 'hand').map(({ message }) => message);
    assert.match(hands.join('\n'), /event is no mode/);
    assert.match(hands.join('\n'), /--reload-interval/);
  });

  for (const [what, args, words] of [
    ['neither apps nor Marathon', ['--group', 'a'], /give --marathon URL or --apps FILE/],
    ['a file that is not there', ['--apps', '/nowhere.json', '--group', 'a'], /--apps: \/nowhere\.json cannot be read/],
    ['no group', ['--apps', fileURLToPath(new URL('../golden/path/apps.json', import.meta.url))], /--group is needed/],
    ['no folder of templates', ['--apps', APPS, '--templates', '/nowhere'], /--templates: \/nowhere is no folder/],
    ['no environment', ['--apps', APPS, '--env', '/nowhere'], /--env: \/nowhere cannot be read/],
    [
      'an app that is none',
      ['--apps', APPS, '--lb', '/plain'],
      /--lb: \/plain is no Marathon-LB among the apps; there is \/marathon-lb \(external\)/,
    ],
    ['Marathon away', ['--marathon', 'http://u:secret@127.0.0.1:9', '--group', 'a'], /^sluice: Marathon at http:\/\/127\.0\.0\.1:9/],
  ] as const)
    it(`ends with 2 where there is ${what}`, async () => {
      const { code, stdout, stderr } = await migrate(args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, words);
      assert.ok(!stderr.includes('secret'));
    });
});
