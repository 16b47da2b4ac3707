import type { World } from '../world.ts';
import { event, type MarathonEvent } from './event.ts';

export function groupChanged(world: World, groupId: string, version: string): MarathonEvent {
  return event('group_change_success', { groupId, version }, world.clock.timestamp());
}

export function groupChangeFailed(world: World, groupId: string, version: string, reason: string): MarathonEvent {
  return event('group_change_failed', { groupId, version, reason }, world.clock.timestamp());
}

/** Only for a POST, PUT or PATCH of one app: not for DELETE, restart, lists, groups. */
export function apiPosted(world: World, clientIp: string, uri: string, appDefinition: unknown): MarathonEvent {
  return event('api_post_event', { clientIp, uri, appDefinition }, world.clock.timestamp());
}

export function podWritten(
  world: World,
  eventType: 'pod_created_event' | 'pod_updated_event' | 'pod_deleted_event',
  clientIp: string,
  uri: string,
): MarathonEvent {
  return event(eventType, { clientIp, uri }, world.clock.timestamp());
}

export function appTerminated(world: World, appId: string): MarathonEvent {
  return event('app_terminated_event', { appId }, world.clock.timestamp());
}

export function streamAttached(world: World, remoteAddress: string): MarathonEvent {
  return event('event_stream_attached', { remoteAddress }, world.clock.timestamp());
}

export function streamDetached(world: World, remoteAddress: string): MarathonEvent {
  return event('event_stream_detached', { remoteAddress }, world.clock.timestamp());
}

export function schedulerReregistered(world: World, master: string): MarathonEvent {
  return event('scheduler_reregistered_event', { master }, world.clock.timestamp());
}
