import { setTimeout as wait } from 'node:timers/promises';
import type { Rollout } from '../../../src/rollout/rollout.ts';
import { LIMIT_MS, NEW, OLD, type Shop, type ShopOptions } from './shop.ts';
import type { Visitors } from './visitors.ts';

/** How it must end. */
export interface Expected {
  /** Shares that the new app has had, in order. */
  readonly shares: readonly number[];
  /** What the history must tell besides, in this order. */
  readonly story: readonly RegExp[];
  /** The one app that is left. */
  readonly left: string;
  /** When the new app crashed: from then on the others answer for it. */
  readonly crashedAtMs?: number;
}

export interface Run {
  readonly shop: Shop;
  readonly visitors: Visitors;
  readonly say: (text: string) => void;
}

export interface Scenario extends ShopOptions {
  readonly name: string;
  /** The new app does not work: what it answers itself is counted apart. */
  readonly isBad?: 'answers errors' | 'crashes';
  /** Somebody has Marathon end its tasks in the middle: their WebSockets end with them. */
  readonly isRolled?: true;
  readonly play: (run: Run) => Promise<Expected>;
}

const FIVE = [5, 25, 50, 75, 100];
const NO_ERRORS = [{ kind: 'errors', maxPercent: 1 }] as const;
const ENOUGH = { kind: 'requests', min: 300 } as const;
const MADE = /^\/shop-green made with \d instances$/;
const DONE = [MADE, /^done: \/shop /, /^\/shop is deleted$/, /^\/shop has ended$/];
const BACK = [/^\/shop-green is closed/, /^\/shop-green is deleted$/, /: \/shop has all$/];

const isHeld = (step: number) => (rollout: Rollout) => rollout.state.phase === 'holding' && rollout.state.step === step;

/** Does something once in each phase of each step, until it has ended so. */
const atEachPhase = async ({ shop, say }: Run, outcome: string, act: (phase: string) => Promise<void>): Promise<void> => {
  const seen = new Set<string>();
  const isOver = ({ state }: Rollout): boolean => state.phase === 'ended' && state.outcome === outcome;
  for (;;) {
    const rollout = await shop.until('something new', (one) => isOver(one) || !seen.has(`${one.state.phase} ${one.state.step}`));
    if (isOver(rollout)) return;
    const phase = `${rollout.state.phase} ${rollout.state.step}`;
    seen.add(phase);
    say(phase);
    await act(phase);
  }
};

/** Kills Sluice when a line of the history says what it is about to do, or has just done; each once. */
const killAtEachLine = async ({ shop, say }: Run, outcome: string, begin: number): Promise<void> => {
  for (let known = begin; ;) {
    const { state, history } = await shop.until(
      'something new',
      (one) => one.history.length > known || (one.state.phase === 'ended' && one.state.outcome === outcome),
    );
    if (history.length <= known) return;
    known += 1;
    say(`killed at: ${history[known - 1]?.what ?? ''}`);
    await shop.restart('SIGKILL');
    if (state.phase === 'ended' && state.outcome === outcome && known >= history.length) return;
  }
};

const goneSockets = async ({ visitors, shop }: Run): Promise<void> => {
  await shop.until('connections are waited for', ({ state }) => /^[1-9]\d* connections on /.test(state.waitingFor ?? ''));
  await visitors.closeWebSockets();
};

const blueGreen: Scenario = {
  name: 'blue/green',
  play: async (run) => {
    const { shop, visitors } = run;
    await visitors.openWebSockets(20);
    await shop.start({ steps: FIVE, holdSeconds: 4, gates: NO_ERRORS, drainSeconds: 2 });
    for (const step of FIVE.keys()) {
      await shop.until(`step ${step} is held`, isHeld(step));
      await visitors.openWebSockets(4);
    }
    await goneSockets(run);
    await shop.ended('done');
    return { shares: FIVE, story: DONE, left: NEW };
  },
};

const errors: Scenario = {
  name: 'errors',
  isBad: 'answers errors',
  play: async ({ shop, visitors }) => {
    await shop.standIn.faults.ailApp(NEW, { errorPercent: 5 });
    await shop.start({ steps: [25, 100], holdSeconds: 600, gates: [...NO_ERRORS, ENOUGH], drainSeconds: 3, atDrainLimit: 'close' });
    await visitors.openWebSockets(20);
    await shop.ended('aborted');
    return { shares: [25], story: [MADE, /^aborted: gate failed: 5xx /, ...BACK], left: OLD };
  },
};

const neverHealthy: Scenario = {
  name: 'never healthy',
  play: async ({ shop, visitors }) => {
    await visitors.openWebSockets(20);
    await shop.standIn.faults.ailApp(NEW, { health: 'fail' });
    await shop.start({ healthyWithinSeconds: 5 });
    await shop.ended('timed-out');
    return { shares: [], story: [MADE, /^timed-out: /, ...BACK], left: OLD };
  },
};

