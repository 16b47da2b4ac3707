import type { MarathonServer } from './server.ts';

/** Who leads. `leader` undefined: an election is going on. */
export interface Leadership {
  readonly servers: MarathonServer[];
  leader: MarathonServer | undefined;
  /** The leader was elected, but does not serve streams yet. */
  isReady: boolean;
}
