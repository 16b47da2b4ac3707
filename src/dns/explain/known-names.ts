import { toFragment } from '../labels.ts';
import { type Name, nameOf } from '../name.ts';
import type { NamedCluster, NamedTask } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import type { ZoneView } from '../zone-view.ts';

/** What an explanation is made from: a zone with what it was made of. */
export interface KnownZone extends ZoneView {
  readonly naming: Naming;
  readonly cluster: NamedCluster;
  tasks(): Iterable<NamedTask>;
}

export const isThere = (zone: ZoneView, name: Name | undefined): name is Name =>
  name !== undefined && (zone.node(name)?.types().length ?? 0) > 0;

/** Of all tasks, and of those that are registered: each as its labels. */
export const knownFrameworks = (zone: KnownZone): readonly (readonly string[])[] => {
  const names = new Set(zone.cluster.frameworks.map(({ name }) => name));
  for (const { framework } of zone.tasks()) names.add(framework);
  const fragments = new Map([...names].map((name) => toFragment(name, zone.naming.rule)).map((labels) => [nameOf(labels), labels]));
  return [...fragments.values()].filter((labels) => labels.length > 0);
};
