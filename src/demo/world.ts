import { randomUUID } from 'node:crypto';
import { type Agent, makeAgents } from './agents.ts';
import { Changes } from './changes.ts';
import { Clock } from './clock.ts';
import type { Deployment } from './deployments/deployment.ts';
import { EventBus } from './events/bus.ts';
import type { MarathonEvent } from './events/event.ts';
import { uuidMaker } from './ids.ts';
import type { LaunchDelay } from './instances/backoff.ts';
import type { Instance } from './instances/instance.ts';
import type { LoopbackSubnet } from './loopback-subnet.ts';
import type { StandInOptions } from './options.ts';
import { type Personality, personalities } from './personality.ts';
import type { RunSpec } from './specs/run-spec.ts';
import { ServicePorts } from './specs/service-ports.ts';
import type { Ailment } from './upstreams/ailment.ts';
import { SharedListeners } from './upstreams/shared-listeners.ts';

/** A task that ended badly, as `lastTaskFailure` shows it. */
interface TaskFailure {
  readonly appId: string;
  readonly host: string;
  readonly message: string;
  readonly state: string;
  readonly taskId: string;
  readonly timestamp: string;
  readonly version: string;
  readonly slaveId: string;
}

/**
 * Everything that Marathon and its cluster know, in one place. Plain data that changes in place: one thread changes it, and what a
 * change must drag behind (events, caches, waiters) is in `put`, `drop` and `touch` here and in the functions of `instances/`.
 */
export interface World {
  readonly personality: Personality;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly changes: Changes;
  readonly uuid: () => string;
  readonly masterId: string;
  readonly subnet: LoopbackSubnet;
  readonly agents: readonly Agent[];
  readonly upstreams: 'real' | 'shared' | 'none';
  readonly shared: SharedListeners;
  readonly servicePorts: ServicePorts;
  /** The current version of every app and pod. */
  readonly specs: Map<string, RunSpec>;
  /** All versions of every app and pod, oldest first. */
  readonly history: Map<string, RunSpec[]>;
  /** Groups that were made by themselves, with their version; the rest follow from the ids of apps and pods. */
  readonly groups: Map<string, string>;
  readonly instances: Map<string, Map<string, Instance>>;
  readonly instanceOfTask: Map<string, Instance>;
  /** Instances that Marathon has given up, but whose agent may come back with them. */
  readonly expunged: Set<Instance>;
  /** Running health checks: app, then version, then how to stop them. */
  readonly checkers: Map<string, Map<string, () => void>>;
  readonly deployments: Map<string, Deployment>;
  /** How the last deployments ended. */
  readonly outcomes: Map<string, 'success' | 'cancelled'>;
  readonly delays: Map<string, LaunchDelay>;
  readonly failures: Map<string, TaskFailure>;
  /** What ails the tasks of an app, by its id. */
  readonly ailments: Map<string, Ailment>;
  /** Serialised answers of one app, by what is embedded. */
  readonly answers: Map<string, Map<string, string>>;
  /** Puts an instance into the launch queue. */
  readonly awaitOffer: (instance: Instance) => void;
  /** Work that runs by itself; its failures are kept for `close()` to throw. */
  readonly background: Background;
  rootVersion: string;
  /** Counts changes of anything that `/v2/apps` shows. */
  revision: number;
}

/** Runs what nobody awaits, and keeps what goes wrong in it. */
export interface Background {
  readonly signal: AbortSignal;
  run(work: Promise<unknown>): void;
}

export function createWorld(
  options: StandInOptions,
  subnet: LoopbackSubnet,
  background: Background,
  awaitOffer: (world: World, instance: Instance) => void,
): World {
  const clock = new Clock(options.timeScale ?? 1);
  const masterId = randomUUID();
  const world: World = {
    personality: personalities[options.personality ?? '1.10'],
    clock,
    bus: new EventBus(options.recordLimit ?? 20_000),
    changes: new Changes(),
    uuid: uuidMaker(),
    masterId,
    subnet,
    agents: makeAgents(options.agents ?? 3, subnet, masterId),
    upstreams: options.upstreams ?? 'real',
    shared: new SharedListeners(),
    servicePorts: new ServicePorts(),
    specs: new Map(),
    history: new Map(),
    groups: new Map(),
    instances: new Map(),
    instanceOfTask: new Map(),
    expunged: new Set(),
    checkers: new Map(),
    deployments: new Map(),
    outcomes: new Map(),
    delays: new Map(),
    failures: new Map(),
    ailments: new Map(),
    answers: new Map(),
    background,
    rootVersion: clock.version(),
    revision: 0,
    awaitOffer: (instance) => awaitOffer(world, instance),
  };
  return world;
}

/** Publishes what a function of `events/` made. */
export function publish(world: World, ...events: readonly MarathonEvent[]): void {
  for (const event of events) world.bus.publish(event);
}

/** Forgets the cached answers of an app or pod and wakes who waits for a change of it. */
export function touch(world: World, specId: string): void {
  world.revision += 1;
  world.answers.delete(specId);
  world.changes.wake(specId);
}

export function instancesOf(world: World, specId: string): readonly Instance[] {
  const instances = world.instances.get(specId);
  return instances === undefined ? [] : [...instances.values()];
}

export function addInstance(world: World, instance: Instance): void {
  const siblings = world.instances.get(instance.spec.id) ?? new Map<string, Instance>();
  world.instances.set(instance.spec.id, siblings.set(instance.id, instance));
  touch(world, instance.spec.id);
}

/** Takes an instance out of the API. */
export function dropInstance(world: World, instance: Instance): void {
  const siblings = world.instances.get(instance.spec.id);
  siblings?.delete(instance.id);
  if (siblings?.size === 0) world.instances.delete(instance.spec.id);
  for (const task of instance.tasks) world.instanceOfTask.delete(task.id);
  touch(world, instance.spec.id);
}

export function isKnown(world: World, instance: Instance): boolean {
  return world.instances.get(instance.spec.id)?.get(instance.id) === instance;
}
