import type { Logger } from 'pino';
import type { StartsDown } from '../plan/starting-health.ts';
import type { Listener } from './bind-check.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { HaproxyExit } from './master-process.ts';

export interface HaproxyOptions {
  /** Path or name of the program. */
  readonly binary: string;
  /** Absolute; sockets, generations of files, log. The config must have `stats socket <runDir>/admin.sock mode 600 level admin`. */
  readonly runDir: string;
  readonly log: Logger;
  /** Start HAProxy with a pipe for its access log, see access-pipe.ts. */
  readonly accessLog?: boolean;
  /** As whom the config lets workers serve, where not as this process. */
  readonly workersUid?: number | undefined;
  /** A socket in the config besides, `bind unix@<path> ...`, by which parts of HAProxy meet: brought back where it was deleted. Absent: none. */
  readonly innerSocket?: string | undefined;
  /** More replaced workers than this that have not ended: the oldest are ended after a reload. */
  readonly oldWorkersLimit: number;
  /** More memory than this that they have together: the oldest are ended, at any time. */
  readonly oldWorkersMemoryBytes: number;
  /** How often that is looked at. */
  readonly boundOldWorkersEveryMs?: number;
  /** The master ended and nobody had asked for it. `lastWords`: the end of what it printed. */
  readonly onExit: (exit: HaproxyExit & { readonly lastWords: string }) => void;
  /** Aborted: a HAProxy that gives no answer is not waited for any longer; what was asked of it fails. */
  readonly hurry?: AbortSignal;
}

export interface Expected {
  /** In the files: `description sluice-<fingerprint>`. */
  readonly fingerprint: string;
  /** All that the files listen on. */
  readonly binds: readonly Listener[];
  /** Asked as late as can be: servers that are to be down until a check of them passes. */
  readonly down?: () => Promise<readonly StartsDown[]>;
}

export interface DeployResult {
  readonly kind: 'started' | 'reloaded';
  /** The worker that serves now. */
  readonly pid: number | undefined;
  /** From the order to the confirmation; without check and files. */
  readonly tookMs: number;
  readonly warnings: readonly Diagnostic[];
}

export interface CloseOptions {
  /** stop: existing connections may end, then HAProxy does. leave: HAProxy goes on, to be found by the next Sluice. */
  readonly haproxy: 'stop' | 'leave';
  /** stop: how long connections may take. */
  readonly softStopLimitMs?: number;
}
