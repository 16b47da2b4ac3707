import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import type { Status } from '../../src/report/status.ts';
import { waitFor } from '../../test/kit/wait-for.ts';

const ENTRY = fileURLToPath(new URL('../../bin/sluice.js', import.meta.url));
const STOP_LIMIT_MS = 30_000;

/** `sluice run` as an operator starts it, in a process of its own. */
export class SluiceProcess {
  readonly apiUrl: string;
  readonly #child: ChildProcess;
  readonly #logFile: string;

  private constructor(child: ChildProcess, apiUrl: string, logFile: string) {
    this.#child = child;
    this.apiUrl = apiUrl;
    this.#logFile = logFile;
  }

  /** Resolves when it is ready. `flags` without --api-listen; its log goes to a file in `folder`. */
  static async start(flags: readonly string[], apiPort: number, folder: string): Promise<SluiceProcess> {
    const logFile = join(folder, 'sluice.log');
    const log = openSync(logFile, 'a');
    // In a group of its own: ^C goes to the benchmark, which ends Sluice in good order.
    const child = spawn(process.execPath, [ENTRY, 'run', ...flags, '--api-listen', `127.0.0.1:${apiPort}`], {
      stdio: ['ignore', log, log],
      detached: true,
    });
    const sluice = new SluiceProcess(child, `http://127.0.0.1:${apiPort}`, logFile);
    try {
      await waitFor('Sluice is ready', () => sluice.#isReady(), 120_000);
    } catch (error) {
      await sluice.close();
      throw new Error(`Sluice did not become ready; its log ends:\n${sluice.lastLines()}`, { cause: error });
    }
    return sluice;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async status(): Promise<Status> {
    const { body } = await request(`${this.apiUrl}/status`);
    return (await body.json()) as Status;
  }

  lastLines(): string {
    return readFileSync(this.#logFile, 'utf8').split('\n').slice(-20).join('\n');
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await exit;
    clearTimeout(timer);
  }

  async #isReady(): Promise<boolean> {
    if (this.#child.exitCode !== null) throw new Error(`Sluice ended:\n${this.lastLines()}`);
    const { statusCode, body } = await request(`${this.apiUrl}/ready`);
    await body.dump();
    return statusCode === 200;
  }
}
