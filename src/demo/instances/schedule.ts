import { instanceChanged } from '../events/task-events.ts';
import { instanceId } from '../ids.ts';
import type { RunSpec } from '../specs/run-spec.ts';
import { addInstance, publish, type World } from '../world.ts';
import type { Instance } from './instance.ts';

export function newInstance(world: World, spec: RunSpec): Instance {
  const nowMs = world.clock.nowMs();
  return {
    id: instanceId(world.personality, spec.kind, spec.id, world.uuid()),
    spec,
    attempt: 0,
    condition: 'Scheduled',
    goal: 'Running',
    createdAtMs: nowMs,
    changedAtMs: nowMs,
    tasks: [],
    checks: new Map(),
    checking: new Set(),
    readiness: new Map(),
    offersDeclined: 0,
    dying: false,
  };
}

/** Asks for more instances of an app or pod. Before 1.8 an instance is not seen before an offer has matched. */
export function launch(world: World, spec: RunSpec, count: number): void {
  for (let number = 0; number < count; number++) {
    const instance = newInstance(world, spec);
    addInstance(world, instance);
    if (world.personality.ids === 'incarnation') publish(world, instanceChanged(world, instance));
    world.awaitOffer(instance);
  }
}
