import { randomUUID } from 'node:crypto';
import { groupChanged, groupChangeFailed } from '../events/change-events.ts';
import type { MarathonEvent } from '../events/event.ts';
import { json, refuse, Refused } from '../answer.ts';
import { asNewVersion, changeBetween, type RunSpec } from '../specs/run-spec.ts';
import { servicePorts } from '../specs/definition.ts';
import { resetDelay } from '../instances/backoff.ts';
import { rootTree } from '../specs/group-tree.ts';
import { publish, touch, type World } from '../world.ts';
import type { Deployment, Transition } from './deployment.ts';
import { planSteps } from './plan-steps.ts';
import { cancelDeployment, startDeployment } from './run.ts';

const MAX_RUNNING_DEPLOYMENTS = 100;
/** The id in it is a placeholder in Marathon, too. */
const LOCKED =
  "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

export interface Change {
  /** What each app or pod shall be; undefined: not there any more. Their versions are set here. */
  readonly wanted: ReadonlyMap<string, RunSpec | undefined>;
  /** Makes a new version even of what stays the same, so that its tasks are replaced. */
  readonly restart?: ReadonlySet<string>;
  /** As it stands in group_change_success. */
  readonly groupId: string;
  readonly locks: 'respected' | 'overridden';
  /** What else happens once the change is accepted, before its deployment begins: the kills that it asks for by name. */
  readonly prepare?: () => void;
  /** Events of the API, published once the change is accepted; gets what was stored. */
  readonly announce?: (stored: ReadonlyMap<string, RunSpec | undefined>) => readonly MarathonEvent[];
}

/** Stores a change of the root group and starts the deployment that makes it true. @throws Refused 409 when locked, 403 when there are too many */
export function applyChange(world: World, change: Change): Deployment {
  const version = world.clock.version();
  unlock(world, change, version);
  const original = world.personality.plans === 'light' ? undefined : rootTree(world);
  const transitions = store(world, change, version);
  world.rootVersion = version;
  const trees = original === undefined ? {} : { original, target: rootTree(world) };
  const stored = new Map([...transitions].map(([id, { after }]) => [id, after]));
  publish(world, groupChanged(world, change.groupId, version), ...(change.announce?.(stored) ?? []));
  const deployment: Deployment = {
    id: randomUUID(),
    version,
    transitions,
    steps: planSteps(transitions),
    currentStep: 0,
    abort: new AbortController(),
    ...trees,
  };
  startDeployment(world, deployment, change.prepare);
  return deployment;
}

function unlock(world: World, change: Change, version: string): void {
  const locking = [...world.deployments.values()].filter(({ transitions }) => [...change.wanted.keys()].some((id) => transitions.has(id)));
  if (locking.length > 0 && change.locks === 'respected') {
    publish(world, groupChangeFailed(world, change.groupId, version, LOCKED));
    throw new Refused(json(409, { message: LOCKED, deployments: locking.map(({ id }) => ({ id })) }));
  }
  if (world.deployments.size - locking.length >= MAX_RUNNING_DEPLOYMENTS) {
    refuse(
      403,
      `Max number (${MAX_RUNNING_DEPLOYMENTS}) of running deployments is achieved. Wait for existing deployments to complete or cancel one using force=true parameter.`,
    );
  }
  for (const deployment of locking) cancelDeployment(world, deployment);
}

function store(world: World, change: Change, version: string): ReadonlyMap<string, Transition> {
  const transitions = new Map<string, Transition>();
  for (const [id, wanted] of change.wanted) {
    const before = world.specs.get(id);
    const after = wanted === undefined ? undefined : nextVersion(wanted, before, version, change.restart?.has(id) ?? false);
    transitions.set(id, { before, after });
    storeSpec(world, id, after);
  }
  return transitions;
}

function nextVersion(wanted: RunSpec, before: RunSpec | undefined, version: string, isRestart: boolean): RunSpec {
  if (isRestart) return { ...wanted, version, lastScalingAt: version, lastConfigChangeAt: version };
  return before !== undefined && changeBetween(before, wanted) === 'none' ? before : asNewVersion(wanted, before, version);
}

/** Makes a spec the current one, or takes the app away. */
export function storeSpec(world: World, id: string, after: RunSpec | undefined): void {
  const before = world.specs.get(id);
  if (before?.kind === 'app') world.servicePorts.release(servicePorts(before.definition));
  if (after === undefined) {
    world.specs.delete(id);
  } else {
    world.specs.set(id, after);
    if (after.kind === 'app') world.servicePorts.claim(servicePorts(after.definition));
    const history = world.history.get(id) ?? [];
    if (history.at(-1)?.version !== after.version) history.push(after);
    world.history.set(id, history);
    // A new version starts without the backoff that the old one had earned.
    if (before !== undefined && before.version !== after.version) resetDelay(world, id);
  }
  touch(world, id);
}
