import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { waitFor } from '../../test/kit/wait-for.ts';

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

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }
}
