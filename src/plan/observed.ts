import type { ServerState } from '../desired/desired.ts';

/** What HAProxy says of itself, for the backends and map keys that were asked for. */
export interface Observed {
  /** From `description` in `show info`; undefined: not rendered by Sluice. */
  readonly fingerprint: string | undefined;
  /** Process id of the worker that answered. */
  readonly pid: number;
  /** What was asked for. What is in scope and not below does not exist in HAProxy. */
  readonly scope: Scope;
  readonly backends: ReadonlyMap<string, ObservedBackend>;
  /** Map name -> key -> value. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Which part of HAProxy's state is meant: all of it, or these backends and these keys of maps. */
export type Scope = 'all' | Touched;

export interface Touched {
  readonly backends: ReadonlySet<string>;
  /** Map name -> keys. Does not hold 'backends': a backend's shape comes with the backend. */
  readonly mapKeys: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface ObservedBackend {
  readonly name: string;
  /** Value in the map 'backends'; undefined: not there. */
  readonly shape: string | undefined;
  readonly servers: ReadonlyMap<string, ObservedServer>;
}

/** What HAProxy's own check says of a server. */
export interface ServerHealth {
  /** True without a check. */
  readonly up: boolean;
  /** Down, but not by a check: none was made since it was told to start so, or the last one passed before. */
  readonly unchecked?: true;
}

/** Backend -> server -> its health. */
export type HealthTable = ReadonlyMap<string, ReadonlyMap<string, ServerHealth>>;

export interface ObservedServer extends ServerHealth {
  readonly name: string;
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  /** Port that is checked; 0: the server's own. */
  readonly checkPort: number;
  readonly state: ServerState;
  /** Requests and tunnels in progress on it (`used_cur` of `show servers conn`). */
  readonly connections: number;
  /** In maint for so short a time that a request which waits to be tried again may be meant for it: HAProxy does not count those. */
  readonly justRetired?: true;
  /** With `justRetired`: for so many seconds more. From 1. */
  readonly restSeconds?: number;
}
