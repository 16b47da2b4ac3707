import type { Override } from '../../rollout/override.ts';

/** What is ordered, and of what. */
export const orderOf = (override: Override): { readonly verb: 'weight' | 'drain' | 'maintenance'; readonly subject: string } => {
  switch (override.kind) {
    case 'weight':
      return { verb: 'weight', subject: override.taskId };
    case 'drain-task':
      return { verb: 'drain', subject: override.taskId };
    case 'drain-agent':
      return { verb: 'drain', subject: override.host };
    case 'maintenance':
      return { verb: 'maintenance', subject: override.appId };
  }
};

/** 'weight 10', 'drain', 'maintenance'. */
export const orderText = (override: Override): string => {
  const { verb } = orderOf(override);
  return override.kind === 'weight' ? `${verb} ${override.weight}` : verb;
};
