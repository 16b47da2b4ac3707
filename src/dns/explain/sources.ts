import { toDcosLabel, toLabel } from '../labels.ts';
import { isWithin, type Name } from '../name.ts';
import type { NamedTask } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import type { Rdata } from '../record.ts';
import { clusterRecords } from '../records/cluster.ts';
import type { Emit } from '../records/emit.ts';
import { staticRecords } from '../records/static.ts';
import { taskRecords } from '../records/task.ts';
import { calledName } from '../records/task-forms.ts';
import type { StaticRecord } from '../static-record.ts';
import type { Source } from './explanation.ts';
import type { KnownZone } from './known-names.ts';

/** Somebody gives this record of a name. */
export interface Given {
  readonly type: number;
  readonly data: Rdata;
  readonly source: Source;
}

/** A zone with all that its records follow from. */
export interface SourcedZone extends KnownZone {
  readonly staticRecords: readonly StaticRecord[];
}

/** What is cut from a label to make room is behind these. */
const CERTAIN = 20;

/**
 * Whether a task may have records of that name at all: making all records of all tasks would take a second where there are many. What it is called is
 * in its names, as one label or as it is.
 */
const mayGive = (name: Name, { naming }: Pick<SourcedZone, 'naming'>): ((task: NamedTask) => boolean) => {
  if (!isWithin(name, naming.domain) && (naming.dcos === undefined || !isWithin(name, naming.dcos.domain))) return () => true;
  return (task) => {
    const called = calledName(task);
    const raw = called.toLowerCase().split('.')[0] ?? '';
    return [toLabel(called, naming.rule), toDcosLabel(called), raw].some((label) => name.includes(label.slice(0, CERTAIN)));
  };
};

const sourceOf = ({ id, framework, appId, agentId, fitness }: NamedTask): Source => ({
  kind: 'task',
  id,
  framework,
  ...(appId !== undefined && { appId }),
  agentId,
  fitness,
});

/** Who gives which records of a name; walks all tasks. What nobody gives the zone has of itself. */
export const givenFor = (zone: SourcedZone, wanted: Name): readonly Given[] => {
  const given: Given[] = [];
  const from = (source: Source, make: (naming: Naming, emit: Emit) => unknown): void => {
    make(zone.naming, (name, type, data) => {
      if (name === wanted) given.push({ type, data, source });
    });
  };
  const isCandidate = mayGive(wanted, zone);
  for (const task of zone.tasks()) if (isCandidate(task)) from(sourceOf(task), (naming, emit) => taskRecords(task, naming, emit));
  from({ kind: 'cluster' }, (naming, emit) => clusterRecords(zone.cluster, naming, emit));
  for (const record of zone.staticRecords) from({ kind: 'file' }, (_, emit) => staticRecords(record, emit));
  return given;
};
