import type { GroupView } from '../../report/book-views.ts';
import type { Observations } from '../../rollout/observation.ts';

/** A deployment group as the API tells it, with what the Sluice that is asked has counted of it, where that was asked for. */
export interface Look extends GroupView {
  readonly observations?: Observations;
  /** Why it does not tell what it has counted. */
  readonly uncounted?: string;
}

/** 'green' for '/shop-green'; the app id where the group has no such app any more. */
export const colourIn = ({ apps }: Pick<GroupView, 'apps'>, appId: string): string =>
  apps.find((app) => app.appId === appId)?.colour ?? appId;
