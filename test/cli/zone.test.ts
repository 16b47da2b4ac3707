import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { lastly } from '../kit/lastly.ts';
import { type Ended, sluice } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { aPod } from '../marathon/pod-samples.ts';
import { anApp, aTask } from '../marathon/samples.ts';

const task = (id: string, more: object = {}): object =>
  aTask({ id, host: '10.1.0.5', ipAddresses: [{ ipAddress: '10.1.0.5' }], ports: [31010], slaveId: 'ab12-S0', ...more });

/** Marathon's answer: of one app, two instances. */
const WEB = anApp({
  id: '/prod/web',
  tasks: [
    task('prod_web.aaa'),
    task('prod_web.bbb', { host: '10.1.0.6', ipAddresses: [{ ipAddress: '10.1.0.6' }], ports: [31500], slaveId: 'ab12-S1' }),
  ],
});

/** What Mesos tells of the same. */
const STATE = {
  leader: 'master@10.0.0.1:5050',
  slaves: [
    { id: 'ab12-S0', pid: 'slave(1)@10.1.0.5:5051' },
    { id: 'ab12-S1', pid: 'slave(1)@10.1.0.6:5051' },
    { id: 'ab12-S2', pid: 'no place' },
  ],
  frameworks: [
    {
      name: 'marathon',
      hostname: '10.0.0.1',
      tasks: [
        ['prod_web.aaa', 31010, 'ab12-S0'],
        ['prod_web.bbb', 31500, 'ab12-S1'],
      ].map(([id, port, agent]) => ({
        ...{ id, name: 'web.prod', slave_id: agent, state: 'TASK_RUNNING', resources: { ports: `[${port}-${port}]` } },
        discovery: { name: 'web.prod', ports: { ports: [{ number: port, name: 'http', protocol: 'tcp' }] } },
        statuses: [{ state: 'TASK_RUNNING', timestamp: 1 }],
      })),
    },
  ],
};

const BOTH = ['10.1.0.5', '10.1.0.6'];

const zone = async (t: TestContext, flag: '--apps' | '--state', content: unknown, flags: readonly string[] = []): Promise<Ended> => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const file = join(path, 'content.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return sluice(['zone', flag, file, ...flags]);
};

type ByName = Readonly<Record<string, readonly string[]>>;

/** What Mesos-DNS has at /v1/axfr. */
interface AxfrView {
  readonly TTL: number;
  readonly Serial: number;
  readonly RefreshSeconds: number;
  readonly Mname: string;
  readonly Rname: string;
  readonly Domain: string;
  readonly Records: { readonly As: ByName; readonly AAAAs: ByName; readonly SRVs: ByName };
}

const axfr = ({ code, stdout, stderr }: Ended): AxfrView => {
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as AxfrView;
};

