import { evenAlone } from './alone.ts';
import type { Facts } from './facts.ts';
import type { Gate, GateResult } from './gate.ts';
import { type Counters, RESPONSE_TIME_BOUNDS } from './observation.ts';
import { percentile } from './percentile.ts';
import { allowedBy, COUNTED, FEWEST, type Rate, rateOf, type Said, shown } from './rate.ts';
import type { Rollout } from './rollout.ts';
import { healthyTasks } from './serving.ts';
import { countedBetween, windowsBetween } from './window.ts';

interface Window {
  readonly fresh: Counters;
  readonly old: Counters;
  readonly isFinal: boolean;
  /** Requests to the new colour that it takes to say anything. */
  readonly fewest: number;
}

const passed = (because: string): Said => ({ outcome: 'passed', because });
const failed = (because: string): Said => ({ outcome: 'failed', because });
const waiting = (because: string): Said => ({ outcome: 'waiting', because });

const judgeRate = (gate: Rate, { fresh, old, isFinal, fewest }: Window): Said => {
  const { key, word } = COUNTED[gate.kind];
  const asked = fresh.requests;
  const told = `${word} ${shown(rateOf(fresh, fresh[key]))} of ${asked} requests, old ${shown(rateOf(old, old[key]))} of ${old.requests}`;
  if (asked < fewest && !(isFinal && fewest === FEWEST)) return waiting(`${told}: too few to say`);
  const allowed = allowedBy(gate, old, old[key]);
  if (allowed === Infinity) return passed(`${told}: nothing to compare with`);
  const limit = `${told}, at most ${shown(allowed)}`;
  return rateOf(fresh, fresh[key]) <= allowed ? passed(limit) : failed(limit);
};

const judgeTimes = (gate: Extract<Gate, { readonly kind: 'p95' }>, { fresh, old, isFinal, fewest }: Window): Said => {
  if (fresh.requests < fewest && !(isFinal && fewest === FEWEST)) return waiting(`${fresh.requests} requests: too few to say`);
  if (fresh.requests === 0) return passed('no request');
  const [now, before] = [fresh, old].map(({ responseTimes }) => percentile(responseTimes ?? [], RESPONSE_TIME_BOUNDS, 0.95));
  if (now === undefined) return waiting('response times are not known: are these http backends?');
  const byFactor = gate.maxFactor === undefined || before === undefined ? Infinity : gate.maxFactor * before;
  const allowed = Math.min(gate.maxMs ?? Infinity, byFactor);
  const told = `p95 ${Math.round(now)} ms, old ${before === undefined ? 'not known' : `${Math.round(before)} ms`}`;
  if (allowed === Infinity) return passed(`${told}: nothing to compare with`);
  const limit = `${told}, at most ${Math.round(allowed)} ms`;
  return now <= allowed ? passed(limit) : failed(limit);
};

const judgeHealthy = ({ minPercent }: Extract<Gate, { readonly kind: 'healthy' }>, { to }: Facts): Said => {
  const instances = to?.instances ?? 0;
  const healthy = healthyTasks(to).length;
  const told = `${healthy} of ${instances} instances healthy`;
  return instances > 0 && (100 * healthy) / instances >= minPercent ? passed(told) : waiting(told);
};

const judgeOne = (gate: Gate, window: Window, facts: Facts): Said => {
  switch (gate.kind) {
    case 'errors':
    case 'connection-errors':
      return judgeRate(gate, window);
    case 'p95':
      return judgeTimes(gate, window);
    case 'requests':
      return (window.fresh.requests >= gate.min ? passed : waiting)(`${window.fresh.requests} requests of ${gate.min}`);
    case 'healthy':
      return judgeHealthy(gate, facts);
    case 'probe':
    case 'command':
      return waiting('asked at the end of the hold');
  }
};

interface Judging {
  /** The hold is over: what there is must do. Before that only what is sure already is passed or failed. */
  readonly isFinal: boolean;
}

/** What each gate says of the present hold, in the order of `options.gates`. */
export const judge = (rollout: Rollout, facts: Facts, { isFinal }: Judging): readonly GateResult[] => {
  const { gates } = rollout.options;
  const before = facts.hold?.observed ?? facts.observed;
  const counted = (appId: string | undefined): Counters => countedBetween(before, facts.observed, appId ?? '');
  const fewest = Math.max(FEWEST, ...gates.map((gate) => (gate.kind === 'requests' ? gate.min : 0)));
  const window = { fresh: counted(rollout.to), old: counted(rollout.from), isFinal, fewest };
  const each = windowsBetween(before, facts.observed).map(({ sluice, of }) => ({
    sluice,
    fresh: of(rollout.to),
    old: of(rollout.from ?? ''),
  }));
  return gates.map((gate, at) => facts.asked?.[at] ?? { gate, ...evenAlone(gate, judgeOne(gate, window, facts), each) });
};

/** Probes and commands, which somebody has to ask. */
export const isAsked = ({ kind }: Gate): boolean => kind === 'probe' || kind === 'command';
