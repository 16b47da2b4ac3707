import type { Authority } from './apex-node.ts';
import { Journal } from './journal.ts';
import type { Name } from './name.ts';
import type { NamedNode } from './named-node.ts';
import type { Fitness } from './named-task.ts';
import { NamesTree } from './names-tree.ts';
import type { Rdata } from './record.ts';

/** Records, each counted by who gives it. What one costs to give or to take back does not depend on how many others there are. */
export class RecordStore {
  readonly tree: NamesTree;
  readonly journal: Journal;
  #isChanged = false;
  #recordCount = 0;
  #touched = 0;

  /** @param journalRecords how many the journal keeps */
  constructor(authority: Authority, apexes: readonly Name[], journalRecords: number) {
    this.tree = new NamesTree(authority, apexes);
    this.journal = new Journal(journalRecords);
  }

  /** How many are served, without SOA and NS records. */
  get recordCount(): number {
    return this.#recordCount;
  }

  /** How often a set was changed since the start: what a change costs. */
  get touched(): number {
    return this.#touched;
  }

  /** @param name, data in one piece: see `flat` */
  give(name: Name, type: number, data: Rdata, rank: number, fitness: Fitness): void {
    const node = this.tree.ensure(name);
    this.journal.note(name, type, node);
    const before = node.size(type);
    const set = node.ensure(type, rank);
    const isChanged = set.give(data, fitness) && node.served(type) === set;
    this.#settle(node, isChanged, node.size(type) - before);
  }

  /** @throws Error: that was never given */
  takeBack(name: Name, type: number, data: Rdata, rank: number, fitness: Fitness): void {
    const node = this.tree.get(name);
    const set = node?.find(type, rank);
    if (node === undefined || set === undefined) throw new Error('a record was taken back that was never given');
    this.journal.note(name, type, node);
    const before = node.size(type);
    const wasServed = node.served(type) === set;
    const isChanged = set.takeBack(data, fitness) && wasServed;
    if (set.isEmpty) node.forget(set);
    this.#settle(node, isChanged, node.size(type) - before);
    if (node.isEmpty) this.tree.prune(name);
  }

  /** Of a name that is in the zone. */
  setTtl(name: Name, ttlSeconds: number | undefined): void {
    const node = this.tree.get(name);
    if (node === undefined || node.ttlSeconds === ttlSeconds) return;
    if (ttlSeconds === undefined) delete node.ttlSeconds;
    else node.ttlSeconds = ttlSeconds;
    this.#settle(node, true, 0);
  }

  /** Whether anything that is served has changed since the last time this was asked. */
  takeChanged(): boolean {
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  #settle(node: NamedNode, isChanged: boolean, more: number): void {
    this.#touched += 1;
    this.#recordCount += more;
    if (!isChanged) return;
    node.touch();
    this.#isChanged = true;
  }
}
