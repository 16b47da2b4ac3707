import type { MesosOptions } from './mesos/masters.ts';
import type { AppInput } from './specs/app-schema.ts';
import type { PersonalityName } from './personality.ts';

/** A machine of the cluster. `host` is its hostname and address, on loopback; by default one of its own is chosen. */
export interface AgentSpec {
  readonly host?: string;
  readonly region?: string;
  readonly zone?: string;
}

export interface StandInOptions {
  /** Address that the Marathon instances listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Port of the first instance; default 0, the system picks one. Further instances always get a picked one. */
  readonly port?: number;
  /** Number of Marathon instances, 1 leader and standbys on ports of their own; default 1. */
  readonly instances?: number;
  readonly personality?: PersonalityName;
  /** The machines, or how many; default 3. */
  readonly agents?: number | readonly AgentSpec[];
  /** Marathon's own seconds (check intervals, backoff, kill grace, agent loss) are multiplied by this; default 1. */
  readonly timeScale?: number;
  /** Interval of the heartbeat on event streams in real milliseconds; default 10,000 as in Marathon. */
  readonly heartbeatMs?: number;
  /** `real`: a listener per task port (default). `shared`: all tasks of an agent share a few listeners. `none`: addresses only. */
  readonly upstreams?: 'real' | 'shared' | 'none';
  /** HTTP basic on every path except `/stand-in`. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** PEM; makes every instance speak https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Answer big bodies gzipped to who accepts it; default true as in Marathon. */
  readonly compression?: boolean;
  /** Apps that are there already, running and healthy, without deployments and without events. */
  readonly seed?: readonly AppInput[];
  /** Masters of Mesos below; absent: none can be asked. */
  readonly mesos?: MesosOptions;
  /** How many events and requests are kept for inspection; default 20,000 each. */
  readonly recordLimit?: number;
}
