import type { GroupView } from '../../report/book-views.ts';
import type { RolloutView } from '../../report/rollout-view.ts';
import type { HistoryEntry } from '../../rollout/rollout.ts';
import { age, table } from '../table.ts';
import { colourIn } from './look.ts';

/** '2026-11-22 22:41:07' of ISO 8601; all times are in UTC. */
const dateTime = (at: string): string => at.slice(0, 19).replace('T', ' ');

/** '22:41:07'. */
export const clockTime = (at: string): string => at.slice(11, 19);

export const historyLines = (history: readonly HistoryEntry[]): readonly string[] =>
  table(history.map(({ at, by, what }) => [dateTime(at), by, what]));

/** 'blue -> green'; without an old app 'green'. */
const colours = (view: Pick<GroupView, 'apps'>, { from, to }: RolloutView): string =>
  `${from === undefined ? '' : `${colourIn(view, from)} -> `}${colourIn(view, to)}`;

/** 'step 2 of 4, holding', 'done, keeping', 'going back: …', 'done', 'aborted: …'. */
export const phaseText = ({ options, state }: RolloutView): string => {
  const { phase, step, outcome, because, paused } = state;
  const why = because === undefined ? '' : `: ${because}`;
  if (phase === 'ended') return `${outcome}${why}`;
  if (phase === 'aborting') return `going back${why}`;
  const where = `${outcome ?? `step ${step + 1} of ${options.steps.length}`}, ${phase}`;
  return paused === undefined ? where : `${where}, PAUSED by ${paused.by}`;
};

const sharesText = ({ apps }: GroupView): string =>
  apps.map(({ appId, colour, share }) => `${colour === '' ? appId : colour} ${share === null ? '-' : `${share} %`}`).join(', ');

const rowOf = (view: GroupView, nowMs: number): readonly string[] => {
  const { group, rollout } = view;
  if (rollout === null) return [group, sharesText(view), 'no rollout'];
  const since = age(nowMs - Date.parse(rollout.state.since));
  return [group, sharesText(view), colours(view, rollout), `${phaseText(rollout)} (${since}, begun by ${rollout.started.by})`];
};

/** One line for each deployment group. */
export const listLines = (groups: readonly GroupView[], nowMs: number): readonly string[] =>
  groups.length === 0
    ? ['no deployment groups: two apps with one HAPROXY_DEPLOYMENT_GROUP are one, and what a rollout has begun']
    : table(groups.map((view) => rowOf(view, nowMs)));
