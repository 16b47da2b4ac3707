import { changeBetween, instanceCount, type RunSpec } from '../specs/run-spec.ts';
import type { Action, ActionKind, Step, Transition } from './deployment.ts';

/**
 * The steps of a plan, in Marathon's order: what goes is stopped, what is new is started with no instances, and then, one dependency level
 * after the other, apps are scaled or restarted.
 */
export function planSteps(transitions: ReadonlyMap<string, Transition>): readonly Step[] {
  const stops: Action[] = [];
  const starts: Action[] = [];
  const changes: (Action & { readonly spec: RunSpec })[] = [];
  for (const [id, { before, after }] of transitions) {
    if (after === undefined) {
      if (before !== undefined) stops.push({ kind: 'Stop', on: before.kind, id });
      continue;
    }
    const action = (kind: ActionKind): Action => ({ kind, on: after.kind, id });
    if (before === undefined) starts.push(action('Start'));
    const kind = changeKind(before, after);
    if (kind !== undefined) changes.push({ ...action(kind), spec: after });
  }
  const levels = byDependencyLevel(changes);
  return [stops, starts, ...levels].filter((step) => step.length > 0);
}

function changeKind(before: RunSpec | undefined, after: RunSpec): 'Scale' | 'Restart' | undefined {
  if (before === undefined) return 'Scale';
  if (before.version === after.version) return undefined;
  const change = changeBetween(before, after);
  if (change === 'scale') return 'Scale';
  // A restart is a new version of the same definition; `version` alone tells it from a change that changes nothing.
  if (change === 'none') return after.lastConfigChangeAt === after.version ? 'Restart' : undefined;
  return instanceCount(before) === 0 ? 'Scale' : 'Restart';
}

function byDependencyLevel(changes: readonly (Action & { readonly spec: RunSpec })[]): readonly Step[] {
  const ids = new Set(changes.map(({ id }) => id));
  const levels = new Map<string, number>();
  const dependencies = new Map(changes.map(({ id, spec }) => [id, spec.kind === 'app' ? spec.definition.dependencies : []]));
  const levelOf = (id: string, path: readonly string[]): number => {
    const known = levels.get(id);
    if (known !== undefined) return known;
    const needed = (dependencies.get(id) ?? []).filter((other) => ids.has(other) && !path.includes(other));
    const level = needed.length === 0 ? 0 : 1 + Math.max(...needed.map((other) => levelOf(other, [...path, id])));
    levels.set(id, level);
    return level;
  };
  const steps: Action[][] = [];
  for (const { kind, on, id } of changes) (steps[levelOf(id, [])] ??= []).push({ kind, on, id });
  return steps;
}
