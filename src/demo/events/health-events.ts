import type { Instance, Task } from '../instances/instance.ts';
import type { World } from '../world.ts';
import { event, type MarathonEvent } from './event.ts';

/** One check of one instance flipped. */
export function healthChanged(world: World, instance: Instance, alive: boolean): MarathonEvent {
  return event(
    'health_status_changed_event',
    { appId: instance.spec.id, instanceId: instance.id, version: instance.spec.version, alive },
    world.clock.timestamp(),
  );
}

/** All checks of an instance together flipped; null: not known. */
export function instanceHealthChanged(world: World, instance: Instance, healthy: boolean | undefined = instance.healthy): MarathonEvent {
  return {
    instanceId: instance.id,
    runSpecId: instance.spec.id,
    healthy: healthy ?? null,
    runSpecVersion: instance.spec.version,
    timestamp: world.clock.timestamp(),
    eventType: 'instance_health_changed_event',
  };
}

/** `taskId` holds the instance id since 1.5: so does Marathon, whatever its documents show. */
export function checkFailed(world: World, instance: Instance, healthCheck: unknown): MarathonEvent {
  return {
    appId: instance.spec.id,
    eventType: 'failed_health_check_event',
    healthCheck,
    [world.personality.failedCheckKey]: instance.id,
    timestamp: world.clock.timestamp(),
  };
}

export function unhealthyKill(world: World, instance: Instance, task: Task, reason: string): MarathonEvent {
  return event(
    'unhealthy_instance_kill_event',
    {
      appId: instance.spec.id,
      taskId: task.id,
      instanceId: instance.id,
      version: instance.spec.version,
      reason,
      host: instance.placement?.agent.host ?? 'unknown',
      slaveId: instance.placement?.agent.id ?? '',
    },
    world.clock.timestamp(),
  );
}

export function checkAdded(world: World, appId: string, version: string, healthCheck: unknown): MarathonEvent {
  return { appId, eventType: 'add_health_check_event', healthCheck, timestamp: world.clock.timestamp(), version };
}

/** Without the check: so does Marathon, whatever its documents show. */
export function checkRemoved(world: World, appId: string): MarathonEvent {
  return { appId, eventType: 'remove_health_check_event', timestamp: world.clock.timestamp() };
}
