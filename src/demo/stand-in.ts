import { BackgroundWork } from './background.ts';
import type { MarathonEvent } from './events/event.ts';
import { EventStreams } from './events/streams.ts';
import { noFaults } from './faults.ts';
import { reconcileChecks } from './health/checkers.ts';
import type { Leadership } from './http/leadership.ts';
import { type LoggedRequest, RequestLog } from './http/request-log.ts';
import { MarathonServer, type Shared } from './http/server.ts';
import { awaitOffer } from './instances/start.ts';
import { LoopbackSubnet } from './loopback-subnet.ts';
import { type MesosMasters, startMasters } from './mesos/masters.ts';
import type { StandInOptions } from './options.ts';
import { seedApps } from './seed.ts';
import { answerControl } from './verbs/control.ts';
import { type FaultVerbs, faultVerbs } from './verbs/fault-verbs.ts';
import { addTask, removeTask } from './verbs/task-verbs.ts';
import { addressOf, type AgentView, type TaskAddress, type TaskView, taskViews } from './verbs/views.ts';
import { waitForDeployment, waitForEvents, waitUntil } from './verbs/waiting.ts';
import { createWorld, type World } from './world.ts';

/**
 * A running stand-in for Marathon and the cluster below it: real HTTP, real event streams, real tasks on loopback addresses.
 * Clients use it through `url` as they would use Marathon; everything else here is for tests, benchmarks and demos to look and to interfere.
 */
export interface StandIn {
  /** Of the first instance, which leads at first. */
  readonly url: string;
  /** Of all instances, in order. */
  readonly urls: readonly string[];
  /** Of the instance that leads now; undefined during an election. */
  readonly leaderUrl: string | undefined;
  readonly agents: readonly AgentView[];
  /** Event streams that are open now. */
  readonly streamCount: number;
  /** The last published events, oldest first; the same whether a fault kept them from the streams or not. */
  readonly events: readonly MarathonEvent[];
  /** The last requests to the Marathon API, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Everything that can go wrong. */
  readonly faults: FaultVerbs;
  /** The masters of Mesos, and what can go wrong with them. @throws without the option `mesos` */
  readonly mesos: MesosMasters;

  /** Tasks of one app or pod, or of all; with those that are dying, and those of deleted apps. */
  tasks(appId?: string): readonly TaskView[];
  /** Where a client reaches a port of a task. @throws when there is none */
  taskAddress(taskId: string, portIndex?: number): TaskAddress;
  /** Resolves when the deployment has ended. @throws after `timeoutMs` (default 30,000), or for an id that never was */
  waitForDeployment(id: string, timeoutMs?: number): Promise<'success' | 'cancelled'>;
  /** Resolves with `events` once they satisfy the condition. @throws after `timeoutMs` (default 30,000) */
  waitForEvents(isEnough: (events: readonly MarathonEvent[]) => boolean, timeoutMs?: number): Promise<readonly MarathonEvent[]>;
  /** Resolves when the condition holds; asked after every event and every few milliseconds. @throws after `timeoutMs`, with the sentence */
  until(sentence: string, isTrue: () => boolean, timeoutMs?: number): Promise<void>;
  /** Empties `events` and `requests`. */
  forget(): void;

  /** For benchmarks: one more task, running (and healthy) at once, with its events in order, without a deployment. @returns its id */
  addTask(appId: string): Promise<string>;
  /** For benchmarks: the opposite, with the events of a kill and no grace. */
  removeTask(appId: string, taskId: string): Promise<void>;

  /** Ends every listener, timer and socket. @throws what went wrong in the background */
  close(): Promise<void>;
}

/** Marathon looks from time to time whether all is as it should be. */
const RECONCILE_SECONDS = 300;
const RECORD_LIMIT = 20_000;

