/** Who answers: stands in every answer of a fake task. */
export interface TaskIdentity {
  readonly app: string;
  readonly task: string;
  readonly version: string;
}

/** What a fake task does with its ports. */
export interface TaskUpstream {
  readonly healthy: boolean;
  /** Starts to serve, after the start delay that the app asked for. @throws when a port cannot be listened on */
  open(): Promise<void>;
  setHealthy(healthy: boolean): void;
  /** Takes connections and requests, and answers none of them. */
  setHanging(hanging: boolean): void;
  /** The network to it is cut, or back. */
  setReachable(reachable: boolean): Promise<void>;
  /** SIGTERM now and SIGKILL after the grace. @returns when it has ended; all its sockets are closed then */
  terminate(graceMs: number): Promise<void>;
  /** Ends at once. */
  close(): Promise<void>;
}
