import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Command } from 'commander';
import { addRun } from '../../src/cli/run.ts';
import { PIECE_NAMES, type PieceName, pieceOf } from '../../src/pieces/catalogue.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { aCheck, anEntry, aPort, aTask, build, labels } from '../kit/builders.ts';
import { ownTemplates } from '../kit/own-templates.ts';

/** docs/marathon-lb.md against what Marathon-LB had, and against what Sluice takes. */

/** All of Marathon-LB's flags, with a value where they take one. */
const FLAGS: readonly (readonly [flag: string, ...value: string[]])[] = [
  ['--longhelp'],
  ['--marathon', 'http://m1:8080', 'http://m2:8080'],
  ['-m', 'http://m1:8080'],
  ['--haproxy-config', '/etc/haproxy/haproxy.cfg'],
  ['--group', 'external'],
  ['--command', '/marathon-lb/reload_haproxy.sh'],
  ['-c', 'true'],
  ['--max-reload-retries', '-1'],
  ['--reload-interval', '10'],
  ['--strict-mode'],
  ['--sse'],
  ['-s'],
  ['--archive-versions', '5'],
  ['--health-check'],
  ['-H'],
  ['--lru-cache-capacity', '1000'],
  ['--haproxy-map'],
  ['--dont-bind-http-https'],
  ['--group-https-by-vhost'],
  ['--ssl-certs', '/etc/ssl/cert.pem,/etc/ssl/cert0.pem'],
  ['--skip-validation'],
  ['--skip-config-cleanup'],
  ['--dry'],
  ['-d'],
  ['--min-serv-port-ip-per-task', '10050'],
  ['--max-serv-port-ip-per-task', '10100'],
  ['--max-backoff', '300'],
  ['--syslog-socket', '/dev/null'],
  ['--log-format', '%(asctime)-15s %(name)s: %(message)s'],
  ['--log-level', 'WARNING'],
  ['--marathon-auth-credential-file', '/run/secret'],
  ['--auth-credentials', 'ann:secret'],
  ['--dcos-auth-credentials', '{}'],
  ['--marathon-ca-cert', '/etc/ssl/ca.pem'],
];

/** What its container read, but for its templates. */
const VARIABLES = [
  ...['PORTS', 'POLL_INTERVAL', 'HAPROXY_SSL_CERT', 'HAPROXY_SSL_CERT0', 'HAPROXY_SSL_CERT100', 'HAPROXY_SYSCTL_PARAMS'],
  ...[
    'HAPROXY_SYSCTL_NONSTRICT',
    'HAPROXY_SYSLOGD',
    'SYSLOG_SOCKET',
    'HAPROXY_GLOBAL_DEFAULT_OPTIONS',
    'MARATHON_USER',
    'MARATHON_PASSWORD',
  ],
  ...['VAULT_TOKEN', 'VAULT_HOST', 'VAULT_PORT', 'VAULT_PATH', 'VAULT_URL', 'DCOS_SERVICE_ACCOUNT_CREDENTIAL', 'FRAMEWORK_NAME'],
  ...['MESOS_SANDBOX', 'TINI_SUBREAPER'],
];

const ENDPOINTS = [
  ...['/haproxy?stats', '/haproxy?stats;csv', '/metrics', '/_haproxy_health_check', '/_haproxy_getconfig', '/_haproxy_getvhostmap'],
  ...['/_haproxy_getappmap', '/_haproxy_getpids', '/_mlb_signal/hup', '/_mlb_signal/usr1', 'X-Marathon-App-Id'],
];

/** Its labels about one port, but for those that hold text. */
const PORT_LABELS = [
  ...['GROUP', 'ENABLED', 'VHOST', 'PATH', 'BACKEND_WEIGHT', 'PORT', 'BIND_ADDR', 'BIND_OPTIONS', 'SSL_CERT', 'MODE', 'BALANCE', 'STICKY'],
  ...['REDIRECT_TO_HTTPS', 'USE_HSTS', 'AUTH', 'HTTP_BACKEND_PROXYPASS_PATH', 'HTTP_BACKEND_REVPROXY_PATH', 'HTTP_BACKEND_REDIR'],
  ...['BACKEND_NETWORK_ALLOWED_ACL', 'BACKEND_HEALTHCHECK_PORT_INDEX'],
];

const TEXT_LABELS = PIECE_NAMES.filter((name) => ['read', 'dead'].includes(pieceOf(name).label));

/** Those that its tool for deployments reads and writes. */
const DEPLOYMENT_LABELS = ['GROUP', 'ALT_PORT', 'COLOUR', 'STARTED_AT', 'TARGET_INSTANCES'].map((name) => `HAPROXY_DEPLOYMENT_${name}`);

