import type { UpgradeStrategy } from '../specs/definition.ts';

interface RollingStart {
  readonly killNow: number;
  readonly maxCapacity: number;
}

/**
 * How a rolling upgrade begins: how many old ones are killed at once, and how many may run beside each other.
 * Marathon `TaskReplaceActor.computeRestartStrategy`.
 * @param target instances wanted, at least 1
 * @param healthyRunning old instances that run and are healthy
 */
export function rollingStart(
  target: number,
  healthyRunning: number,
  strategy: UpgradeStrategy,
  residency: 'resident' | 'stateless',
): RollingStart {
  const minHealthy = Math.ceil(target * strategy.minimumHealthCapacity);
  const maxCapacity = Math.floor(target * (1 + strategy.maximumOverCapacity));
  const killNow = Math.max(0, healthyRunning - minHealthy);
  // Nothing could ever move: make room for one.
  if (minHealthy === maxCapacity && maxCapacity <= healthyRunning) {
    return residency === 'resident' ? { killNow: healthyRunning - minHealthy + 1, maxCapacity } : { killNow, maxCapacity: maxCapacity + 1 };
  }
  return { killNow, maxCapacity };
}

/** How many new instances may be launched now. */
export function launchNow(target: number, maxCapacity: number, oldLeft: number, newStarted: number): number {
  const leftCapacity = Math.max(0, maxCapacity - oldLeft - newStarted);
  return Math.min(Math.max(0, target - newStarted), leftCapacity);
}
