import type { GroupView } from '../../report/book-views.ts';
import type { Observations } from '../../rollout/observation.ts';

/** A deployment group as the API tells it, with what was counted of it where that was asked. */
export interface Look extends GroupView {
  readonly observations?: Observations;
}

/** 'green' for '/shop-green'; the app id where the group has no such app any more. */
export const colourOf = ({ apps }: Pick<GroupView, 'apps'>, appId: string): string =>
  apps.find((app) => app.appId === appId)?.colour ?? appId;
