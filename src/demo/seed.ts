import { appFrom } from './http/app-writes.ts';
import { beginChecks } from './health/checkers.ts';
import { withSuccess } from './health/result.ts';
import { canonicalId } from './ids.ts';
import type { Instance } from './instances/instance.ts';
import { place } from './instances/place.ts';
import { newInstance } from './instances/schedule.ts';
import { assign } from './instances/start.ts';
import { setState } from './instances/status.ts';
import type { AppInput } from './specs/app-schema.ts';
import { asNewVersion, instanceCount, type RunSpec } from './specs/run-spec.ts';
import { traitsOf } from './specs/traits.ts';
import { storeSpec } from './deployments/change.ts';
import { addInstance, type World } from './world.ts';

/** Puts apps into the world as if they had been deployed long ago: running, healthy, no events. */
export async function seedApps(world: World, inputs: readonly AppInput[]): Promise<void> {
  for (const input of inputs) {
    const id = canonicalId(input.id);
    const spec = asNewVersion(appFrom(world, id, input, undefined, 'replace'), undefined, world.clock.version());
    storeSpec(world, id, spec);
    beginChecks(world, spec);
    await Promise.all(Array.from({ length: instanceCount(spec) }, () => runAtOnce(world, spec)));
  }
}

/** One more instance, running and with every check alive, without an event. */
async function runAtOnce(world: World, spec: RunSpec): Promise<Instance> {
  const placement = await place(world, spec);
  if (placement === undefined) throw new Error(`no agent has room for an instance of ${spec.id}`);
  const instance = newInstance(world, spec);
  addInstance(world, instance);
  assign(world, instance, placement);
  await instance.upstream?.open();
  setState(world, instance, 'TASK_RUNNING', '');
  const { checks, readiness } = traitsOf(spec);
  for (const index of checks.keys()) instance.checks.set(index, withSuccess(undefined, world.clock.nowMs()));
  for (const { name } of readiness) instance.readiness.set(name, { ready: true });
  if (checks.length > 0) instance.healthy = true;
  return instance;
}
