import type { Definition } from './definition.ts';
import type { PodDefinition } from './pod-definition.ts';

/** One version of an app. */
export interface AppSpec {
  readonly kind: 'app';
  readonly id: string;
  readonly version: string;
  readonly lastScalingAt: string;
  readonly lastConfigChangeAt: string;
  readonly definition: Definition;
}

/** One version of a pod. */
export interface PodSpec {
  readonly kind: 'pod';
  readonly id: string;
  readonly version: string;
  readonly lastScalingAt: string;
  readonly lastConfigChangeAt: string;
  readonly definition: PodDefinition;
}

/** What Marathon runs instances of. */
export type RunSpec = AppSpec | PodSpec;

export function instanceCount(spec: RunSpec): number {
  return spec.kind === 'app' ? spec.definition.instances : spec.definition.scaling.instances;
}

export function withInstanceCount(spec: RunSpec, instances: number): RunSpec {
  if (spec.kind === 'app') return { ...spec, definition: { ...spec.definition, instances } };
  return { ...spec, definition: { ...spec.definition, scaling: { ...spec.definition.scaling, instances } } };
}

/** The part of a definition whose change restarts tasks: everything but the number of instances. */
function configuration(spec: RunSpec): string {
  return JSON.stringify(withInstanceCount(spec, 0).definition);
}

type SpecChange = 'none' | 'scale' | 'config';

export function changeBetween(before: RunSpec, after: RunSpec): SpecChange {
  if (configuration(before) !== configuration(after)) return 'config';
  return instanceCount(before) === instanceCount(after) ? 'none' : 'scale';
}

/** Stamps a new version on a definition: a change of scale leaves `lastConfigChangeAt` where it was. */
export function asNewVersion(spec: RunSpec, before: RunSpec | undefined, version: string): RunSpec {
  const change = before === undefined ? 'config' : changeBetween(before, spec);
  const lastConfigChangeAt = change === 'config' || before === undefined ? version : before.lastConfigChangeAt;
  return { ...spec, version, lastScalingAt: version, lastConfigChangeAt };
}