const crash: Scenario = {
  name: 'crash at 50 %',
  isBad: 'crashes',
  play: async ({ shop, visitors }) => {
    await shop.start({ steps: [50, 100], holdSeconds: 600 });
    await shop.until('half of it is held', isHeld(0));
    await visitors.openWebSockets(20);
    await wait(3000);
    const crashedAtMs = Date.now();
    await shop.standIn.faults.ailApp(NEW, { health: 'fail', crash: true });
    await shop.ended('aborted');
    return { shares: [50], story: [MADE, /^aborted: /, ...BACK], left: OLD, crashedAtMs };
  },
};

const restarted = (signal: 'SIGTERM' | 'SIGKILL'): Scenario => ({
  name: `restarted, ${signal}`,
  play: async (run) => {
    const { shop, visitors } = run;
    await visitors.openWebSockets(20);
    await shop.start({ steps: FIVE, holdSeconds: 2, gates: NO_ERRORS, keepSeconds: 2, drainSeconds: 2, atDrainLimit: 'close' });
    await atEachPhase(run, 'done', async () => shop.restart(signal));
    return { shares: FIVE, story: DONE, left: NEW };
  },
});

/** Longer than some starts of Sluice: a drain whose time is over when it comes back proves nothing. */
const DRAIN_OVER_KILLS = 15;

const killed: Scenario = {
  name: 'controller killed',
  play: async (run) => {
    const { shop, visitors } = run;
    await visitors.openWebSockets(20);
    await shop.start({
      steps: [25, 50, 100],
      holdSeconds: 2,
      surge: 'matched',
      gates: NO_ERRORS,
      drainSeconds: DRAIN_OVER_KILLS,
      atDrainLimit: 'close',
    });
    await killAtEachLine(run, 'done', 1);
    const { history } = await shop.ended('done');
    await shop.act('undo');
    await killAtEachLine(run, 'undone', history.length);
    return {
      shares: [25, 50, 100],
      story: [...DONE, /^undo by /, /^\/shop is made again with 3 instances$/, /^share of \/shop 100 %$/, ...BACK],
      left: OLD,
    };
  },
};

const undone: Scenario = {
  name: 'undo after done',
  play: async (run) => {
    const { shop, visitors } = run;
    await shop.start({ steps: [50, 100], holdSeconds: 2, drainSeconds: 2, atDrainLimit: 'close' });
    await shop.ended('done');
    await visitors.openWebSockets(20);
    await shop.act('undo');
    await shop.ended('undone');
    return { shares: [50, 100], story: [...DONE, /^undo by /, /^\/shop is made again/, /^share of \/shop 100 %$/, ...BACK], left: OLD };
  },
};

const leaders: Scenario = {
  name: 'other leaders',
  marathons: 3,
  play: async (run) => {
    const { shop, visitors } = run;
    await visitors.openWebSockets(20);
    await shop.start({ steps: FIVE, holdSeconds: 2, gates: NO_ERRORS, keepSeconds: 2, drainSeconds: 2, atDrainLimit: 'close' });
    await atEachPhase(run, 'done', async () => {
      shop.standIn.faults.abdicate();
      await shop.standIn.until('somebody leads', () => shop.standIn.leaderUrl !== undefined, LIMIT_MS);
    });
    return { shares: FIVE, story: DONE, left: NEW };
  },
};

const sideBySide: Scenario = {
  name: 'two Sluices',
  sluices: 2,
  play: async (run) => {
    const { shop, visitors } = run;
    await visitors.openWebSockets(10);
    await shop.start({ steps: FIVE, holdSeconds: 2, gates: NO_ERRORS, keepSeconds: 2, drainSeconds: 2, atDrainLimit: 'close' });
    // One of them is the one that leads, and is the other one afterwards.
    await atEachPhase(run, 'done', async (phase) =>
      phase.startsWith('holding') ? shop.restart('SIGKILL', Number(phase.at(-1)) % 2) : undefined,
    );
    return { shares: FIVE, story: DONE, left: NEW };
  },
};

const scaled: Scenario = {
  name: 'scaled and rolled',
  isRolled: true,
  play: async ({ shop, visitors }) => {
    await visitors.openWebSockets(20);
    await shop.start({ steps: [25, 50, 100], holdSeconds: 4, surge: 'matched', drainSeconds: 2, atDrainLimit: 'close' });
    await shop.until('a quarter is held', isHeld(0));
    await shop.marathon('PUT', '/v2/apps/shop?force=true', { instances: 5 });
    await shop.until('half is held', isHeld(1));
    await shop.marathon('PUT', '/v2/apps/shop-green?force=true', { instances: 5 });
    await shop.marathon('POST', '/v2/apps/shop/restart?force=true', {});
    await shop.ended('done');
    return { shares: [25, 50, 100], story: DONE, left: NEW };
  },
};

export const SCENARIOS: readonly Scenario[] = [
  ...[blueGreen, errors, neverHealthy, crash],
  ...[restarted('SIGTERM'), restarted('SIGKILL'), killed, leaders, sideBySide, undone, scaled],
];
