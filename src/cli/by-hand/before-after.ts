import type { GroupView } from '../../report/book-views.ts';
import type { GroupShares } from '../../rollout/shares.ts';
import { table } from '../table.ts';

const UNSHARED = 'as deployment tools have it';

const percent = (shares: GroupShares | null, appId: string): string => (shares === null ? '-' : `${shares.shares[appId] ?? 0} %`);

const how = (shares: GroupShares | null): string => (shares === null ? UNSHARED : `by ${shares.splitBy}`);

/** What has become of the shares of a group, as lines for people. @param before as the group was */
export const beforeAfter = ({ group, apps, shares: before }: GroupView, after: GroupShares | null): readonly string[] => {
  const ways = [...new Set([how(before), how(after)])].join(' -> ');
  const rows = apps.map(({ appId, colour, healthy, running }) => [
    `  ${colour}`,
    `${percent(before, appId)} -> ${percent(after, appId)}`,
    `${healthy} of ${running} tasks healthy`,
    appId,
  ]);
  return [`${group}: ${ways}`, ...table(rows)];
};
