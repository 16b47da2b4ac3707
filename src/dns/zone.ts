import type { Authority } from './apex-node.ts';
import { fixedApexes, soaData } from './apexes.ts';
import { type Contribution, contributions, difference } from './contribution.ts';
import { explainName, type ExplainedRecord } from './explain.ts';
import type { ZoneStep } from './journal.ts';
import { knownName, type Name } from './name.ts';
import type { NamedCluster, NamedTask } from './named-task.ts';
import { apexFor } from './names-tree.ts';
import { type Naming, namingOf } from './naming.ts';
import { pack, type PackedTask, unpack } from './packed-task.ts';
import type { Rdata, ZoneRecord } from './record.ts';
import { RecordStore } from './record-store.ts';
import { clusterRecords } from './records/cluster.ts';
import { ownRecords } from './records/own.ts';
import { staticRecords } from './records/static.ts';
import { taskRecords } from './records/task.ts';
import { type RecordSet, snapshotOf } from './snapshot.ts';
import type { StaticRecord } from './static-record.ts';
import type { ZoneChange } from './zone-change.ts';
import type { ZoneOptions } from './zone-options.ts';
import type { ZoneNode, ZoneView } from './zone-view.ts';

export type { ZoneChange } from './zone-change.ts';
export type { ZoneOptions } from './zone-options.ts';

const NO_CLUSTER: NamedCluster = { frameworks: [], agents: [], masters: [] };

const lowestTtls = (records: readonly StaticRecord[]): ReadonlyMap<Name, number> => {
  const lowest = new Map<Name, number>();
  for (const { name, ttlSeconds } of records)
    if (ttlSeconds !== undefined) lowest.set(name, Math.min(ttlSeconds, lowest.get(name) ?? ttlSeconds));
  return lowest;
};

/** What could not be called by a name. */
export interface Skipped {
  /** Tasks whose name, or whose framework's, has no character that a label may have. */
  readonly tasks: number;
  /** Names of records that would be too long. */
  readonly names: number;
}

/** All names and what is answered for them, changed task by task: what a change costs depends on what changes, not on how much there is. */
export class Zone implements ZoneView {
  readonly options: ZoneOptions;
  readonly naming: Naming;
  readonly #store: RecordStore;
  readonly #tasks = new Map<string, PackedTask>();
  readonly #ns: readonly Rdata[];
  #soa: readonly Rdata[];
  #cluster = NO_CLUSTER;
  #records: readonly StaticRecord[] = [];
  #serial: number;
  #changes = 0;
  #skippedTasks = 0;
  #skippedNames = 0;

