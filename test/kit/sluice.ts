import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from './free-ports.ts';
import { endHaproxyOf } from './haproxy-of.ts';
import { type Ending, lastly } from './lastly.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

/** Sluice as a process of its own, by its command line. */

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const LIMIT_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  /** Added to the environment of this process; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Goes to standard input. */
  readonly input?: string;
  /** The command in place of `node src/cli/main.ts`. */
  readonly command?: readonly [string, ...string[]];
  readonly cwd?: string;
}

/** A verb that runs. */
export class SluiceProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], { env = {}, input, command = [process.execPath, MAIN], cwd }: StartOptions = {}) {
    const [program, ...first] = command;
    this.child = spawn(program, [...first, ...args], {
      env: { ...process.env, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    // A verb that does not read its input to the end has its reasons.
    this.child.stdin?.on('error', () => undefined).end(input);
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves at its end; kills it when nobody should have to wait so long. */
  async end(): Promise<Ended> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), LIMIT_MS);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  async endBy(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.end();
  }

  /** Waits until it has printed this. */
  async prints(what: RegExp): Promise<string> {
    return waitFor(`it prints ${String(what)}`, () => {
      const found = what.exec(`${this.#stdout}\n${this.#stderr}`)?.[0];
      if (found === undefined && !this.isAlive) throw new Error(`it has ended: ${this.#stdout}${this.#stderr}`);
      return found;
    });
  }
}

/** Runs a verb to its end. */
export const sluice = async (args: readonly string[], options: StartOptions = {}): Promise<Ended> => new SluiceProcess(args, options).end();

/** Starts a verb that goes on; killed after the test. */
export const startSluice = (t: Ending, args: readonly string[], options: StartOptions = {}): SluiceProcess => {
  const running = new SluiceProcess(args, options);
  lastly(t, async () => running.endBy('SIGKILL'));
  return running;
};

/** Whether this process may mount. */
export const mayMount = (): boolean => {
  const { path, remove } = tempFolder();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1M', 'tmpfs', path]);
  if (status === 0) spawnSync('umount', [path]);
  remove();
  return status === 0;
};

const mountSmallDisk = (t: Ending, folder: string): void => {
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1M', 'tmpfs', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cannot mount ${folder}: ${stderr}`);
  lastly(t, () => {
    const unmounted = spawnSync('umount', [folder], { encoding: 'utf8' });
    if (unmounted.status !== 0) throw new Error(`cannot unmount ${folder}: ${unmounted.stderr}`);
  });
};

/** Folders and ports for a `sluice run`. */
export interface Place {
  readonly folder: string;
  readonly runDir: string;
  readonly stateDir: string;
  readonly ports: { readonly http: number; readonly https: number; readonly stats: number; readonly appId: number };
  /** Flags for them, and for group external. */
  readonly flags: readonly string[];
}

/** A place of its own; after the test the folder is gone, and so is a HAProxy that was left in it. `small`: 1 MB of its own for one directory. */
export const placeFor = async (t: Ending, disk: 'any' | 'small run' | 'small state' = 'any'): Promise<Place> => {
  const { path: folder, remove } = tempFolder();
  const runDir = join(folder, 'run');
  const stateDir = join(folder, 'state');
  lastly(t, remove);
  if (disk !== 'any') mountSmallDisk(t, disk === 'small run' ? runDir : stateDir);
  lastly(t, async () => existsSync(runDir) && endHaproxyOf(runDir));
  const [http = 0, https = 0, stats = 0, appId = 0] = await freePorts(4);
  const ports = { http, https, stats, appId };
  const flags = [
    ...['--group', 'external', '--bind-address', '127.0.0.1', '--maxconn', '2000', '--dont-bind-service-ports', '--api-listen', 'off'],
    // Nobody balances in front of it: it need not be waited for when it ends.
    ...['--drain-grace', '0'],
    ...['--run-dir', runDir, '--state-dir', stateDir, '--haproxy', process.env['SLUICE_HAPROXY'] ?? 'haproxy'],
    ...['--http-port', String(http), '--https-port', String(https), '--stats-port', String(stats), '--app-id-port', String(appId)],
  ];
  return { folder, runDir, stateDir, ports, flags };
};
