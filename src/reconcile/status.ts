import type { KnownProblem } from './known-problems.ts';
import type { MarathonState } from '../marathon/options.ts';
import type { RuntimeStep } from '../plan/plan.ts';
import type { Durations } from './durations.ts';
import type { PictureReport } from './picture-report.ts';

/** What the last cycle did. */
export interface CycleReport {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'noop' | 'runtime' | 'reload';
  readonly steps: number;
  readonly because: readonly string[];
  readonly durationMs: number;
}

/** Cycles that fail, in a row: HAProxy runs and cannot be asked or told. */
export interface CycleFailure {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** How long, by a clock that nobody sets. */
  readonly forMs: number;
  readonly inRow: number;
  readonly message: string;
}

export interface ReloadReport {
  readonly at: string;
  readonly because: readonly string[];
  readonly durationMs: number;
  /** Absent: it went well. */
  readonly error?: string;
}

/** A reload that is due and not begun yet, so that what is connected to replaced workers is not cut. */
export interface ReloadHeld {
  /** ISO 8601. Until then at the latest: sooner when old workers end. */
  readonly until: string;
  readonly because: string;
}

/** Since this process began. */
export interface Counters {
  readonly events: number;
  readonly cycles: number;
  /** Of these, those that planned steps alone, and those that planned a reload. */
  readonly runtimeCycles: number;
  readonly reloadCycles: number;
  readonly steps: number;
  readonly reloads: number;
  readonly failedReloads: number;
  /** Steps that HAProxy did not take as expected. */
  readonly refusedSteps: number;
  /** Cycles after which HAProxy was not as desired. */
  readonly mismatches: number;
  /** Steps that undid what somebody else had changed in HAProxy: about servers and backends, and about entries of maps. */
  readonly repairedServers: number;
  readonly repairedEntries: number;
  /** Workers that somebody else's reload has started; all of each was looked at. */
  readonly foreignWorkers: number;
  /** Full reads of Marathon that were not believed. */
  readonly heldReads: number;
  /** Answers about single apps that were left to a full read, since too many took something away without an event that says why. */
  readonly doubtedAnswers: number;
  readonly confirmedReads: number;
  /** Full reads of Marathon that nothing but `--audit-interval` asked for, while events came. */
  readonly audits: number;
  /** Apps that differed in those, though no event had told of it. */
  readonly auditDifferences: number;
  /** Replaced workers that were ended before their connections were: too many, or too much memory. */
  readonly endedWorkers: number;
  /** Lines of the access log that HAProxy could not write. */
  readonly lostLogLines: number;
}

export type LoopCounters = Omit<
  Counters,
  | 'reloads'
  | 'failedReloads'
  | 'heldReads'
  | 'doubtedAnswers'
  | 'confirmedReads'
  | 'audits'
  | 'auditDifferences'
  | 'endedWorkers'
  | 'lostLogLines'
>;

/** How many of a kind of step, for one line of a log. */
export const tally = (steps: readonly RuntimeStep[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const step of steps) counts[step.kind] = (counts[step.kind] ?? 0) + 1;
  return counts;
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
