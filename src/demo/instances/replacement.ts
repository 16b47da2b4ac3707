import type { RunSpec } from '../specs/run-spec.ts';
import type { World } from '../world.ts';
import type { Instance } from './instance.ts';

/** What takes the place of an instance that ended by itself. Undefined: nothing, because its app is gone or is being replaced by a new version. */
export function replacementSpec(world: World, instance: Instance): RunSpec | undefined {
  const current = world.specs.get(instance.spec.id);
  if (current === undefined || instance.goal !== 'Running') return undefined;
  return current.lastConfigChangeAt > instance.spec.version ? undefined : current;
}
