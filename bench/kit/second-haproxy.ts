import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { askSocket, type Patience } from '../../src/haproxy/ask-socket.ts';
import { parseInfo } from '../../src/haproxy/show-info.ts';
import { waitFor } from '../../test/kit/wait-for.ts';

const LIMIT_MS = 60_000;
const POLL_MS = 1;

/** A HAProxy that nothing looks after, with a copy of the files of another: what a reload costs by hand. */
export class SecondHaproxy {
  readonly #binary: string;
  readonly #folder: string;
  readonly #config: string;
  readonly #child: ChildProcess;
  readonly #patience: Patience;
  #generation = 0;

  private constructor(binary: string, folder: string) {
    this.#binary = binary;
    this.#folder = folder;
    this.#config = configIn(folder);
    this.#child = spawn(binary, ['-W', '-S', `${folder}/master.sock,mode,600,level,admin`, '-f', this.#config], { stdio: 'ignore' });
    this.#patience = { answerMs: LIMIT_MS, refusedMs: LIMIT_MS, isAlive: () => this.#child.exitCode === null };
  }

  /** `replaced`: texts of the original, such as ports and paths, and what stands for them here. */
  static async start(binary: string, original: string, folder: string, replaced: ReadonlyMap<string, string>): Promise<SecondHaproxy> {
    cpSync(original, join(folder, 'config'), { recursive: true, dereference: true });
    let text = readFileSync(configIn(folder), 'utf8');
    for (const [from, to] of replaced) text = text.replaceAll(from, to);
    writeFileSync(configIn(folder), text);
    // The root of its workers.
    mkdirSync(join(folder, 'workers'));
    const haproxy = new SecondHaproxy(binary, folder);
    await waitFor('the second HAProxy answers', async () => haproxy.#description());
    return haproxy;
  }

  /** `haproxy -c`; throws what it says when it refuses the files. */
  async check(): Promise<void> {
    await execa(this.#binary, ['-c', '-f', this.#config]);
  }

  /** Reloads, and resolves when the new worker answers. */
  async reload(): Promise<void> {
    this.#generation += 1;
    const name = `second-${this.#generation}`;
    writeFileSync(this.#config, readFileSync(this.#config, 'utf8').replace(/^ {2}description .*$/m, `  description ${name}`));
    await this.#ask('master.sock', 'reload');
    const deadline = performance.now() + LIMIT_MS;
    while (!(await this.#ask('admin.sock', 'show info')).includes(`description: ${name}\n`)) {
      if (performance.now() > deadline) throw new Error(`no worker of ${name} answers`);
      await sleep(POLL_MS);
    }
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }

  async #description(): Promise<boolean> {
    return parseInfo(await this.#ask('admin.sock', 'show info'))?.stopping === false;
  }

  async #ask(socket: 'master.sock' | 'admin.sock', command: string): Promise<string> {
    return askSocket(join(this.#folder, socket), command, this.#patience);
  }
}

const configIn = (folder: string): string => join(folder, 'config', 'haproxy.cfg');
