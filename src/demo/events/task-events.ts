import type { Instance, Task } from '../instances/instance.ts';
import type { World } from '../world.ts';
import { event, type MarathonEvent } from './event.ts';

export function ipAddressList(addresses: readonly string[]): readonly { readonly ipAddress: string; readonly protocol: string }[] {
  return addresses.map((ipAddress) => ({ ipAddress, protocol: ipAddress.includes(':') ? 'IPv6' : 'IPv4' }));
}

/** Mesos knows the addresses of a task only when its container runs. */
export function knownAddresses(instance: Instance, task: Task): readonly string[] {
  return task.startedAtMs === undefined ? [] : (instance.placement?.ipAddresses ?? []);
}

export function statusUpdate(world: World, instance: Instance, task: Task): MarathonEvent {
  return event(
    'status_update_event',
    {
      slaveId: instance.placement?.agent.id ?? '',
      taskId: task.id,
      taskStatus: task.state,
      message: task.message,
      appId: instance.spec.id,
      host: instance.placement?.agent.host ?? 'unknown',
      ipAddresses: ipAddressList(knownAddresses(instance, task)),
      ports: instance.placement?.hostPorts ?? [],
      version: instance.spec.version,
    },
    world.clock.timestamp(),
  );
}

export function instanceChanged(world: World, instance: Instance): MarathonEvent {
  return {
    instanceId: instance.id,
    condition: instance.condition,
    runSpecId: instance.spec.id,
    agentId: instance.placement?.agent.id ?? null,
    host: instance.placement?.agent.host ?? null,
    runSpecVersion: instance.spec.version,
    timestamp: world.clock.timestamp(),
    eventType: 'instance_changed_event',
  };
}

export function unknownInstanceTerminated(world: World, instance: Instance): MarathonEvent {
  return {
    instanceId: instance.id,
    runSpecId: instance.spec.id,
    condition: instance.condition,
    timestamp: world.clock.timestamp(),
    eventType: 'unknown_instance_terminated_event',
  };
}