describe('zone', { concurrency: 2 }, () => {
  it('has the names of an app, from Marathon as from Mesos', async (t) => {
    const marathon = axfr(await zone(t, '--apps', { apps: [WEB] }, ['--json']));
    const mesos = axfr(await zone(t, '--state', STATE, ['--json']));
    for (const { Records: records } of [marathon, mesos]) {
      assert.deepEqual(records.As['web-prod.marathon.mesos.'], BOTH);
      assert.deepEqual(records.As['web.prod.marathon.slave.mesos.'], BOTH);
      assert.deepEqual(records.As['slave.mesos.'], BOTH);
      assert.deepEqual(records.SRVs['_http._web-prod._tcp.marathon.mesos.'], [
        'web-prod-tsx79-s0.marathon.mesos.:31010',
        'web-prod-9ubfj-s1.marathon.mesos.:31500',
      ]);
    }
    const ofTask = (names: object): readonly string[] => Object.keys(names).filter((name) => name.includes('web'));
    for (const kind of ['As', 'AAAAs', 'SRVs'] as const) assert.deepEqual(ofTask(marathon.Records[kind]), ofTask(mesos.Records[kind]));
    assert.deepEqual([marathon.Records.As['leader.mesos.'], mesos.Records.As['leader.mesos.']], [undefined, ['10.0.0.1']]);
    assert.deepEqual([marathon.TTL, marathon.RefreshSeconds, marathon.Domain, marathon.Mname], [5, 60, 'mesos', 'ns1.mesos.']);
  });

  it('is as flags, and the file of Mesos-DNS, say', async (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const config = join(path, 'config.json');
    writeFileSync(
      config,
      JSON.stringify({ masters: ['10.0.0.1:5050'], domain: 'old', listener: '10.0.0.9', refreshSeconds: 30, ttl: 60, enforceRFC952: true }),
    );
    const flags = ['--json', '--mesos-dns-config', config, '--dns-domain', 'dc1.mesos', '--dns-framework', 'mom'];
    const { Records: records, ...head } = axfr(await zone(t, '--apps', [WEB], flags));
    assert.deepEqual([head.TTL, head.RefreshSeconds, head.Domain], [60, 30, 'dc1.mesos']);
    assert.deepEqual(records.As['web-prod.mom.dc1.mesos.'], BOTH);
    assert.deepEqual(records.As['web-prod.marathon.dc1.mesos.'], undefined);
  });

  it('has what somebody wrote besides, and tells what of that is wrong', async (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const file = join(path, 'records.json');
    writeFileSync(
      file,
      JSON.stringify([
        { name: 'edge.mesos', type: 'A', value: '10.0.0.7' },
        { name: 'bad.mesos', type: 'A', value: 'x' },
      ]),
    );
    const ended = await zone(t, '--apps', [WEB], ['--json', '--dns-records', file]);
    assert.deepEqual(axfr(ended).Records.As['edge.mesos.'], ['10.0.0.7']);
    assert.match(ended.stderr, /^sluice: --dns-records \S+records\.json: [^\n]*bad\.mesos[^\n]*\n$/);
    writeFileSync(file, '{}');
    assert.deepEqual((await zone(t, '--apps', [WEB], ['--dns-records', file])).code, 2);
  });

  it('leaves out who fails its checks, unless health is none of its business', async (t) => {
    const ill = anApp({ id: '/prod/web', tasks: [task('a'), task('b', { host: '10.1.0.6', healthCheckResults: [{ alive: false }] })] });
    const served = async (health: string): Promise<unknown> =>
      axfr(await zone(t, '--apps', { apps: [ill] }, ['--json', '--dns-health', health])).Records.As['web-prod.marathon.slave.mesos.'];
    assert.deepEqual(await served('on'), ['10.1.0.5']);
    assert.deepEqual(await served('off'), BOTH);
  });

  it('is a table for people, of names of DC/OS and of addresses too, and reads standard input', async () => {
    const { code, stdout, stderr } = await sluice(['zone', '--apps', '-'], { input: JSON.stringify([WEB, aPod()]) });
    assert.deepEqual([code, stderr], [0, '']);
    for (const row of [
      /^web-prod\.marathon\.mesos +A +10\.1\.0\.6$/m,
      /^_http\._web-prod\._tcp\.marathon\.mesos +SRV +0 1 31500 web-prod-9ubfj-s1\.marathon\.mesos\.$/m,
      /^_http\._pod-shop\._tcp\.marathon\.mesos +SRV +0 1 31001 pod-shop-\w{5}-s1\.marathon\.mesos\.$/m,
      /^web-prod\.marathon\.autoip\.dcos\.thisdcos\.directory +A +10\.1\.0\.5$/m,
      /^131\.4\.0\.9\.in-addr\.arpa +PTR +pod-shop-\w{5}-s1\.marathon\.mesos\.$/m,
    ])
      assert.match(stdout, row);
    assert.doesNotMatch(stdout, / SOA | NS /);
  });

  const NOTES: readonly (readonly [sentence: string, flag: '--apps' | '--state', content: unknown, told: RegExp])[] = [
    [
      'apps without tasks',
      '--apps',
      [{ id: '/web', networks: [{ mode: 'host' }] }],
      /^sluice: --apps: no app of the file has tasks.*embed=apps\.tasks\n$/,
    ],
    ['a task that is none', '--apps', [anApp({ tasks: [{ id: 7 }] })], /^sluice: \/shop\/cart: Marathon sent task/],
    [
      'an agent that is nowhere',
      '--state',
      { ...STATE, frameworks: [{ tasks: [] }] },
      /^sluice: --state: frameworks that are not as Mesos has them, left out: 1$/m,
    ],
    [
      'a name that leads nowhere',
      '--apps',
      [anApp({ tasks: [task('a', { host: 'agent.invalid' })] })],
      /agent ab12-S0: its host name is not resolved here/,
    ],
  ];
  for (const [sentence, flag, content, expected] of NOTES)
    it(`tells of ${sentence}, and goes on`, async (t) => {
      const { code, stderr } = await zone(t, flag, content);
      assert.equal(code, 0);
      assert.match(stderr, expected);
    });

  const WRONG: readonly (readonly [sentence: string, flag: '--apps' | '--state', content: string, told: RegExp])[] = [
    ['no JSON', '--apps', '{', /--apps: .* holds no apps, groups or list of apps/],
    ['no state', '--state', '{}', /--state: .* is not the answer of GET \/master\/state: it is no object with frameworks/],
    ['no JSON as a state', '--state', '{', /--state: .* is not the answer of GET \/master\/state/],
  ];
  for (const [sentence, flag, content, expected] of WRONG)
    it(`ends with 2 where the file holds ${sentence}`, async (t) => {
      const { code, stdout, stderr } = await zone(t, flag, content);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, expected);
    });
});
