/** What goes wrong with the masters. Plain data that they look at. */
export interface MesosFaults {
  /** Streams stay open, and nothing comes. */
  silent: boolean;
  /** So many of the next states end in the middle. */
  truncateNext: number;
  /** Among the agents, frameworks and tasks of each state and stream are some that make no sense. */
  badObjects: boolean;
  /** Answer everything with this status; undefined: as it should be. */
  refusing: number | undefined;
  /** Requests are taken and never answered. */
  hanging: boolean;
  /** Masters that lead nothing answer with a state of their own, as before Mesos 0.28, and do not redirect. */
  oldStandbys: boolean;
  /** There is no operator API: 404. */
  noStream: boolean;
  /** There is no /master/state: 404. */
  oldPath: boolean;
}

export const noMesosFaults = (): MesosFaults => ({
  silent: false,
  truncateNext: 0,
  badObjects: false,
  refusing: undefined,
  hanging: false,
  oldStandbys: false,
  noStream: false,
  oldPath: false,
});
