import type { Personality } from '../personality.ts';
import type { Definition } from './definition.ts';
import { legacyAppJson } from './legacy-json.ts';
import type { AppSpec } from './run-spec.ts';

export type Json = Record<string, unknown>;

/** An app as this Marathon writes it, without its counts and tasks. */
export function appJson(spec: AppSpec, personality: Personality): Json {
  return personality.appForm === 'legacy' ? legacyAppJson(spec) : ramlAppJson(spec, personality);
}

/** Lists and maps that 1.10 leaves out when they are empty, and the versions before it do not. */
const omittedWhenEmpty = ['args', 'constraints', 'dependencies', 'env', 'fetch', 'healthChecks', 'readinessChecks', 'secrets'];

function ramlAppJson(spec: AppSpec, personality: Personality): Json {
  const { id, version, lastScalingAt, lastConfigChangeAt } = spec;
  const json: Json = {
    id,
    ...definitionJson(spec.definition),
    version,
    versionInfo: { lastScalingAt, lastConfigChangeAt },
    ...closing(spec.definition, personality),
  };
  if (!personality.omitsEmptyLists) return json;
  return Object.fromEntries(Object.entries(json).filter(([key, value]) => !omittedWhenEmpty.includes(key) || !isEmpty(value)));
}

function definitionJson(definition: Definition): Json {
  const { acceptedResourceRoles, args, backoffFactor, backoffSeconds, cmd, constraints, container, cpus, dependencies, disk } = definition;
  const { env, executor, fetch, instances, labels, maxLaunchDelaySeconds, mem, gpus, networks, portDefinitions } = definition;
  const { requirePorts, residency, healthChecks, readinessChecks, secrets, taskKillGracePeriodSeconds, upgradeStrategy, user } = definition;
  return {
    acceptedResourceRoles,
    args,
    backoffFactor,
    backoffSeconds,
    ...optional({ cmd }),
    constraints,
    ...optional({ container }),
    cpus,
    dependencies,
    disk,
    env,
    executor,
    fetch,
    instances,
    labels,
    maxLaunchDelaySeconds,
    mem,
    gpus,
    networks,
    ...optional({ portDefinitions }),
    requirePorts,
    ...optional({ residency }),
    healthChecks,
    readinessChecks,
    secrets,
    ...optional({ taskKillGracePeriodSeconds }),
    upgradeStrategy,
    ...optional({ user }),
  };
}

function closing({ killSelection, unreachableStrategy, role }: Definition, { writesRole }: Personality): Json {
  return { killSelection, unreachableStrategy, ...(writesRole ? { role } : {}) };
}

/** Without the keys whose value is undefined. */
function optional(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
