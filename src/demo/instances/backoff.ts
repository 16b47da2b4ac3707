import { traitsOf } from '../specs/traits.ts';
import type { RunSpec } from '../specs/run-spec.ts';
import type { World } from '../world.ts';

/** How long an app waits before its next launch: grows with each failure. */
export interface LaunchDelay {
  readonly failures: number;
  readonly untilMs: number;
}

/** A task that lived for so many of Marathon's seconds counts as a success, and ends the backoff. */
const VIABLE_SECONDS = 60;

export function noteFailure(world: World, spec: RunSpec, livedSeconds: number): void {
  const { backoffSeconds, backoffFactor, maxLaunchDelaySeconds } = traitsOf(spec);
  const failures = livedSeconds >= VIABLE_SECONDS ? 0 : (world.delays.get(spec.id)?.failures ?? 0);
  const seconds = Math.min(backoffSeconds * backoffFactor ** failures, maxLaunchDelaySeconds);
  world.delays.set(spec.id, { failures: failures + 1, untilMs: world.clock.nowMs() + world.clock.toMs(seconds) });
}

/** Real milliseconds until the next launch may happen. */
export function launchDelayMs(world: World, specId: string): number {
  return Math.max(0, (world.delays.get(specId)?.untilMs ?? 0) - world.clock.nowMs());
}

export function resetDelay(world: World, specId: string): void {
  world.delays.delete(specId);
}