  /** @throws Error: a name of the options is none, or the domain is the root */
  constructor(options: ZoneOptions) {
    this.options = options;
    this.naming = namingOf(options);
    this.#serial = options.firstSerial;
    this.#soa = [soaData(options, this.#serial)];
    this.#ns = [knownName(options.soaMname)];
    this.#store = new RecordStore(this.#authority(), fixedApexes(options), options.journalRecords ?? 0);
    this.#exchange(
      [],
      contributions((emit) => ownRecords(this.naming, emit)),
    );
    this.#store.takeChanged();
  }

  get serial(): number {
    return this.#serial;
  }

  get ttlSeconds(): number {
    return this.options.ttlSeconds;
  }

  get negativeTtlSeconds(): number {
    return this.options.negativeTtlSeconds;
  }

  get hasWildcards(): boolean {
    return this.#store.tree.hasWildcards;
  }

  get taskCount(): number {
    return this.#tasks.size;
  }

  /** Served records, without SOA and NS records. */
  get recordCount(): number {
    return this.#store.recordCount;
  }

  /** Names with records, and names above them. */
  get nameCount(): number {
    return this.#store.tree.size;
  }

  get skipped(): Skipped {
    return { tasks: this.#skippedTasks, names: this.#skippedNames };
  }

  get cluster(): NamedCluster {
    return this.#cluster;
  }

  get staticRecords(): readonly StaticRecord[] {
    return this.#records;
  }

  /** In the order in which they came. */
  *tasks(): Generator<NamedTask, void> {
    for (const [key, text] of this.#tasks) yield unpack(key, text);
  }

  keys(): MapIterator<string> {
    return this.#tasks.keys();
  }

  task(key: string): NamedTask | undefined {
    const text = this.#tasks.get(key);
    return text === undefined ? undefined : unpack(key, text);
  }

  node(name: Name): ZoneNode | undefined {
    return this.#store.tree.get(name);
  }

  /** All names, those above others among them. */
  nodes(): Iterable<[Name, ZoneNode]> {
    return this.#store.tree.entries();
  }

  apexes(): MapIterator<Name> {
    return this.#store.tree.apexes();
  }

  apexOf(name: Name): Name | undefined {
    return this.#store.tree.apexOf(name);
  }

  /** One change, seen whole; the serial grows by one if anything that is served has changed. */
  apply(change: ZoneChange): void {
    const puts = new Set(change.put?.map(({ key }) => key));
    for (const task of change.put ?? []) this.#put(task);
    for (const key of change.drop ?? []) if (!puts.has(key)) this.#drop(key);
    if (change.cluster !== undefined) this.#setCluster(change.cluster);
    if (change.records !== undefined) this.#setRecords(change.records);
    if (this.#store.takeChanged()) this.#grow();
    else this.#store.journal.forget();
  }

  /** What a zone serves now, as a copy: later changes do not reach it. */
  snapshot(apex: Name): readonly RecordSet[] {
    return snapshotOf(this, apex);
  }

  /** What changed in a zone since its serial was that one. Undefined: it is not known, or there is no such zone. */
  since(apex: Name, serial: number): readonly ZoneStep[] | undefined {
    const changesSince = (this.#serial - serial) >>> 0;
    if (this.#changes - changesSince < (this.#store.tree.apex(apex)?.steadySince ?? Infinity)) return undefined;
    const isOfIt = ({ name }: ZoneRecord): boolean => this.apexOf(name) === apex;
    return this.#store.journal
      .since(serial, this.#serial)
      ?.map((step) => ({ ...step, removed: step.removed.filter(isOfIt), added: step.added.filter(isOfIt) }));
  }

  /** Whom each record of a name is from, served or not. Looks at all tasks. */
  explain(name: Name): readonly ExplainedRecord[] {
    return explainName(this, name);
  }

  /** Everything that was changed so far, counted: what changes cost. */
  get touched(): number {
    return this.#store.touched;
  }

  #put(task: NamedTask): void {
    const before = this.#tasks.get(task.key);
    const text = pack(task);
    if (text === before) return;
    this.#tasks.set(task.key, text);
    if (before !== undefined) this.#exchange(this.#counted(unpack(task.key, before), -1), this.#counted(task, 1));
    else this.#walk(task, 1, (name, type, data, rank) => this.#store.give(name, type, data, rank, task.fitness));
  }

  #drop(key: string): void {
    const task = this.task(key);
    if (task === undefined) return;
    this.#tasks.delete(key);
    this.#walk(task, -1, (name, type, data, rank) => this.#store.takeBack(name, type, data, rank, task.fitness));
  }

  /** Goes through a task's records. @param sign 1: what cannot be named is counted; -1: it no longer is */
  #walk(task: NamedTask, sign: 1 | -1, each: (name: Name, type: number, data: Rdata, rank: number) => void): void {
    const forms = taskRecords(task, this.naming, (name, type, data, rank = 0) => {
      if (name === undefined) this.#skippedNames += sign;
      else each(name, type, data, rank);
    });
    if (forms === 0) this.#skippedTasks += sign;
  }

  #counted(task: NamedTask, sign: 1 | -1): readonly Contribution[] {
    const list: Contribution[] = [];
    this.#walk(task, sign, (name, type, data, rank) => list.push({ name, type, data, rank, fitness: task.fitness }));
    return list;
  }

  #setCluster(cluster: NamedCluster): void {
    const before = this.#cluster;
    this.#cluster = cluster;
    const of = (one: NamedCluster): readonly Contribution[] => contributions((emit) => clusterRecords(one, this.naming, emit));
    this.#exchange(of(before), of(cluster));
  }

  /** All go before all come: which zones are ours for their sake must not depend on what the file said before. */
  #setRecords(records: readonly StaticRecord[]): void {
    const before = this.#records;
    this.#records = records.toSorted((one, other) => apexFor(one.name).length - apexFor(other.name).length);
    const of = (all: readonly StaticRecord[]): readonly Contribution[] =>
      contributions((emit) => {
        for (const one of all) staticRecords(one, emit);
      });
    const [old, now] = [of(before), of(this.#records)];
    const { given, takenBack } = difference(old, now);
    if (given.length + takenBack.length > 0) {
      this.#exchange(old, []);
      this.#exchange([], now);
    }
    const [oldTtls, ttls] = [lowestTtls(before), lowestTtls(records)];
    for (const { name } of [...before, ...records]) {
      if (oldTtls.get(name) !== ttls.get(name)) this.#store.tree.unsettle(name);
      this.#store.setTtl(name, ttls.get(name));
    }
  }

  /** Gives before it takes back: what only moves is never away. */
  #exchange(before: readonly Contribution[], after: readonly Contribution[]): void {
    const { given, takenBack } = difference(before, after);
    for (const { name, type, data, rank, fitness } of given) this.#store.give(name, type, data, rank, fitness);
    for (const { name, type, data, rank, fitness } of takenBack) this.#store.takeBack(name, type, data, rank, fitness);
  }

  #grow(): void {
    const from = this.#serial;
    this.#serial = (from + 1) >>> 0;
    this.#changes += 1;
    this.#soa = [soaData(this.options, this.#serial)];
    this.#store.journal.close(from, this.#serial, (name) => this.#store.tree.get(name));
  }

  #authority(): Authority {
    const changes = (): number => this.#changes;
    return {
      get changes() {
        return changes();
      },
      soa: () => this.#soa,
      ns: () => this.#ns,
    };
  }
}
