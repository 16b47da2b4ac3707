import { schedulerReregistered } from '../events/change-events.ts';
import { deploymentProgress } from '../events/deployment-events.ts';
import type { EventStreams } from '../events/streams.ts';
import { beginChecks } from '../health/checkers.ts';
import { instancesOf, publish, touch, type World } from '../world.ts';
import type { Leadership } from './leadership.ts';
import type { MarathonServer } from './server.ts';

/** How long the parts of a change of leader take, in real milliseconds. */
export interface AbdicationTimes {
  /** From the request until the streams are closed and the process ends; default 500 scaled. */
  readonly noticeMs?: number;
  /** Nobody leads; default 2 s scaled. Other instances hold requests meanwhile. */
  readonly electionMs?: number;
  /** The new leader answers, but closes event streams at once; default 1 s scaled. */
  readonly warmUpMs?: number;
  /** The old leader refuses connections; default 5 s scaled. */
  readonly downMs?: number;
}

const FLUSH_MS = 250;

interface Abdicating {
  readonly world: World;
  readonly streams: EventStreams;
  readonly leadership: Leadership;
}

/** The leader closes its streams and its process ends; another instance is elected, the old one comes back as a standby. */
export function abdicate(from: Abdicating, times: AbdicationTimes): void {
  const { world } = from;
  world.clock.afterMs(times.noticeMs ?? world.clock.toMs(0.5), () => world.background.run(leave(from, times)));
}

async function leave(from: Abdicating, times: AbdicationTimes): Promise<void> {
  const { world, leadership, streams } = from;
  const leaving = leadership.leader;
  if (leaving === undefined) return;
  leadership.leader = undefined;
  leadership.isReady = false;
  streams.cutAll('clean');
  // What is written and not yet sent goes out before the process ends.
  await streams.emptied(FLUSH_MS);
  await leaving.close();
  world.clock.afterMs(times.electionMs ?? world.clock.toMs(2), () => elect(from, times));
  world.clock.afterMs(times.downMs ?? world.clock.toMs(5), () => world.background.run(comeBack(from, leaving, times)));
}

async function comeBack(from: Abdicating, server: MarathonServer, times: AbdicationTimes): Promise<void> {
  await server.open();
  if (from.leadership.leader === undefined) elect(from, times);
}

/** An instance leads at most once per life: the next one that is up is chosen. */
function elect(from: Abdicating, times: AbdicationTimes): void {
  const { world, leadership } = from;
  const next = leadership.servers.find(({ isUp }) => isUp);
  if (next === undefined || leadership.leader !== undefined) return;
  leadership.leader = next;
  forgetHealth(world);
  world.clock.afterMs(times.warmUpMs ?? world.clock.toMs(1), () => takeOver(world, leadership, next));
}

function takeOver(world: World, leadership: Leadership, next: MarathonServer): void {
  if (leadership.leader !== next) return;
  leadership.isReady = true;
  publish(world, schedulerReregistered(world, next.hostAndPort));
  // A plan that is under way is taken up again, and says so.
  for (const deployment of world.deployments.values()) publish(world, deploymentProgress(world, 'deployment_info', deployment));
}

/** Results of checks are not stored anywhere: a new leader checks anew. */
function forgetHealth(world: World): void {
  for (const [specId, versions] of world.checkers) {
    for (const [version, stop] of [...versions]) {
      const spec = world.history.get(specId)?.find((it) => it.version === version);
      if (spec === undefined) continue;
      stop();
      beginChecks(world, spec);
    }
    for (const instance of instancesOf(world, specId)) {
      instance.checks = new Map();
      delete instance.healthy;
    }
    touch(world, specId);
  }
}
