import type { Facts } from '../rollout/facts.ts';
import type { Gate, GateResult } from '../rollout/gate.ts';
import { shareAt } from '../rollout/needed.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { runHook, type Verdict } from './hook.ts';
import { probe } from './probe.ts';

/** What the operator of this Sluice allows rollouts to ask. */
export interface Allowed {
  /** Commands are files in there; undefined: there are none. */
  readonly hooksDir: string | undefined;
  /** Probes may go to this host's own addresses. */
  readonly localProbes: boolean;
  /** Those that it has now, in canonical form. */
  readonly ownAddresses: () => ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** What a command reads: enough to ask a metrics system by. */
const inputOf = (rollout: Rollout, { shares }: Facts): object => ({
  ...{ id: rollout.id, group: rollout.group, from: rollout.from ?? null, to: rollout.to },
  ...{
    step: rollout.state.step,
    share: shareAt(rollout, rollout.state.step),
    heldSince: rollout.state.since,
    shares: shares?.shares ?? {},
  },
});

const verdictOf = async (
  gate: Gate,
  input: object,
  { hooksDir, localProbes, ownAddresses, signal }: Allowed,
): Promise<Verdict | undefined> => {
  if (gate.kind === 'probe') return probe(gate.url, { limitMs: 1000 * gate.timeoutSeconds, allowLocal: localProbes, ownAddresses, signal });
  if (gate.kind === 'command') return runHook(gate.command[0] ?? '', input, { hooksDir, limitMs: 1000 * gate.timeoutSeconds, signal });
  return undefined;
};

/** Asks all probes and commands of a rollout at once; what they say by their place in its gates. */
export const askGates = async (rollout: Rollout, facts: Facts, allowed: Allowed): Promise<Readonly<Record<number, GateResult>>> => {
  const input = inputOf(rollout, facts);
  const results = await Promise.all(
    rollout.options.gates.map(async (gate, at): Promise<readonly [number, GateResult][]> => {
      const verdict = await verdictOf(gate, input, allowed);
      return verdict === undefined ? [] : [[at, { gate, outcome: verdict.passed ? 'passed' : 'failed', because: verdict.because }]];
    }),
  );
  return Object.fromEntries(results.flat());
};
