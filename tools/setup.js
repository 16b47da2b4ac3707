// Makes a fresh checkout runnable. Plain JavaScript that any Node since 18 can run.
//   node tools/setup.js node   a Node.js that is new enough (tools/node), nothing else
//   node tools/setup.js all    that, the npm packages, and HAProxy
// Does nothing, in milliseconds, when everything is there. Exit code 1 with the command to run when something cannot be installed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node-path.js';

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

const ensureNode = () => {
  if (findNode() !== undefined) return;
  const installed = run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], join(root, 'tools/node'));
  if (!installed || findNode() === undefined) fail('Node.js 24 is needed and could not be installed; run: npm ci --prefix tools/node');
};

/** npm writes node_modules/.package-lock.json last: older than the lock file means not installed, or not for this lock. */
const packagesAreCurrent = () => {
  const marker = join(root, 'node_modules/.package-lock.json');
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
};

const ensurePackages = () => {
  if (packagesAreCurrent()) return;
  if (!run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], root))
    fail('npm packages are missing; run: npm ci');
  const now = new Date();
  utimesSync(join(root, 'node_modules/.package-lock.json'), now, now);
};

const haproxyIsThere = () => spawnSync(process.env.SLUICE_HAPROXY ?? 'haproxy', ['-v'], { stdio: 'ignore' }).status === 0;

const ensureHaproxy = () => {
  if (haproxyIsThere()) return;
  const byHand = 'apt-get update && apt-get install -y --no-install-recommends haproxy';
  if (process.getuid?.() !== 0) fail(`HAProxy is missing; run as root: ${byHand}`);
  process.env.DEBIAN_FRONTEND = 'noninteractive';
  run('apt-get', ['-qq', 'update']);
  if (!run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', 'haproxy']) || !haproxyIsThere()) {
    fail(`HAProxy is missing and apt-get could not install it; run: ${byHand}`);
  }
};

ensureNode();
if (process.argv[2] === 'all') {
  ensurePackages();
  ensureHaproxy();
}
