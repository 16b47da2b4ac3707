import { traitsOf } from '../specs/traits.ts';
import { type Ailment, WELL } from '../upstreams/ailment.ts';
import { type Behaviour, parseBehaviour } from '../upstreams/behaviour.ts';
import { ScriptedTask } from '../upstreams/scripted-task.ts';
import { type ServedEndpoint, TaskServer } from '../upstreams/task-server.ts';
import type { TaskUpstream } from '../upstreams/task-upstream.ts';
import type { World } from '../world.ts';
import type { Endpoint, Instance } from './instance.ts';

export function behaviourOf(instance: Instance, container: string | undefined): Behaviour {
  const traits = traitsOf(instance.spec);
  const env = traits.containers.find(({ name }) => name === container)?.env ?? {};
  return parseBehaviour(
    env,
    traits.checks.filter(({ kind }) => kind === 'http').map(({ path }) => path),
  );
}

export function ailmentOf(world: World, instance: Instance): Ailment {
  return world.ailments.get(instance.spec.id) ?? WELL;
}

/** Makes what answers for a placed instance; nothing listens before `open()`. */
export function makeUpstream(world: World, instance: Instance): TaskUpstream {
  const behaviour = behaviourOf(instance, instance.tasks[0]?.container);
  const ailment = () => ailmentOf(world, instance);
  if (world.upstreams !== 'real') return new ScriptedTask(behaviour.startsHealthy, ailment);
  const endpoints = (instance.placement?.endpoints ?? []).filter(({ protocol }) => protocol !== 'udp');
  return new TaskServer(
    behaviour,
    endpoints.flatMap((endpoint) => servedEndpoints(instance, endpoint)),
    ailment,
  );
}

/** A port with both a host port and an address of its own is served at both. */
function servedEndpoints(instance: Instance, endpoint: Endpoint): readonly ServedEndpoint[] {
  const task = instance.tasks.find(({ container }) => container === endpoint.container);
  const common = {
    identity: { app: instance.spec.id, task: task?.id ?? '', version: instance.spec.version },
    behaviour: behaviourOf(instance, endpoint.container),
    ...(endpoint.name === undefined ? {} : { name: endpoint.name }),
  };
  const served = [{ ...common, host: endpoint.address, port: endpoint.port }];
  const ownAddress = instance.placement?.ipAddresses[0];
  const hasBoth = endpoint.hostPort !== undefined && traitsOf(instance.spec).network === 'container';
  return hasBoth && ownAddress !== undefined ? [...served, { ...common, host: ownAddress, port: endpoint.containerPort }] : served;
}
