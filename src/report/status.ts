import type { AuditCounters } from '../belief/audit.ts';
import type { BeliefCounters } from '../belief/gate.ts';
import type { DnsStatus } from '../dns-server/status.ts';
import type { MarathonState } from '../marathon/options.ts';
import type { CycleCounters, CycleFailure, CycleReport } from '../reconcile/cycle-report.ts';
import type { Durations } from '../reconcile/durations.ts';
import type { ReloadCounters, ReloadHeld, ReloadReport } from '../reload/reload-report.ts';
import type { KnownProblem } from './known-problems.ts';
import type { PictureReport } from './picture-report.ts';

/** Since this process began. */
export type Counters = CycleCounters &
  ReloadCounters &
  BeliefCounters &
  AuditCounters & {
    /** Replaced workers that were ended before their connections were: too many, or too much memory. */
    readonly endedWorkers: number;
    /** Lines of the access log that HAProxy could not write. */
    readonly lostLogLines: number;
  };

/** `GET /status`: all of it, as plain data. */
export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly ready: Readiness;
  readonly marathon: MarathonState;
  readonly picture: PictureReport;
  readonly haproxy: {
    /** Of the worker that serves, which may be older than the program that is installed. null: HAProxy does not say, or none serves. */
    readonly version: string | null;
    readonly running: boolean;
    readonly fingerprint: string;
    /** null: HAProxy does not say. */
    readonly oldWorkers: number | null;
    readonly reloadPending: readonly string[];
    /** Absent: no reload is held back. */
    readonly reloadHeld: ReloadHeld | undefined;
  };
  readonly apps: number;
  readonly tasks: number;
  readonly frontends: number;
  readonly backends: number;
  readonly servers: number;
  readonly lastCycle: CycleReport | undefined;
  /** Absent: the last cycle went well. */
  readonly cycleFailure: CycleFailure | undefined;
  readonly lastReload: ReloadReport | undefined;
  readonly counters: Counters;
  readonly durations: Durations;
  readonly problems: readonly KnownProblem[];
  /** null: there is no DNS responder. */
  readonly dns: DnsStatus | null;
  /** Who carries rollouts on, and the other Sluices as of the last look at them. */
  readonly sluices: Sluices;
}

/** Another Sluice that sends to the same apps. */
interface Peer {
  /** Its task id, or its host and port. */
  readonly name: string;
  readonly url?: string;
  /** Of Sluice; absent where it did not answer. */
  readonly version?: string;
  /** When it last answered, ISO 8601; absent: never. */
  readonly answeredAt?: string;
  /** Why it did not the last time; absent: it did. */
  readonly because?: string;
  /** For so long it has not come to the end of a look at the rollouts that run, when it last answered; absent: it did not. */
  readonly behindSeconds?: number;
}

export interface Sluices {
  /** Whether this one carries rollouts on; null: not known yet. */
  readonly leads: boolean | null;
  /** Who does; null: this one, or not known. */
  readonly leader: string | null;
  readonly others: readonly Peer[];
}

/** Whether traffic may be sent here, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly because: readonly string[];
  /** What an operator must know although traffic may be sent here. */
  readonly notes: readonly string[];
  /** How old the picture is that is served; null: there is none. */
  readonly pictureAgeSeconds: number | null;
}
