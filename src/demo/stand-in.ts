import { BackgroundWork } from './background.ts';
import type { MarathonEvent } from './events/event.ts';
import { EventStreams } from './events/streams.ts';
import { type Faults, noFaults } from './faults.ts';
import { reconcileChecks } from './health/checkers.ts';
import { json } from './answer.ts';
import type { Leadership } from './http/leadership.ts';
import { type LoggedRequest, RequestLog } from './http/request-log.ts';
import { MarathonServer, type Shared } from './http/server.ts';
import { awaitOffer } from './instances/start.ts';
import type { StandInOptions } from './options.ts';
import { seedApps } from './seed.ts';
import { createWorld } from './world.ts';

export type { StandInOptions } from './options.ts';

/** A running stand-in for Marathon and the cluster below it. */
export interface StandIn {
  /** Of the instance that leads at first. */
  readonly url: string;
  /** Of all instances, in order. */
  readonly urls: readonly string[];
  readonly faults: Faults;
  readonly events: readonly MarathonEvent[];
  readonly requests: readonly LoggedRequest[];
  /** Ends every listener, timer and socket. @throws what went wrong in the background */
  close(): Promise<void>;
}

const RECONCILE_SECONDS = 300;

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const background = new BackgroundWork();
  const world = createWorld(options, background, awaitOffer);
  const faults = noFaults();
  const leadership: Leadership = { servers: [], leader: undefined, isReady: true };
  const log = new RequestLog(options.recordLimit ?? 20_000);
  const streams = new EventStreams(world, faults, options.heartbeatMs ?? 10_000);
  const shared: Shared = { world, options, faults, leadership, log, streams, control: async () => json(200, {}) };
  if (world.upstreams === 'shared') await world.shared.open(world.agents.map(({ host }) => host));
  await seedApps(world, options.seed ?? []);
  for (let index = 0; index < (options.instances ?? 1); index++) {
    const server = new MarathonServer(shared, index === 0 ? (options.port ?? 0) : 0);
    await server.open();
    leadership.servers.push(server);
  }
  leadership.leader = leadership.servers[0];
  world.clock.every(RECONCILE_SECONDS, () => reconcileChecks(world));
  const urls = leadership.servers.map(({ url }) => url);
  return {
    url: urls[0] ?? '',
    urls,
    faults,
    get events() {
      return world.bus.recorded;
    },
    get requests() {
      return log.entries;
    },
    async close() {
      background.stop();
      world.clock.close();
      await Promise.all(leadership.servers.map((server) => server.close()));
      const upstreams = [...world.instances.values()].flatMap((instances) => [...instances.values()]).map(({ upstream }) => upstream);
      await Promise.all([...upstreams, ...[...world.expunged].map(({ upstream }) => upstream)].map((upstream) => upstream?.close()));
      await world.shared.close();
      await background.settled();
      world.clock.close();
    },
  };
}
