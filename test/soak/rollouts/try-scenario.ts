import { messageOf } from '../../../src/kit/error.ts';
import type { Rollout } from '../../../src/rollout/rollout.ts';
import type { Ending } from '../../kit/lastly.ts';
import { lastly } from '../../kit/lastly.ts';
import { waitFor } from '../../kit/wait-for.ts';
import type { Expected, Scenario } from './scenarios.ts';
import { HOST, LIMIT_MS, openShop, type Shop } from './shop.ts';
import { judgeHistory, judgeRequests, judgeWebSockets, type Measured, other } from './verdict.ts';
import { Visitors } from './visitors.ts';

export interface Tried {
  readonly requests: number;
  readonly newPerSecond: number;
  readonly failed: number;
  /** What a bad app itself answered. */
  readonly own: number;
  readonly shares: readonly Measured[];
  readonly seconds: number;
  /** Empty: all is well. */
  readonly problems: readonly string[];
  /** For whoever looks for the cause. */
  readonly details: string;
}

const outcomesOf = (failures: readonly { readonly outcome: string; readonly app: string; readonly beganMs: number }[]): string =>
  failures
    .slice(0, 20)
    .map(({ outcome, app, beganMs }) => `${new Date(beganMs).toISOString()} ${outcome} ${app}`)
    .join('\n');

/** One app is left, with its tasks; the book gives it all; Sluice has nothing to do. */
const isClean = async (shop: Shop, left: string): Promise<void> => {
  await waitFor(
    `only ${left} is left`,
    async () => {
      const gone = shop.standIn.tasks(other(left));
      if (gone.length > 0) throw new Error(`${gone.length} tasks of ${other(left)}`);
      const { status } = await fetch(`${shop.standIn.leaderUrl ?? ''}/v2/apps${other(left)}`);
      if (status !== 404) throw new Error(`${other(left)} answers ${status}`);
      const { shares, closed } = (await shop.book()).shares.get('/shop') ?? { shares: {}, closed: [] };
      if (JSON.stringify({ shares, closed }) !== JSON.stringify({ shares: { [left]: 100 }, closed: [] }))
        throw new Error(JSON.stringify(shares));
      return true;
    },
    LIMIT_MS,
  );
  for (const at of shop.places.keys())
    await waitFor(
      'nothing is to be done',
      async () => {
        const plan = await shop.plan(at);
        if (plan !== 'noop') throw new Error(plan);
        return true;
      },
      LIMIT_MS,
    );
};

const story = ({ history, state }: Rollout): string =>
  [...history.map(({ at, what }) => `${at} ${what}`), JSON.stringify(state)].join('\n');

/** Plays it under load, and tells all that was not as it should be. */
export const tryScenario = async (t: Ending, scenario: Scenario, newPerSecond: number, say: (text: string) => void): Promise<Tried> => {
  const shop = await openShop(t, scenario);
  const visitors = new Visitors({ ports: shop.places.map(({ ports }) => ports.http), host: HOST, newPerSecond });
  lastly(t, async () => visitors.close());
  const begunMs = performance.now();
  const problems: string[] = [];
  let expected: Expected | undefined;
  try {
    expected = await scenario.play({ shop, visitors, say });
    await isClean(shop, expected.left);
  } catch (error) {
    problems.push(messageOf(error));
  }
  const seconds = (performance.now() - begunMs) / 1000;
  const report = await visitors.stop();
  const rollout = await shop.rollout();
  const judged = judgeRequests(scenario, report, rollout, expected?.crashedAtMs);
  problems.push(...judged.problems, ...judgeWebSockets(scenario, report, rollout));
  if (expected !== undefined) problems.push(...judgeHistory(expected, rollout));
  return {
    ...{
      requests: report.all.length,
      newPerSecond: report.newPerSecond,
      failed: judged.failures.length,
      own: judged.own,
      seconds,
      problems,
    },
    shares: judged.shares,
    details: problems.length === 0 ? '' : [story(rollout), outcomesOf(judged.failures), shop.describe()].join('\n'),
  };
};
