import type { Logger } from 'pino';
import type { LookupAll } from './host-addresses.ts';
import type { MesosAuth, MesosTls } from './http/http.ts';

export interface MesosOptions {
  /** `HOST:PORT,...`, `zk://[USER:PASSWORD@]HOST:PORT,.../PATH` or `file:///PATH` of such a text. */
  readonly masters: string;
  /** 'host:port' of masters that are asked while ZooKeeper, or the file, has told of none. */
  readonly otherwise?: readonly string[];
  readonly auth?: MesosAuth;
  /** Absent: plain http. */
  readonly tls?: MesosTls;
  /** Between two reads where the master offers no stream of events. Default 30 s. */
  readonly refreshSeconds?: number;
  /** From a request for the state to the last byte of it. Default 60 s. */
  readonly stateTimeoutSeconds?: number;
  /** Tasks that fail their checks, or are being killed, are unfit; false: all that run are fit, as in Mesos-DNS. Default true. */
  readonly healthAware?: boolean;
  /** Whose tasks are not to be told: Marathon's come from Marathon. `id` is '' where only the name is known. */
  readonly skipFramework?: (framework: { readonly id: string; readonly name: string }) => boolean;
  /** Where the last picture is kept; absent: nowhere. */
  readonly file?: string;
  readonly log: Logger;
  readonly limits?: Partial<MesosLimits>;
  readonly lookup?: LookupAll;
}

/** Bounds that nobody should need to change; tests do. */
export interface MesosLimits {
  readonly connectMs: number;
  /** From a request to the head of its answer. A master with much to say thinks first. */
  readonly headersMs: number;
  readonly stateBytes: number;
  readonly recordBytes: number;
  /** Missed in a row: then a stream is dead. */
  readonly heartbeats: number;
  /** Between reads of the state beside a stream. */
  readonly auditMs: number;
  /** After a read beside a stream that failed. */
  readonly auditRetryMs: number;
  /** A master that offers no stream is asked again after so long: it may have been upgraded. */
  readonly streamRetryMs: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  /** After another master took over: agents are waited for so long, and then for this quiet. */
  readonly agentsMs: number;
  readonly quietMs: number;
  /** A framework whose scheduler is away keeps its own records for so long. */
  readonly frameworkGraceMs: number;
  readonly hostTtlMs: number;
  readonly saveDelayMs: number;
}

export const DEFAULT_LIMITS: MesosLimits = {
  connectMs: 3_000,
  headersMs: 30_000,
  stateBytes: 512 * 1024 * 1024,
  recordBytes: 512 * 1024 * 1024,
  heartbeats: 3,
  auditMs: 300_000,
  auditRetryMs: 30_000,
  streamRetryMs: 600_000,
  backoffBaseMs: 500,
  backoffMaxMs: 30_000,
  agentsMs: 600_000,
  quietMs: 10_000,
  frameworkGraceMs: 300_000,
  hostTtlMs: 60_000,
  saveDelayMs: 1_000,
};

/** What of Mesos is worth showing. Times are milliseconds since 1970. */
export interface MesosState {
  /** 'host:port'. */
  readonly masters: readonly string[];
  readonly leader?: string;
  /** How it is heard of now; `none`: not at all, what is known stays. */
  readonly source: 'stream' | 'poll' | 'none';
  /** Something was read or heard, since the start of this process. */
  readonly isRead: boolean;
  /** What is known was true then at least; absent: it is of an earlier life, or nothing is known. */
  readonly confirmedAtMs?: number;
  /** Another master took over a short while ago: what it has not heard of yet is kept. */
  readonly isSettling: boolean;
  readonly tasks: number;
  /** Those that the zone has: without those that do not run, and those of frameworks that are left out. */
  readonly servedTasks: number;
  readonly frameworks: number;
  readonly agents: number;
  readonly awaitedAgents: number;
  /** Tasks that the present master has not confirmed. */
  readonly unconfirmedTasks: number;
  /** Objects of the last whole read that could not be understood. */
  readonly skippedObjects: number;
  /** Since the start. */
  readonly brokenEvents: number;
  readonly reads: number;
  readonly streams: number;
  readonly errors: number;
  /** Of the last thing that went wrong, until all is well again. */
  readonly lastError?: { readonly message: string; readonly atMs: number };
  /** Of the copy on disk; absent: none was written. */
  readonly savedAt?: string;
}
