import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { waitFor } from '../../test/kit/wait-for.ts';

/** USER_HZ: 100 on every Linux that HAProxy is packaged for. */
const TICKS_PER_SECOND = 100;

const accepts = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** A HAProxy that just runs, in the foreground. */
export class PlainHaproxy {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** `port`: one that it listens on, to know when it runs. */
  static async start(binary: string, config: string, port: number): Promise<PlainHaproxy> {
    const haproxy = new PlainHaproxy(spawn(binary, ['-db', '-f', config], { stdio: ['ignore', 'ignore', 'inherit'], detached: true }));
    await waitFor(`HAProxy runs with ${config}`, async () => {
      if (haproxy.#child.exitCode !== null) throw new Error('it ended');
      return accepts(port);
    });
    return haproxy;
  }

  /** That it has used so far: user and system. */
  get cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#child.pid ?? 0}/stat`, 'utf8');
    // After the name in parentheses: state is field 3, utime 14, stime 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }
}
