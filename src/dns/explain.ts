import type { Name } from './name.ts';
import type { Fitness, NamedCluster, NamedTask } from './named-task.ts';
import type { Naming } from './naming.ts';
import type { Rdata } from './record.ts';
import { clusterRecords } from './records/cluster.ts';
import type { Emit } from './records/emit.ts';
import { ownRecords } from './records/own.ts';
import { staticRecords } from './records/static.ts';
import { taskRecords } from './records/task.ts';
import type { StaticRecord } from './static-record.ts';
import type { ZoneNode } from './zone-view.ts';

/** Who gives a record. */
export type RecordSource =
  | { readonly kind: 'task'; readonly key: string; readonly id: string; readonly appId?: string; readonly fitness: Fitness }
  /** A master, an agent, a framework. */
  | { readonly kind: 'cluster' }
  /** The file of extra records. */
  | { readonly kind: 'file' }
  /** The responder itself. */
  | { readonly kind: 'own' };

export interface ExplainedRecord {
  readonly type: number;
  readonly data: Rdata;
  /** Not: those who give it are unfit and others are not, or a better name for an address is known. */
  readonly isServed: boolean;
  readonly sources: readonly RecordSource[];
}

/** What an explanation looks at. */
interface Explained {
  readonly naming: Naming;
  readonly cluster: NamedCluster;
  readonly staticRecords: readonly StaticRecord[];
  tasks(): Iterable<NamedTask>;
  node(name: Name): ZoneNode | undefined;
}

const taskSource = ({ key, id, appId, fitness }: NamedTask): RecordSource => ({
  kind: 'task',
  key,
  id,
  ...(appId !== undefined && { appId }),
  fitness,
});

/** Whom each record of a name is from. */
export const explainName = (zone: Explained, name: Name): readonly ExplainedRecord[] => {
  const { naming, cluster } = zone;
  const found = new Map<string, { type: number; data: Rdata; sources: Set<RecordSource> }>();
  const collect =
    (source: RecordSource): Emit =>
    (owner, type, data) => {
      if (owner !== name) return;
      const key = `${type} ${data}`;
      const one = found.get(key) ?? { type, data, sources: new Set() };
      one.sources.add(source);
      found.set(key, one);
    };
  ownRecords(naming, collect({ kind: 'own' }));
  clusterRecords(cluster, naming, collect({ kind: 'cluster' }));
  const file = collect({ kind: 'file' });
  for (const record of zone.staticRecords) staticRecords(record, file);
  for (const task of zone.tasks()) taskRecords(task, naming, collect(taskSource(task)));
  const node = zone.node(name);
  return [...found.values()].map(({ type, data, sources }) => ({
    type,
    data,
    isServed: node?.records(type).includes(data) === true,
    sources: [...sources],
  }));
};
