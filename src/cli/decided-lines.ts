import type { GroupView, RolloutsView } from '../report/book-views.ts';
import { orderOf } from '../rollout/override.ts';
import type { Signed } from '../rollout/signed.ts';
import { orderText } from './by-hand/override-text.ts';
import { phaseText } from './rollout/describe.ts';
import { age, table } from './table.ts';

/** 'ada@edge-1, 3 min ago: green is slow'. */
export const signature = ({ by, at, reason }: Signed): string =>
  `${by}, ${age(Date.now() - Date.parse(at))} ago${reason === undefined ? '' : `: ${reason}`}`;

const ofGroup = ({ group, apps, shares, rollout }: GroupView): readonly (readonly string[])[] => {
  const missing = Object.entries(shares?.shares ?? {}).filter(([appId, share]) => share > 0 && !apps.some((app) => app.appId === appId));
  const colours = [
    ...apps.map(({ colour, share }) => `${colour} ${share ?? 0} %`),
    ...missing.map(([appId, share]) => `${appId} ${share} % (not in the group)`),
  ].join(', ');
  const shared = shares === null ? [] : [['shares', group, `${colours}, by ${shares.splitBy}`, signature(shares)]];
  if (rollout === null || rollout.state.phase === 'ended') return shared;
  return [...shared, ['rollout', group, `to ${rollout.to}, ${phaseText(rollout)}`, signature(rollout.started)]];
};

/** What operators and the controller have decided, until it is undone, as lines for people. */
export const decidedLines = ({ groups, overrides }: RolloutsView): readonly string[] => {
  const orders = overrides.map((one) => [
    'order',
    orderOf(one).subject,
    `${orderText(one)}${one.isGone === true ? ' (gone: it does nothing)' : ''}`,
    signature(one),
  ]);
  const rows = [...groups.flatMap(ofGroup), ...orders];
  return rows.length === 0 ? [] : ['decided by hand or by a rollout:', ...table(rows).map((line) => `  ${line}`)];
};
