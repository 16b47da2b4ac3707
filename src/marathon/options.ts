import type { Logger } from 'pino';
import type { Problem } from '../kit/problem.ts';
import type { ModelEvent } from '../model/event.ts';

export interface UserAndPassword {
  readonly user: string;
  readonly password: string;
}

/** A service account of DC/OS: it logs in, and gets a token for a time. */
export interface ServiceAccount {
  readonly uid: string;
  /** RSA, PEM. */
  readonly privateKey: string;
  /** http or https. */
  readonly loginEndpoint: string;
}

/** A secret of HashiCorp Vault that holds Marathon's `user` and `pass`. */
export interface VaultSecret {
  readonly secretUrl: string;
  readonly token: string;
  /** Certificate authorities in place of the system's, PEM. */
  readonly caPem?: string;
}

export type Credentials = UserAndPassword | ServiceAccount | VaultSecret;

export interface MarathonOptions {
  /** Base URLs of the same Marathon cluster; `user:password@` in one of them goes before `credentials`. At least one. */
  readonly urls: readonly string[];
  readonly credentials?: Credentials;
  /** Certificate authorities in place of the system's, PEM. */
  readonly caPem?: string;
  /** Default true. */
  readonly verifyTls?: boolean;
  /** `sse`: follow the event stream. `poll`: full reads only. */
  readonly mode: 'sse' | 'poll';
  /** Between full reads in poll mode; while a stream is wanted and there is none, at most 10 s. Default 10 s. */
  readonly pollIntervalMs?: number;
  /** Between full reads while the stream is up and nothing seems wrong. Default 5 minutes. */
  readonly auditIntervalMs?: number;
  /** Marathon's own heartbeat on event streams; three times this without a byte is a dead stream. Default 10 s. */
  readonly heartbeatMs?: number;
  /** Longest pause between tries to open a stream; between tries to read, at most 10 s. Default 60 s. */
  readonly maxBackoffMs?: number;
  readonly limits?: Partial<MarathonLimits>;
  readonly log: Logger;
}

/** Bounds that nobody should need to change; tests do. */
export interface MarathonLimits {
  readonly connectMs: number;
  /** From the request to the head of the answer. Marathon itself holds requests up to 2.5 s when there is no leader. */
  readonly headersMs: number;
  /**
   * How long a Marathon that has not shown yet that it answers may be silent before the next one is asked as well. Longer than those
   * 2.5 s.
   */
  readonly patienceMs: number;
  /** A whole answer. */
  readonly totalMs: number;
  /** The list of all apps, after decompression. */
  readonly listBytes: number;
  /** The answer about one app, after decompression: about 10,000 tasks. What is refused here is still read with the list. */
  readonly appBytes: number;
  /** How long the first picture waits for pods that cannot be read: without them, a HAProxy that serves them would be told that they are gone. */
  readonly podsPatienceMs: number;
  /** One event; a longer one is not understood. Marathon 1.6 and before send whole group trees in deployment events. */
  readonly eventBytes: number;
  /** From one whole event or heartbeat of a stream to the next. Bytes may come all the time and never be one. */
  readonly unfinishedMs: number;
  /** A stream whose events all come so much later than its fastest ones did, for as long, is read too slowly. */
  readonly behindMs: number;
  /** A process that did nothing for so long may have lost events: Marathon does not keep many, and before 1.8 drops more without a word. */
  readonly stallMs: number;
  /** Longest pause between reads while they fail, and while a stream is wanted and there is none: reads are what keeps traffic right. */
  readonly urgentMs: number;
  /** First pause after a failure. */
  readonly backoffBaseMs: number;
  /** A stream that lived this long was a good one. */
  readonly stableMs: number;
  /** How long to wait for the proof that a new stream is attached, before the full read is made without it. */
  readonly attachMs: number;
  /** Reads of single apps under way at once. */
  readonly appReads: number;
  /** More apps than this waiting to be read: one full read is cheaper. */
  readonly appsWaiting: number;
  /** At least this between two reads of the same app, and between two full reads that events ask for. */
  readonly spacingMs: number;
  /** Between two look-ups of the same agent's name. */
  readonly hostTtlMs: number;
}

export const DEFAULT_LIMITS: MarathonLimits = {
  connectMs: 3_000,
  headersMs: 20_000,
  patienceMs: 3_000,
  totalMs: 60_000,
  listBytes: 512 * 1024 * 1024,
  appBytes: 16 * 1024 * 1024,
  podsPatienceMs: 10_000,
  eventBytes: 16 * 1024 * 1024,
  unfinishedMs: 60_000,
  behindMs: 10_000,
  stallMs: 5_000,
  urgentMs: 10_000,
  backoffBaseMs: 500,
  stableMs: 5_000,
  attachMs: 1_000,
  appReads: 8,
  appsWaiting: 64,
  spacingMs: 200,
  hostTtlMs: 60_000,
};

/** What of the connection to Marathon is worth showing. Times are milliseconds since 1970. */
export interface MarathonState {
  /** The last request, of whatever kind, was answered. */
  readonly connected: boolean;
  /** Events are being received. Always false in poll mode. */
  readonly streaming: boolean;
  /** The Marathon in use, without credentials. */
  readonly url: string;
  /** The leader as Marathon last named it. */
  readonly leader?: string;
  readonly lastEventAtMs?: number;
  /** When the newest full picture was asked for: its age is at most now minus this. Absent = there has been none. */
  readonly lastFullReadAtMs?: number;
  /** How long ago the later of these two was, by a clock that nobody sets. Absent = there was neither. */
  readonly heardAgoMs?: number;
  readonly lastError?: { readonly code: string; readonly message: string; readonly atMs: number };
  /** Streams opened after the first. */
  readonly reconnects: number;
  /** Events that could not be read since the start. */
  readonly brokenEvents: number;
  /** Apps and tasks of wrong shape, as of now. */
  readonly problems: readonly Problem[];
}

export interface MarathonHandlers {
  /** In the order to be reduced. */
  onEvent(event: ModelEvent): void;
  /** Whether what a read came to (`snapshot`, `app`, `app-gone`) is to be taken; what is not is not handed over. Default: all of it. */
  admits?(event: ModelEvent): boolean;
  /** A problem that was not there before. */
  onProblem?(problem: Problem): void;
  /** Something of the state changed that is not a time or a count. */
  onState?(state: MarathonState): void;
}
