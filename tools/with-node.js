// node tools/with-node.js COMMAND ARG...: runs a command of node_modules/.bin (or `node`) with a Node.js that is new enough first in PATH,
// and /usr/sbin last, where HAProxy is.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node-path.js';
import { withSbin } from './with-sbin.js';

const node = findNode();
if (node === undefined) {
  console.error('Node.js 24 is needed; run: node tools/setup.js node');
  process.exit(1);
}
const bin = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));
const [command, ...args] = process.argv.slice(2);
const env = withSbin({ ...process.env, PATH: `${dirname(node)}:${bin}:${process.env.PATH}` });
const child = spawn(command === 'node' ? node : join(bin, command), args, { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`cannot run ${command}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
