import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { entriesOf } from '../../src/check/entries.ts';
import { readDifferences } from '../../src/migrate/differences.ts';
import type { AppReport } from '../../src/migrate/finding.ts';
import { judge } from '../../src/migrate/judge.ts';
import { PIECE_NAMES, pieceOf } from '../../src/pieces/catalogue.ts';
import { someGlobals, someOptions } from '../kit/builders.ts';

/** docs/marathon-lb.md is where the words of `sluice migrate` come from, and each of its differences of a label is found where it matters. */

const differences = readDifferences();

const AUTH = 'The Shop:ann:$1$abcdefgh$irWbblnpmw.5z7wgBnprh0';

/** An app's labels and what else it has. */
interface Case {
  readonly labels: Readonly<Record<string, string>>;
  readonly more?: object;
}

const check = { protocol: 'TCP', portIndex: 1, intervalSeconds: 10, timeoutSeconds: 5, maxConsecutiveFailures: 3, gracePeriodSeconds: 60 };

/** For each label of Marathon-LB's with a difference: an app that it concerns. */
const CASES: Readonly<Record<string, Case>> = {
  VHOST: { labels: { VHOST: '*.shop.example' } },
  PATH: { labels: { VHOST: 'a.example', PATH: 'cart' } },
  BACKEND_WEIGHT: { labels: { VHOST: 'a.example', BACKEND_WEIGHT: '1000000' } },
  PORT: { labels: { PORT: '9092x' } },
  BIND_ADDR: { labels: { BIND_ADDR: '::1' } },
  BIND_OPTIONS: { labels: { BIND_OPTIONS: 'interface eth0' } },
  SSL_CERT: { labels: { SSL_CERT: '/etc/ssl/other.pem' } },
  MODE: { labels: { MODE: 'health' } },
  BALANCE: { labels: { BALANCE: 'fastest' } },
  STICKY: { labels: { STICKY: 'true', MODE: 'tcp' } },
  USE_HSTS: { labels: { VHOST: 'a.example', USE_HSTS: 'true' } },
  AUTH: { labels: { VHOST: 'a.example', AUTH } },
  HTTP_BACKEND_PROXYPASS_PATH: { labels: { VHOST: 'a.example', HTTP_BACKEND_PROXYPASS_PATH: '/cart' } },
  HTTP_BACKEND_REVPROXY_PATH: { labels: { VHOST: 'a.example', HTTP_BACKEND_REVPROXY_PATH: '/cart' } },
  HTTP_BACKEND_REDIR: { labels: { VHOST: 'a.example', HTTP_BACKEND_REDIR: '/' } },
  BACKEND_NETWORK_ALLOWED_ACL: { labels: { BACKEND_NETWORK_ALLOWED_ACL: 'office' } },
  // Port 1 is the first by its number: Marathon-LB counted so.
  BACKEND_HEALTHCHECK_PORT_INDEX: {
    labels: { BACKEND_HEALTHCHECK_PORT_INDEX: '1' },
    more: { portDefinitions: [{ port: 10_002 }, { port: 10_001 }], healthChecks: [check] },
  },
};

/** A line that no app may have in that place. */
const REFUSED = 'log 127.0.0.1:514 local0';

const caseOf = (name: string): Case => CASES[name] ?? { labels: { [name]: REFUSED, ...neededFor(name) } };

