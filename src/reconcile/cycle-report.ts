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

/** Since this process began. */
export interface CycleCounters {
  readonly events: number;
  readonly cycles: number;
  /** Of these, those that planned steps alone, and those that planned a reload. */
  readonly runtimeCycles: number;
  readonly reloadCycles: number;
  readonly steps: number;
  /** Steps that HAProxy did not take as expected. */
  readonly refusedSteps: number;
  /** Cycles after which HAProxy was not as desired. */
  readonly mismatches: number;
  /** Steps that undid what somebody else had changed in HAProxy: about servers and backends, and about entries of maps. */
  readonly repairedServers: number;
  readonly repairedEntries: number;
  /** Workers that somebody else's reload has started; all of each was looked at. */
  readonly foreignWorkers: number;
}
