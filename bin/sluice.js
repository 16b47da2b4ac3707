#!/usr/bin/env node
// Entry of the command `sluice`. Plain JavaScript: hands over to a Node.js that is new enough, installing it once if need be.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findNode } from '../tools/node-path.js';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const source = path('../src/cli/main.ts');
const entry = existsSync(source) ? source : path('../dist/cli/main.js');

if (findNode() === undefined) spawnSync(process.execPath, [path('../tools/setup.js'), 'node'], { stdio: 'inherit' });
const node = findNode();
if (node === undefined) process.exit(1);

if (node === process.execPath) {
  // Until `run` takes it: in Node it opens a debugger for everybody on this host.
  process.on('SIGUSR1', () => undefined);
  await import(entry);
} else {
  const child = spawn(node, ['--disable-sigusr1', entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends ^C to the whole group: the child decides when to end, this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
}
