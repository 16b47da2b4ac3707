import { appTerminated } from '../events/change-events.ts';
import { stopChecks } from '../health/checkers.ts';
import { resetDelay } from '../instances/backoff.ts';
import { kill } from '../instances/kill.ts';
import type { RunSpec } from '../specs/run-spec.ts';
import { instancesOf, publish, type World } from '../world.ts';

/** Ends an app that is no longer in the API: its tasks still die for a while. */
export async function stop(world: World, spec: RunSpec, signal: AbortSignal): Promise<void> {
  stopChecks(world, spec.id);
  const leaving = instancesOf(world, spec.id);
  for (const instance of leaving) kill(world, instance, 'remove');
  await world.changes.until(spec.id, () => instancesOf(world, spec.id).every((instance) => !leaving.includes(instance)), signal);
  resetDelay(world, spec.id);
  if (!world.specs.has(spec.id)) world.failures.delete(spec.id);
  if (spec.kind === 'app') publish(world, appTerminated(world, spec.id));
}
