import { orderOf, type Override } from '../../rollout/override.ts';

/** 'weight 10', 'drain', 'maintenance'. */
export const orderText = (override: Override): string => {
  const { verb } = orderOf(override);
  return override.kind === 'weight' ? `${verb} ${override.weight}` : verb;
};
