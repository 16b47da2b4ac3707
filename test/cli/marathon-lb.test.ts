import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Command } from 'commander';
import { addRun } from '../../src/cli/run.ts';

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

for (const name of [...VARIABLES, ...ENDPOINTS])
  test(`docs/marathon-lb.md says what becomes of ${name}`, () => {
    const fate = fateOf(name);
    assert.ok(['same', 'fixed', 'no effect'].includes(fate ?? ''), `its row says '${fate ?? ''}'`);
  });