const rows = readFileSync(new URL('../../docs/marathon-lb.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** What becomes of it, by the row that names it. */
const fateOf = (name: string): string | undefined => rows.find(([, first = '']) => first.includes(`\`${name}\``))?.[2];

const parsed = (args: readonly string[]): Command => {
  const program = new Command();
  addRun(program);
  const command = program.commands.find((one) => one.name() === 'sse');
  assert.ok(command !== undefined);
  command.exitOverride().parseOptions([...args]);
  return command;
};

for (const [flag, ...value] of FLAGS)
  test(`${flag} of Marathon-LB is taken, and docs/marathon-lb.md says what becomes of it`, () => {
    const fate = fateOf(flag);
    assert.ok(['same', 'fixed', 'no effect'].includes(fate ?? ''), `its row says '${fate ?? ''}'`);
    const command = parsed([flag, ...value]);
    const option = command.options.find(({ short, long }) => short === flag || long === flag);
    assert.equal(option?.hidden, fate === 'no effect', 'those without effect are in no help');
    assert.equal(command.getOptionValueSource(option.attributeName()), 'cli');
  });

/** All of its labels: 64, and three that its own list did not have. */
const LABELS = [...[...PORT_LABELS, ...TEXT_LABELS].map((name) => `HAPROXY_{n}_${name}`), ...DEPLOYMENT_LABELS];
const MORE_LABELS = ['HAPROXY_GROUP', 'HAPROXY_DEPLOYMENT_NEW_INSTANCES', 'HAPROXY_APP_ID'];
const TEMPLATES = PIECE_NAMES.map((name) => `HAPROXY_${name}`);

test('nothing that Marathon-LB had is forgotten', () => {
  assert.deepEqual([LABELS.length, TEMPLATES.length], [64, 53]);
});

for (const name of [...VARIABLES, ...ENDPOINTS, ...LABELS, ...MORE_LABELS, ...TEMPLATES])
  test(`docs/marathon-lb.md says what becomes of ${name}`, () => {
    const fate = fateOf(name);
    assert.ok(['same', 'fixed', 'no effect'].includes(fate ?? ''), `its row says '${fate ?? ''}'`);
  });

const AUTH = 'The Shop:ann:$1$abcdefgh$irWbblnpmw.5z7wgBnprh0';

/** Ports that together use every template but those of whole sections. */
const USERS = [
  ...['a.example', 'a.example,b.example'].flatMap((VHOST) =>
    [{}, { PATH: '/p' }].flatMap((path) =>
      [{}, { AUTH }].flatMap((auth) => [{}, { REDIRECT_TO_HTTPS: 'true' }].map((redirect) => ({ VHOST, ...path, ...auth, ...redirect }))),
    ),
  ),
  { MODE: 'tcp', BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8' },
  {
    ...{ VHOST: 'z.example', BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8', USE_HSTS: 'true', STICKY: 'true' },
    ...{ HTTP_BACKEND_PROXYPASS_PATH: '/c', HTTP_BACKEND_REVPROXY_PATH: '/c', HTTP_BACKEND_REDIR: '/d' },
  },
];

const entries = USERS.map((own, at) =>
  anEntry(
    {
      ...labels(Object.fromEntries(Object.entries(own).map(([name, value]) => [`HAPROXY_0_${name}`, value]))),
      id: `/app${at}`,
      ports: [aPort({ servicePort: 10_000 + at })],
      healthChecks: [aCheck({ protocol: 'MODE' in own ? 'TCP' : 'HTTP' })],
    },
    [aTask({ ports: [31_000 + at] })],
  ),
);

const rendered = (overrides: ReadonlyMap<PieceName, { readonly text: string; readonly from: 'environment' }>): string => {
  const { desired } = build(entries, { overrides });
  const files = new Renderer(ownTemplates).render(desired, fingerprint(desired));
  return files.map(({ path, bytes }) => `${path}\n${bytes.toString()}`).join('\n');
};

const OPENS: Readonly<Record<string, string>> = {
  userlist: 'userlist user_{backend}\n  user eve insecure-password x',
  frontend: 'frontend {backend}\n  bind *:{servicePort}\n  backlog 77',
  backend: 'backend {backend}\n  fullconn 77',
  server: 'server {serverName} {host_ipv4}:{port} id {serverId} maxconn 77',
  'server-words': 'check inter 77s',
};

const usual = rendered(new Map());

// Those of whole sections have tests of their own: test/render/operator-pieces.test.ts.
for (const name of PIECE_NAMES.filter(
  (one) => !['HEAD', 'HTTP_FRONTEND_HEAD', 'HTTPS_FRONTEND_HEAD', 'HTTP_FRONTEND_APPID_HEAD'].includes(one),
))
  test(`the template HAPROXY_${name} has the effect that docs/marathon-lb.md says`, () => {
    const text = OPENS[pieceOf(name).place] ?? '  acl seventy src 10.77.0.0/16';
    const changed = rendered(new Map([[name, { text, from: 'environment' }]])) !== usual;
    assert.equal(changed, fateOf(`HAPROXY_${name}`) !== 'no effect');
  });

for (const name of TEXT_LABELS)
  test(`the label of ${name} has the effect that docs/marathon-lb.md says`, () => {
    const fate = fateOf(`HAPROXY_{n}_${name}`);
    assert.equal(fate, pieceOf(name).label === 'dead' ? 'no effect' : 'fixed');
  });
