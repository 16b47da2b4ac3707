import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { askSocket } from '../../src/haproxy/ask-socket.ts';
import type { Side } from '../../src/rollout/weights.ts';
import { weightsOf } from '../../src/rollout/weights.ts';
import { freePorts } from './free-ports.ts';
import { type Ending, lastly } from './lastly.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

/** HAProxy with a backend for each of many splits; all servers lead back to itself, and what each was given is read from its counters. */
export interface SplitRig {
  /** Requests, one after the other on each of a few connections; gives how many each side of the split got. */
  readonly measure: (index: number, requests: number) => Promise<readonly number[]>;
}

const CONNECTIONS = 4;
/** Requests that are under way on a connection. */
const BATCH = 50;

const serverLines = (sides: readonly Side[], upstream: number): readonly string[] =>
  weightsOf(sides).flatMap((weights, side) =>
    weights.map((weight, index) => `  server s${side}_${index} 127.0.0.1:${upstream} id ${1000 * side + index + 1} weight ${weight}`),
  );

const configOf = (splits: readonly (readonly Side[])[], folder: string, [port = 0, upstream = 0]: readonly number[]): string =>
  [
    ...['global', `  stats socket ${join(folder, 'admin.sock')} level admin`],
    ...[
      'defaults',
      '  mode http',
      '  balance roundrobin',
      '  timeout client 30s',
      '  timeout server 30s',
      '  timeout connect 5s',
      '  http-reuse always',
    ],
    ...['frontend upstream', `  bind 127.0.0.1:${upstream}`, '  http-request return status 200'],
    ...['frontend in', `  bind 127.0.0.1:${port}`, '  use_backend %[path,field(2,/)]'],
    ...splits.flatMap((sides, index) => [`backend b${index}`, ...serverLines(sides, upstream)]),
    '',
  ].join('\n');

/** Asks so often on one connection; resolves when all was answered with 200. */
const ask = async (port: number, path: string, requests: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    let [sent, answered, rest] = [0, 0, ''];
    const send = (): void => {
      const count = Math.min(BATCH, requests - sent);
      sent += count;
      socket.write(`GET ${path} HTTP/1.1\r\nhost: split\r\n\r\n`.repeat(count));
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`HAProxy closed after ${answered} of ${requests} answers`)));
    socket.on('data', (bytes) => {
      const heads = (rest + bytes.toString('latin1')).split('\r\n\r\n');
      rest = heads.pop() ?? '';
      const wrong = heads.find((head) => !head.startsWith('HTTP/1.1 200'));
      if (wrong !== undefined) reject(new Error(wrong));
      answered += heads.length;
      if (answered === requests) resolve(void socket.removeAllListeners('close').destroy());
      else if (answered === sent) send();
    });
    send();
  });

/** Sessions of each server so far, by the first number in its name. */
const countsOf = async (folder: string, index: number, sides: number): Promise<readonly number[]> => {
  const text = await askSocket(join(folder, 'admin.sock'), `show stat b${index} 4 -1`, {
    answerMs: 10_000,
    refusedMs: 5000,
    isAlive: () => true,
  });
  const [head = '', ...lines] = text.replace(/^# /, '').split('\n');
  const [name, total] = [head.split(',').indexOf('svname'), head.split(',').indexOf('stot')];
  const counts = Array.from({ length: sides }, () => 0);
  for (const line of lines) {
    const words = line.split(',');
    const side = /^s(\d+)_/.exec(words[name] ?? '')?.[1];
    if (side !== undefined) counts[Number(side)] = (counts[Number(side)] ?? 0) + Number(words[total]);
  }
  return counts;
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};

export const openSplitRig = async (t: Ending, binary: string, splits: readonly (readonly Side[])[]): Promise<SplitRig> => {
  const { path: folder, remove } = tempFolder();
  lastly(t, remove);
  const ports = await freePorts(2, '127.0.0.1');
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, configOf(splits, folder, ports));
  const child = spawn(binary, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  lastly(t, async () => end(child));
  const [port = 0] = ports;
  await waitFor('HAProxy answers', async () => {
    if (child.exitCode !== null) throw new Error('HAProxy ended');
    return ask(port, '/b0', 1).then(
      () => true,
      () => false,
    );
  });
  return {
    measure: async (index, requests) => {
      const sides = splits[index]?.length ?? 0;
      const before = await countsOf(folder, index, sides);
      await Promise.all(Array.from({ length: CONNECTIONS }, async () => ask(port, `/b${index}`, requests / CONNECTIONS)));
      const after = await countsOf(folder, index, sides);
      return after.map((count, side) => count - (before[side] ?? 0));
    },
  };
};
