import { isWithin, parentId } from '../ids.ts';
import type { World } from '../world.ts';
import { appJson, type Json } from './app-json.ts';
import { podJson } from './pod-json.ts';
import type { RunSpec } from './run-spec.ts';

/** What stands in a group. */
export interface GroupParts {
  readonly app: (spec: RunSpec) => unknown;
  readonly pod: (spec: RunSpec) => unknown;
  readonly shows: ReadonlySet<'groups' | 'apps' | 'pods'>;
}

/** Every group that is there: made by itself, or because something is in it. */
export function groupIds(world: World): ReadonlySet<string> {
  const ids = new Set<string>(['/']);
  const add = (id: string): void => {
    if (ids.has(id)) return;
    ids.add(id);
    add(parentId(id));
  };
  for (const id of world.groups.keys()) add(id);
  for (const id of world.specs.keys()) add(parentId(id));
  return ids;
}

/** A group with everything below it. */
export function groupTree(world: World, groupId: string, parts: GroupParts): Json {
  const children = new Map<string, string[]>();
  for (const id of groupIds(world)) if (id !== '/') push(children, parentId(id), id);
  const specs = new Map<string, RunSpec[]>();
  for (const spec of world.specs.values()) if (isWithin(spec.id, groupId)) push(specs, parentId(spec.id), spec);
  const build = (id: string): Json => ({
    id,
    ...(parts.shows.has('apps') ? { apps: (specs.get(id) ?? []).filter(({ kind }) => kind === 'app').map(parts.app) } : {}),
    ...(parts.shows.has('groups') ? { groups: (children.get(id) ?? []).map(build) } : {}),
    ...(parts.shows.has('pods') ? { pods: (specs.get(id) ?? []).filter(({ kind }) => kind === 'pod').map(parts.pod) } : {}),
    dependencies: [],
    version: world.groups.get(id) ?? world.rootVersion,
  });
  return build(groupId);
}

/** The whole root group, as heavy plans carry it. */
export function rootTree(world: World): Json {
  return groupTree(world, '/', {
    app: (spec) => (spec.kind === 'app' ? appJson(spec, world.personality) : {}),
    pod: (spec) => (spec.kind === 'pod' ? podJson(spec) : {}),
    shows: new Set(['groups', 'apps', 'pods']),
  });
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
