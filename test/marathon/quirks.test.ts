import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { BuildOptions } from '../../src/desired/options.ts';
import { toEntry } from '../../src/marathon/payload/entry.ts';
import { Picture } from '../../src/picture/picture.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { someGlobals, someOptions } from '../kit/builders.ts';
import { ownTemplates } from '../kit/own-templates.ts';

/** docs/marathon-lb.md says of each quirk whether `--compat strict` has it: here each that differs is seen to differ. */

type Json = Readonly<Record<string, unknown>>;

const DAY = '2026-01-01T00:00:00.000Z';
const NEXT_DAY = '2026-01-02T00:00:00.000Z';

const task = (changes: Json = {}): Json => ({
  ...{ id: 'app.1', host: '10.0.0.1', ports: [31000, 31001], ipAddresses: [{ ipAddress: '9.0.0.1' }] },
  ...{ state: 'TASK_RUNNING', version: DAY },
  ...changes,
});

const app = (labels: Json, changes: Json = {}): Json => ({
  ...{ id: '/app', labels: { HAPROXY_GROUP: 'external', ...labels }, instances: 1, tasks: [task()] },
  ...{ portDefinitions: [{ port: 10000 }], versionInfo: { lastConfigChangeAt: DAY } },
  ...changes,
});

const check = (protocol: string, changes: Json = {}): Json => ({
  healthChecks: [{ protocol, portIndex: 0, path: '/ok', intervalSeconds: 5, timeoutSeconds: 2, maxConsecutiveFailures: 3, ...changes }],
});

const AUTH = { HAPROXY_0_AUTH: 'Shop:ann:$1$abcdefgh$irWbblnpmw.5z7wgBnprh0' };
const VHOST = { HAPROXY_0_VHOST: 'shop.example' };
const CONTAINER = { networks: [{ mode: 'container', name: 'dcos' }], portDefinitions: [] };
const web = (id: string, lastConfigChangeAt: string): Json =>
  app({}, { ...CONTAINER, id, container: { portMappings: [{ containerPort: 80 }] }, versionInfo: { lastConfigChangeAt } });
const member = (id: string, more: Json, tasks: readonly Json[]): Json =>
  app({ HAPROXY_DEPLOYMENT_GROUP: 'app', HAPROXY_0_PORT: '10000', ...more }, { id, instances: 2, tasks });

/** What Marathon says, one list of apps after the other; and what the balancer was started with for it. */
type Case = readonly (readonly Json[])[] & { readonly options?: Partial<BuildOptions> };

const withFiles = (options: Partial<BuildOptions>, ...apps: readonly Json[]): Case =>
  Object.assign([apps], { options: { appFiles: ['/apps'], certificates: 'list', ...options } as const });

/** By the words that begin the row. */
const SHOWN: Readonly<Record<string, Case>> = {
  'AUTH was asked for': [[app(AUTH)]],
  'HTTP_BACKEND_PROXYPASS_PATH cut': [[app({ ...VHOST, HAPROXY_0_HTTP_BACKEND_PROXYPASS_PATH: '/cart' })]],
  'HTTP_BACKEND_REVPROXY_PATH dropped': [[app({ ...VHOST, HAPROXY_0_HTTP_BACKEND_REVPROXY_PATH: '/cart' })]],
  '`{healthCheckPort}`, ports and tasks': [[app({}, { portDefinitions: undefined, ports: [null, 10000] })]],
  'SSL_CERT was': withFiles({}, app({ ...VHOST, HAPROXY_0_SSL_CERT: '/apps/a.pem' })),
  'with `--group-https-by-vhost` any app': withFiles(
    { groupHttpsByVhost: true },
    app({ ...VHOST, HAPROXY_0_SSL_CERT: '/apps/a.pem' }),
    app({ ...VHOST, HAPROXY_0_SSL_CERT: '/apps/b.pem' }, { id: '/other', portDefinitions: [{ port: 10001 }] }),
  ),
  'UDP ports': [[app({}, { portDefinitions: [{ port: 10000, protocol: 'udp' }, { port: 10001 }] })]],
  'a check by HTTPS': [[app(VHOST, check('HTTPS'))]],
  'a check by MESOS_HTTP without VHOST': [[app({}, check('MESOS_HTTP'))]],
  'a changed check': [
    [app(VHOST, check('HTTP'))],
    [app(VHOST, { ...check('HTTP', { path: '/new' }), versionInfo: { lastConfigChangeAt: NEXT_DAY } })],
  ],
  'BACKEND_HEALTHCHECK_PORT_INDEX counted': [
    [
      app(
        { HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX: '0' },
        { portDefinitions: [{ port: 10001 }, { port: 10000 }], ...check('HTTP', { portIndex: 1 }) },
      ),
    ],
  ],
  'service ports that it gave out': [[web('/net/api', NEXT_DAY), web('/net/web', DAY)]],
  'a deployment group drained': [
    [
      member('/blue', { HAPROXY_DEPLOYMENT_STARTED_AT: DAY, HAPROXY_DEPLOYMENT_TARGET_INSTANCES: '2' }, [
        task(),
        task({ id: 'app.2', ports: [31002] }),
      ]),
      member('/green', { HAPROXY_DEPLOYMENT_STARTED_AT: NEXT_DAY, HAPROXY_DEPLOYMENT_TARGET_INSTANCES: '2' }, [
        task({ id: 'app.3', host: '10.0.0.2', state: 'TASK_STAGING' }),
      ]),
    ],
  ],
};

const served = (reads: Case, compat: BuildOptions['compat']): string => {
  // One service port to give out: who comes first has it.
  const picture = new Picture(someOptions({ compat, autoPorts: { min: 10050, max: 10050 }, ...reads.options }), someGlobals());
  for (const apps of reads)
    picture.take({ kind: 'snapshot', entries: apps.map(toEntry).flatMap(({ value }) => value ?? []), keep: new Set() });
  const { desired } = picture;
  assert.ok(desired.backends.size > 0, 'something is served');
  return new Renderer(ownTemplates)
    .render(desired, fingerprint(desired))
    .map(({ path, bytes }) => `${path}\n${bytes.toString().replace(/^ {2}description .*$/m, '')}`)
    .join('\n')
    .concat(JSON.stringify([...picture.hosts]));
};

const text = readFileSync(new URL('../../docs/marathon-lb.md', import.meta.url), 'utf8').split('\n## Quirks\n')[1] ?? '';
const differing = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.includes('---'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, what, , strict]) => what !== 'what it did' && strict !== '')
  .map(([, what = '']) => what);

test('each quirk that --compat strict is said to have is shown here, and no other', () => {
  const named = differing.map((what) => Object.keys(SHOWN).find((words) => what.startsWith(words)) ?? what);
  assert.deepEqual(named.sort(), Object.keys(SHOWN).sort());
});

for (const [words, reads] of Object.entries(SHOWN))
  test(`--compat strict has it otherwise: ${words}`, () => assert.notEqual(served(reads, 'strict'), served(reads, 'fixed')));