/** So that the text is used at all. */
const neededFor = (name: string): Readonly<Record<string, string>> => ({
  ...(/TCP_|^FRONTEND|^BACKEND_HEAD|SERVER/.test(name) && !name.includes('HTTP')
    ? {}
    : { VHOST: name.includes('ONLY') ? 'a.example,b.example' : 'a.example' }),
  ...(name.includes('TCP_BACKEND') ? { MODE: 'tcp' } : {}),
  ...(/PATH/.test(name) && /FRONTEND|REDIRECT/.test(name) ? { PATH: '/p' } : {}),
  ...(/AUTH|USERLIST/.test(name) ? { AUTH } : {}),
  ...(name.includes('REDIRECT') ? { REDIRECT_TO_HTTPS: 'true' } : {}),
  ...(name.includes('HSTS') ? { USE_HSTS: 'true' } : {}),
  ...(name.includes('STICKY') ? { STICKY: 'true' } : {}),
  ...(name.includes('PROXYPASS') ? { HTTP_BACKEND_PROXYPASS_PATH: '/c' } : {}),
  ...(name.includes('REVPROXY') ? { HTTP_BACKEND_REVPROXY_PATH: '/c' } : {}),
  ...(name.includes('NETWORK') ? { BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8' } : {}),
});

const checksFor = (name: string): object =>
  name.includes('HEALTHCHECK_OPTIONS')
    ? { healthChecks: [{ ...check, portIndex: 0, protocol: name.includes('TCP') ? 'TCP' : 'HTTP', path: '/h' }] }
    : {};

/** Of one port, and with something that is different. */
const LABELS = [...differences.labels].flatMap(([name, { fate }]) => {
  const [, own] = /^HAPROXY_\{n\}_(.+)$/.exec(name) ?? [];
  return own === undefined || fate === 'same' ? [] : [own];
});

/** Each app has a service port and a host of its own. */
const definitionOf = (name: string, at: number) => {
  const { labels, more } = caseOf(name);
  const entries = Object.entries(labels).map(([label, value]) => [
    `HAPROXY_0_${label}`,
    label === 'VHOST' ? value.replaceAll('.example', `${at}.example`) : value,
  ]);
  const raw = {
    version: '2026-01-02T03:04:05.000Z',
    portDefinitions: [{ port: 20_000 + at }],
    ...checksFor(name),
    ...more,
    labels: { HAPROXY_GROUP: 'external', ...(Object.fromEntries(entries) as Record<string, string>) },
  };
  return { appId: `/${name.toLowerCase().replaceAll('_', '-')}`, raw };
};

const judged = async (definitions: readonly { readonly appId: string; readonly raw: unknown }[]): Promise<readonly AppReport[]> => {
  const { entries, problems } = entriesOf(definitions, [], new Date(0).toISOString());
  const { apps } = await judge({
    entries,
    problems,
    options: someOptions({ groups: ['external'] }),
    globals: someGlobals(),
    operator: { flags: [], variables: [], pieces: new Map() },
    differences,
    haproxy: undefined,
  });
  return apps;
};

describe('what docs/marathon-lb.md says of a label', () => {
  let apps: readonly AppReport[] = [];
  before(async () => {
    apps = await judged(LABELS.map(definitionOf));
  });

  it('is read: all chapters have rows', () => {
    const texts = PIECE_NAMES.filter((name) => ['read', 'dead'].includes(pieceOf(name).label));
    assert.ok(LABELS.length >= 15 + texts.length, `${LABELS.length} labels are different`);
    for (const chapter of ['flags', 'variables', 'labels', 'templates', 'apps'] as const)
      assert.ok(differences[chapter].size > 10, chapter);
    assert.equal(differences.variables.get('MARATHON_PASSWORD')?.fate, 'fixed');
    assert.equal(differences.apps.get('FRAMEWORK_NAME')?.fate, 'same');
  });

  for (const name of LABELS)
    it(`is found for HAPROXY_{n}_${name}`, () => {
      const app = apps.find(({ appId }) => appId === definitionOf(name, 0).appId);
      const about = app?.findings.map((finding) => finding.about) ?? [];
      assert.ok(about.includes(`HAPROXY_0_${name}`), `found: ${JSON.stringify(app?.findings)}`);
    });

  for (const [name, value] of [
    ['DEPLOYMENT_GROUP', ''],
    ['DEPLOYMENT_STARTED_AT', 'soon'],
    ['DEPLOYMENT_TARGET_INSTANCES', 'many'],
  ] as const)
    it(`is found for HAPROXY_${name}`, async () => {
      const group = name === 'DEPLOYMENT_GROUP' ? {} : { HAPROXY_DEPLOYMENT_GROUP: 'shop' };
      const labels = { HAPROXY_GROUP: 'external', ...group, [`HAPROXY_${name}`]: value };
      const [app] = await judged([{ appId: '/shop', raw: { labels, portDefinitions: [{ port: 10_000 }] } }]);
      assert.ok(app?.findings.some(({ about, level }) => about === `HAPROXY_${name}` && level === 'hand'));
    });

  it('takes the apps of a deployment group for one', async () => {
    const of = (id: string, startedAt: string, more: object = {}) => ({
      appId: id,
      raw: {
        labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_0_PORT: '10000', ...more },
        portDefinitions: [{ port: 10_000 }],
        version: startedAt,
      },
    });
    const group = { HAPROXY_DEPLOYMENT_GROUP: 'shop' };
    const apps = await judged([
      of('/shop-blue', '2026-01-02T00:00:00.000Z', { ...group, HAPROXY_DEPLOYMENT_STARTED_AT: '2026-01-02T00:00:00' }),
      of('/shop-green', '2026-01-03T00:00:00.000Z', { ...group, HAPROXY_DEPLOYMENT_STARTED_AT: '2026-01-03T00:00:00' }),
      of('/zoo', '2026-01-01T00:00:00.000Z', { HAPROXY_0_PORT: '10001' }),
    ]);
    const routes = apps.map(({ appId, findings }) => [appId, findings.filter(({ about }) => about === 'routes').map(({ level }) => level)]);
    assert.deepEqual(routes, [
      ['/shop-blue', ['hand']],
      ['/shop-green', []],
      ['/zoo', []],
    ]);
  });

  it('has each phrase that is looked up in it', () => {
    const names = [
      'which port of a task is whose',
      'whose labels count when a deployment goes back',
      'which old tasks are drained',
      '--health-check',
    ];
    for (const name of names) assert.equal(differences.apps.get(name)?.fate, 'fixed', name);
  });
});
