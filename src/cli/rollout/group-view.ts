import type { Observations } from '../../rollout/observation.ts';
import type { Rollout } from '../../rollout/rollout.ts';
import type { GroupShares } from '../../rollout/shares.ts';
import type { Problem } from '../../kit/problem.ts';

/** One app of a deployment group, as the API tells. */
export interface GroupApp {
  readonly appId: string;
  /** 'green'. */
  readonly colour: string;
  /** In percent; null: nobody has said. */
  readonly share: number | null;
  /** As Marathon is asked for, as they run, and as they are healthy. */
  readonly instances: number;
  readonly running: number;
  readonly healthy: number;
}

/** A deployment group, as the API tells. */
export interface GroupView {
  readonly group: string;
  readonly apps: readonly GroupApp[];
  readonly shares: GroupShares | null;
  readonly rollout: Rollout | null;
  readonly problems: readonly Problem[];
  /** Absent in the list of all. */
  readonly observations?: Observations;
}

export interface AllGroups {
  readonly revision: number;
  readonly groups: readonly GroupView[];
}

/** 'green' for '/shop-green'; the app id where the group has no such app any more. */
export const colourOf = ({ apps }: Pick<GroupView, 'apps'>, appId: string): string =>
  apps.find((app) => app.appId === appId)?.colour ?? appId;
