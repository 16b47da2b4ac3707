/** What has been asked to go wrong. Plain data that the servers and streams look at; `clearFaults` makes all well. */
export interface Faults {
  /** Real milliseconds before every answer; undefined: none. */
  delayMs: number | undefined;
  /** Requests are taken and never answered. */
  hanging: boolean;
  /** Answer these requests with an error instead. */
  refusing: Refusing | undefined;
  /** What `GET /v2/apps` answers instead of the truth. */
  appsAnswer: string | undefined;
  /** So many of the next answers end in the middle of their body. */
  truncateNext: number;
  /** So many of the next answers are not JSON. */
  malformNext: number;
  /** Streams stay open, but neither events nor heartbeats come. */
  silent: boolean;
  /** So many of the next events reach no stream. */
  dropEvents: number;
  /** So many of the next events are sent twice. */
  duplicateEvents: number;
}

export interface Refusing {
  readonly status: number;
  readonly body: 'html' | 'json' | 'empty';
  /** Only paths that begin so. */
  readonly path: string;
  /** How often; Infinity until cleared. */
  times: number;
}

export function noFaults(): Faults {
  return {
    delayMs: undefined,
    hanging: false,
    refusing: undefined,
    appsAnswer: undefined,
    truncateNext: 0,
    malformNext: 0,
    silent: false,
    dropEvents: 0,
    duplicateEvents: 0,
  };
}

export function clearFaults(faults: Faults): void {
  Object.assign(faults, noFaults());
}

/** Counts down a "so many of the next" fault. @returns whether this one is hit */
export function takeOne(faults: Faults, name: 'truncateNext' | 'malformNext' | 'dropEvents' | 'duplicateEvents'): boolean {
  if (faults[name] <= 0) return false;
  faults[name] -= 1;
  return true;
}
