import type { HistoryEntry, Rollout } from '../../../src/rollout/rollout.ts';
import type { Expected, Scenario } from './scenarios.ts';
import { NEW, OLD } from './shop.ts';
import type { Request, VisitorsReport } from './visitors.ts';

/** A share as it was asked for, and as the visitors saw it. */
export interface Measured {
  readonly asked: number;
  readonly requests: number;
  /** In percent. */
  readonly measured: number;
}

/** What requests tell. */
export interface Judged {
  readonly failures: readonly Request[];
  /** Failures that the bad app itself answered, or that its crash cut. */
  readonly own: number;
  readonly shares: readonly Measured[];
  /** Empty: all is well. */
  readonly problems: readonly string[];
}

const SHARE = /^share of \/shop-green ([\d.]+) %$/;

const isOwn = ({ isBad }: Scenario, { app, outcome }: Request): boolean =>
  isBad !== undefined &&
  ((app === NEW && outcome === 'status 500') ||
    // What had reached it, and was not answered when it crashed: HAProxy says so.
    (isBad === 'crashes' && app === '' && outcome === 'status 502'));

interface Hold {
  readonly asked: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Each share from when it was in force everywhere until something else was decided. */
const holdsIn = (history: readonly HistoryEntry[], lastMs: number): readonly Hold[] =>
  history.flatMap(({ what, at }, index) => {
    const asked = SHARE.exec(history[index - 1]?.what ?? '')?.[1];
    const next = history[index + 1];
    if (asked === undefined || !what.startsWith('held for') || next === undefined) return [];
    return [{ asked: Number(asked), fromMs: Date.parse(at), toMs: Math.min(Date.parse(next.at), lastMs) }];
  });

/** Half a point, and what chance does to so many requests: less than one of ten thousand goes beyond four deviations. */
const allowed = ({ asked, requests }: Measured): number => {
  const part = asked / 100;
  return 0.5 + 400 * Math.sqrt((part * (1 - part)) / Math.max(1, requests));
};

const measure = (all: readonly Request[], { asked, fromMs, toMs }: Hold): Measured => {
  const within = all.filter(({ beganMs, endedMs, app }) => beganMs >= fromMs && endedMs <= toMs && app !== '');
  const fresh = within.filter(({ app }) => app === NEW).length;
  return { asked, requests: within.length, measured: (100 * fresh) / Math.max(1, within.length) };
};

/** Nobody meets the new app before it has a share, nor after it was closed. */
const misled = (all: readonly Request[], history: readonly HistoryEntry[]): readonly string[] => {
  const first = history.find(({ what }) => SHARE.test(what));
  const closed = history.find(({ what }) => what === `${NEW} is closed`);
  const isWrong = ({ app, beganMs, endedMs }: Request): boolean =>
    app === NEW &&
    ((first === undefined ? true : endedMs < Date.parse(first.at)) || (closed !== undefined && beganMs > Date.parse(closed.at)));
  const wrong = all.filter(isWrong).length;
  return wrong === 0 ? [] : [`${wrong} requests met ${NEW} when it had no share`];
};

export const judgeRequests = (scenario: Scenario, { all }: VisitorsReport, { history }: Rollout, crashedAtMs = Infinity): Judged => {
  const bad = all.filter(({ outcome }) => outcome !== 'ok');
  const failures = bad.filter((request) => !isOwn(scenario, request));
  const shares = holdsIn(history, crashedAtMs).map((hold) => measure(all, hold));
  const off = shares.filter((one) => Math.abs(one.measured - one.asked) > allowed(one));
  return {
    failures,
    own: bad.length - failures.length,
    shares,
    problems: [
      ...(failures.length === 0 ? [] : [`${failures.length} of ${all.length} requests failed`]),
      ...off.map(({ asked, measured, requests }) => `share ${asked} %: ${measured.toFixed(2)} % of ${requests} requests`),
      ...misled(all, history),
    ],
  };
};

/** WebSockets end by choice alone: with a task whose time was over, and that is told. */
export const judgeWebSockets = ({ isBad, isRolled }: Scenario, { webSockets }: VisitorsReport, { history }: Rollout): readonly string[] => {
  const isMarathons = (app: string): boolean => (isBad === 'crashes' && app === NEW) || (isRolled === true && app === OLD);
  const broken = webSockets.flatMap(({ brokenBy }) => Object.entries(brokenBy)).filter(([app]) => !isMarathons(app));
  const count = broken.reduce((sum, [, times]) => sum + times, 0);
  const byChoice = history.reduce((sum, { what }) => sum + Number(/, with (\d+) connections that /.exec(what)?.[1] ?? 0), 0);
  return count > byChoice ? [`${count} WebSockets ended (${JSON.stringify(broken)}), ${byChoice} by choice`] : [];
};

const inOrder = (what: readonly string[], story: readonly RegExp[]): readonly string[] => {
  let from = 0;
  for (const line of story) {
    const at = what.findIndex((text, index) => index >= from && line.test(text));
    if (at < 0) return [`the history has no ${String(line)} in its place`];
    from = at + 1;
  }
  return [];
};

/** Each share once, in order, and each held once; nothing told twice in a row. */
export const judgeHistory = ({ shares, story }: Expected, { history }: Rollout): readonly string[] => {
  const what = history.map((entry) => entry.what);
  const had = what.map((text) => SHARE.exec(text)?.[1]).filter((share) => share !== undefined);
  const held = what.filter((text) => text.startsWith('held for')).length;
  const twice = what.filter((text, at) => text === what[at - 1]);
  const back = history.filter(({ at }, index) => at < (history[index - 1]?.at ?? ''));
  return [
    ...(had.join() === shares.join() ? [] : [`shares were ${had.join()}, not ${shares.join()}`]),
    ...(held === shares.length ? [] : [`${held} holds of ${shares.length} shares`]),
    ...(what[0]?.startsWith('started by ada@test') === true ? [] : [`it begins with ${what[0] ?? 'nothing'}`]),
    ...twice.map((text) => `told twice: ${text}`),
    ...(back.length === 0 ? [] : ['its times go back']),
    ...inOrder(what, story),
  ];
};

export const other = (left: string): string => (left === OLD ? NEW : OLD);
