// npm test: everything that must hold, in order of how fast it fails. `npm test -- NAME...` runs only the test files whose path holds a NAME.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const CHECKS: readonly Check[] = [
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  { name: 'lint', command: 'eslint', args: ['.', '--max-warnings', '0'] },
  { name: 'format', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'doors between rooms', command: 'depcruise', args: ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src'] },
  {
    name: 'dead code',
    command: 'ts-unused-exports',
    args: ['tsconfig.json', '--showLineNumber', '--exitWithCount', '--allowUnusedTypes', '--ignoreFiles=/(test|bench)/'],
  },
];

/** Exit code 1 also when the command was killed. */
const passes = (command: string, args: readonly string[], env = process.env): boolean =>
  spawnSync(command, args, { stdio: 'inherit', env }).status === 0;

const runChecks = (): readonly string[] =>
  CHECKS.filter(({ name, command, args }) => {
    console.log(`# ${name}`);
    return !passes(command, args);
  }).map(({ name }) => name);

const names = process.argv.slice(2);
const files = globSync('test/**/*.test.ts')
  .sort()
  .filter((file) => names.length === 0 || names.some((name) => file.includes(name)));

/** Newer HAProxys beside the installed one, each fetched once; without them the tests skip those versions and say so. */
const fetchHaproxys = (): void => {
  for (const suite of ['trixie', 'sid', 'experimental']) {
    if (existsSync(`build/haproxy-${suite}`)) continue;
    console.log(`# fetching the HAProxy of Debian ${suite}, to test with`);
    spawnSync(process.execPath, ['test/kit/get-haproxy.ts', suite], { stdio: 'inherit', timeout: 180_000 });
  }
};

/** Beside the checks: it takes a minute, and more the first time. The test of the image says why where there is none. */
const startImage = (): Promise<void> => {
  const child = spawn(process.execPath, ['test/kit/sluice-image.ts'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((resolve) => {
    child.on('close', () => {
      console.log(`# image, to test it\n${said.trim()}`);
      resolve();
    });
  });
};

const image = names.length === 0 ? startImage() : undefined;
const failed = names.length === 0 ? runChecks() : [];
if (names.length === 0) fetchHaproxys();
await image;

/** Hundreds of processes of the tests load the same sources: half of what a short one costs is to compile them. */
const compiled = mkdtempSync(join(tmpdir(), 'sluice-compiled-'));
const args = ['--test', '--test-concurrency=2', '--test-timeout=300000', ...files];
const testsPass = files.length > 0 && passes(process.execPath, args, { ...process.env, NODE_COMPILE_CACHE: compiled });
rmSync(compiled, { recursive: true, force: true });

if (files.length === 0) console.error(`no test file holds ${names.join(' or ')} in its path`);
if (failed.length > 0) console.error(`\nfailed before the tests: ${failed.join(', ')}`);
process.exit(testsPass && failed.length === 0 ? 0 : 1);
