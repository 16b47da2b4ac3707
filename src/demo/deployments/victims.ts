import { type Instance, isWaiting } from '../instances/instance.ts';

/** Which instances to kill first when there are too many: those that do not run yet, then by the app's kill selection. */
export function victims(candidates: readonly Instance[], count: number, killSelection: string): readonly Instance[] {
  const youngestFirst = killSelection !== 'OLDEST_FIRST';
  const ranked = [...candidates].sort((one, other) => {
    const byProgress = progress(one) - progress(other);
    const byAge = startOf(one) - startOf(other);
    return byProgress || (youngestFirst ? -byAge : byAge);
  });
  return ranked.slice(0, Math.max(0, count));
}

/** For a rolling upgrade: the unhealthy old ones go first. */
export function unhealthyFirst(candidates: readonly Instance[]): readonly Instance[] {
  return [...candidates].sort((one, other) => rank(one) - rank(other));
}

function rank(instance: Instance): number {
  return instance.condition === 'Running' && instance.healthy !== false ? 1 : 0;
}

function progress(instance: Instance): number {
  if (isWaiting(instance)) return 0;
  return instance.condition === 'Running' ? 2 : 1;
}

function startOf(instance: Instance): number {
  return instance.tasks[0]?.startedAtMs ?? instance.createdAtMs;
}
