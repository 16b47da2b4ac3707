// Makes a fresh checkout runnable. Plain JavaScript that any Node since 18 can run.
//   node tools/setup.js node   a Node.js that is new enough (tools/node), nothing else
//   node tools/setup.js all    that, the npm packages, HAProxy, and curl, which the commands that the demo prints need; for root dig, too
// Does nothing, in milliseconds, when everything is there. Exit code 1 with the command to run when something cannot be installed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node-path.js';
import { withSbin } from './with-sbin.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const run = (command, args, cwd) => {
  console.error(`sluice set-up: ${command} ${args.join(' ')}`);
  // stdout is the caller's: `npx sluice status --json` must stay clean even when it has to set up first.
  const done = spawnSync(command, args, { cwd, stdio: ['ignore', process.stderr.fd, process.stderr.fd] });
  return done.status === 0;
};

const fail = (message) => {
  console.error(`sluice set-up: ${message}`);
  process.exit(1);
};

/** With what the tests need, also where NODE_ENV is production. */
const npmCi = (folder) => run('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);

const ensureNode = () => {
  if (findNode() !== undefined) return;
  const installed = npmCi(join(root, 'tools/node'));
  if (!installed || findNode() === undefined) fail('Node.js 24 is needed and could not be installed; run: npm ci --prefix tools/node');
};

/** npm writes node_modules/.package-lock.json last: older than the lock file means not installed, or not for this lock. */
const packagesAreCurrent = () => {
  const marker = join(root, 'node_modules/.package-lock.json');
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
};

const ensurePackagesOfNpm = () => {
  if (packagesAreCurrent()) return;
  if (!npmCi(root)) fail('npm packages are missing; run: npm ci');
  const now = new Date();
  utimesSync(join(root, 'node_modules/.package-lock.json'), now, now);
};

const runs = (program, flag) => spawnSync(program, [flag], { stdio: 'ignore', env: withSbin(process.env) }).status === 0;

const ownHaproxy = process.env.SLUICE_HAPROXY;

/** Names of Debian's packages. */
const missingPackages = () =>
  [
    { name: 'haproxy', isThere: runs(ownHaproxy ?? 'haproxy', '-v') },
    { name: 'curl', isThere: runs('curl', '--version') },
  ]
    .filter(({ isThere }) => !isThere)
    .map(({ name }) => name);

const isRoot = process.getuid?.() === 0;

/** Nothing fails without dig: tests that ask with it are left out, and `sluice dig` asks, too. */
const wishedPackages = () => (isRoot && !runs('dig', '-v') ? ['dnsutils'] : []);

const install = (packages) => ['install', '-y', '--no-install-recommends', ...packages];

const ensurePackagesOfDebian = () => {
  if (ownHaproxy !== undefined && !runs(ownHaproxy, '-v')) fail(`SLUICE_HAPROXY is '${ownHaproxy}', which does not run`);
  const [missing, wished] = [missingPackages(), wishedPackages()];
  if (missing.length + wished.length === 0) return;
  const byHand = `run as root: apt-get update && apt-get ${install(missing).join(' ')}`;
  if (!isRoot) fail(`missing: ${missing.join(' ')}; ${byHand}`);
  process.env.DEBIAN_FRONTEND = 'noninteractive';
  run('apt-get', ['-qq', 'update']);
  if (missing.length > 0 && (!run('apt-get', ['-qq', ...install(missing)]) || missingPackages().length > 0))
    fail(`apt-get could not install ${missing.join(' ')}; ${byHand}`);
  if (wished.length > 0) run('apt-get', ['-qq', ...install(wished)]);
};

ensureNode();
if (process.argv[2] === 'all') {
  ensurePackagesOfNpm();
  ensurePackagesOfDebian();
}
