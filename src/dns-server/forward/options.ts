import type { CacheLimits } from '../../dns/forward/cache.ts';
import type { RouteOptions } from '../../dns/forward/routes.ts';
import type { LoadLimits } from './load.ts';
import type { Patience } from './inquiry.ts';

export interface ForwardOptions {
  readonly routes: RouteOptions;
  /** False: TC is never set (Mesos-DNS's setTruncateBit). Default true. */
  readonly setsTruncateBit?: boolean;
  /** For one exchange with one upstream (Mesos-DNS's `timeout`); the whole is never longer than `patienceMs`. */
  readonly timeoutMs?: number;
  readonly limits?: Partial<ForwardLimits>;
}

/** Bounds that nobody should need to change; tests do. */
export interface ForwardLimits extends CacheLimits, LoadLimits, Patience {
  /** A client who waits so long is given an answer that holds no longer, if there is one (RFC 8767, 5). */
  readonly staleAfterMs: number;
  /** When nobody has answered, how long nobody is asked the same again. RFC 8767 suggests 30 s: these upstreams are few, and soon known to be away. */
  readonly recheckMs: number;
  /** How long a failure is given at once to who asks the same (RFC 9520, 3.2): of an upstream that says SERVFAIL, and where nobody answers. */
  readonly servfailMs: number;
  readonly unansweredMs: number;
}

/** Clients wait 5 s as a rule (resolv.conf's `timeout`), and must get an answer before: what comes later is asked once more. */
export const DEFAULT_FORWARD_LIMITS: ForwardLimits = {
  entries: 20_000,
  bytes: 32 * 1024 * 1024,
  staleMs: 3_600_000,
  questions: 1_024,
  queries: 8_192,
  queriesOfOne: 256,
  hedgeMs: 300,
  againMs: 1_000,
  patienceMs: 4_000,
  lateMs: 1_000,
  staleAfterMs: 1_800,
  recheckMs: 5_000,
  servfailMs: 5_000,
  unansweredMs: 1_000,
};
