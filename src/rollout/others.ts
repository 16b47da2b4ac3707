import { deploymentGroup } from '../labels/deployment.ts';
import type { App } from '../model/app.ts';
import type { Book } from './book.ts';
import type { Member } from './members.ts';

/** What there is in Marathon. */
export interface KnownApps {
  readonly apps: ReadonlyMap<string, { readonly app: App }>;
  /** Group -> its apps. */
  readonly members: ReadonlyMap<string, readonly Member[]>;
}

/** The app of the group's id does not say itself that it is in a group: who says that he is in it stays outside, unless the book names him. */
const isItsOwn = (group: string, { apps }: Pick<KnownApps, 'apps'>): boolean => {
  const app = apps.get(group)?.app;
  return app !== undefined && deploymentGroup(app) === undefined;
};

const isNamed = (appId: string, group: string, { shares }: Book): boolean => {
  const { shares: byApp = {}, closed = [] } = shares.get(group) ?? {};
  return byApp[appId] !== undefined || closed.includes(appId);
};

/** Those who share the group's traffic, or will. */
export const othersIn = (group: string, { apps, members }: KnownApps, book: Book): readonly string[] => {
  const ids = (members.get(group) ?? []).map(({ appId }) => appId);
  return isItsOwn(group, { apps }) ? ids.filter((appId) => isNamed(appId, group, book)) : ids;
};
