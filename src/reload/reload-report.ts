/** What the last reload did. */
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
export interface ReloadCounters {
  readonly reloads: number;
  readonly failedReloads: number;
}
