/** What the endpoints tell, and what they do. */
export interface Sources {
  /** Path of the configuration that HAProxy runs. */
  readonly configFile: string;
  /** HAProxy's statistics as CSV, in pieces, as HAProxy words them. */
  readonly statistics: () => AsyncIterable<string>;
  /** Process ids of HAProxy: the master, the worker that serves, those that were replaced and have not ended. Waits while HAProxy reloads. */
  readonly pids: () => Promise<readonly number[]>;
  /** 'host/' or 'host/path' -> backend. */
  readonly routes: () => ReadonlyMap<string, string>;
  /** Marathon's app id in lower case -> backend. */
  readonly apps: () => ReadonlyMap<string, string>;
  /** What this Sluice sees of a deployment group, for other Sluices: JSON. undefined: of none, only that it is there. Throws SluiceError where it sees nothing. */
  readonly observations: (group: string | undefined) => Promise<object>;
  /** Reads all of Marathon and looks at all of HAProxy. */
  readonly refresh: () => void;
  /** Checks the configuration and reloads HAProxy with it. false: there is none yet. */
  readonly reload: () => boolean;
}