/**
 * Starts a stand-in.
 * ```ts
 * const standIn = await startStandIn({ timeScale: 0.05, seed: [{ id: '/shop/cart', cmd: 'run', instances: 2 }] });
 * await fetch(`${standIn.url}/v2/apps?embed=apps.tasks`);
 * await standIn.faults.failTask(standIn.tasks('/shop/cart')[0].id);
 * await standIn.close();
 * ```
 * @throws when a port is taken, or when the seed is not valid
 */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const background = new BackgroundWork();
  const world = createWorld(options, await LoopbackSubnet.claim(), background, awaitOffer);
  const shared = share(world, options);
  try {
    await open(shared);
    const mesos = options.mesos === undefined ? undefined : await startMasters(world, options.mesos);
    return facade(shared, background, mesos);
  } catch (error) {
    await close(shared, background);
    throw error;
  }
}

async function open(shared: Shared): Promise<void> {
  const { world, options, leadership } = shared;
  if (world.upstreams === 'shared') await world.shared.open(world.agents.map(({ host }) => host));
  await seedApps(world, options.seed ?? []);
  for (let index = 0; index < (options.instances ?? 1); index++) {
    const server = new MarathonServer(shared, index === 0 ? (options.port ?? 0) : 0);
    await server.open();
    leadership.servers.push(server);
  }
  leadership.leader = leadership.servers[0];
  world.clock.every(RECONCILE_SECONDS, () => reconcileChecks(world));
}

function share(world: World, options: StandInOptions): Shared {
  const faults = noFaults();
  const leadership: Leadership = { servers: [], leader: undefined, isReady: true };
  const streams = new EventStreams(world, faults, options.heartbeatMs ?? 10_000);
  const parts = { world, options, faults, leadership, streams, log: new RequestLog(options.recordLimit ?? RECORD_LIMIT) };
  const verbs = faultVerbs(parts);
  return { ...parts, verbs, control: async (request) => answerControl({ ...parts, verbs }, request) };
}

function facade(shared: Shared, background: BackgroundWork, mesos: MesosMasters | undefined): StandIn {
  const { world, leadership, streams, log } = shared;
  const urls = leadership.servers.map(({ url }) => url);
  return {
    url: urls[0] ?? '',
    urls,
    get leaderUrl() {
      return leadership.leader?.url;
    },
    get agents() {
      return world.agents.map(({ id, host, state }) => ({ id, host, state }));
    },
    get streamCount() {
      return streams.count;
    },
    get events() {
      return world.bus.recorded;
    },
    get requests() {
      return log.entries;
    },
    faults: shared.verbs,
    get mesos() {
      if (mesos === undefined) throw new Error('this stand-in was started without masters of Mesos');
      return mesos;
    },
    tasks: (appId) => taskViews(world, appId),
    taskAddress: (taskId, portIndex = 0) => addressOf(world, taskId, portIndex),
    waitForDeployment: async (id, timeoutMs) => waitForDeployment(world, id, timeoutMs),
    waitForEvents: async (isEnough, timeoutMs) => waitForEvents(world, isEnough, timeoutMs),
    until: async (sentence, isTrue, timeoutMs) => waitUntil(world, sentence, isTrue, timeoutMs),
    forget: () => {
      world.bus.forget();
      log.forget();
    },
    addTask: async (appId) => addTask(world, appId),
    removeTask: async (appId, taskId) => removeTask(world, appId, taskId),
    close: async () => {
      await mesos?.close();
      await close(shared, background);
    },
  };
}

async function close({ world, leadership }: Shared, background: BackgroundWork): Promise<void> {
  background.stop();
  world.clock.close();
  await Promise.all(leadership.servers.map(async (server) => server.close()));
  const instances = [...[...world.instances.values()].flatMap((siblings) => [...siblings.values()]), ...world.expunged];
  await Promise.all(instances.map(async ({ upstream }) => upstream?.close()));
  await world.shared.close();
  await world.subnet.close();
  await background.settled();
  // What was still under way may have set a timer or opened a port.
  world.clock.close();
  await Promise.all(leadership.servers.map(async (server) => server.close()));
}
