import { NamedNode } from './named-node.ts';
import { type Rdata, TYPE } from './record.ts';

/** What every apex answers besides what is given for its name: the same for all of a zone. */
export interface Authority {
  /** Grows with each change of the zone. */
  readonly changes: number;
  soa(): readonly Rdata[];
  ns(): readonly Rdata[];
}

/** The top of a zone: it has SOA and NS records, which nobody gives. Its version grows with each change, as its SOA record changes then. */
export class ApexNode extends NamedNode {
  /** It stays when nothing is at it or below. */
  readonly isFixed: boolean;
  /** It is below another zone of ours, and counted there. */
  readonly isLinked: boolean;
  /** The number of changes from which on the journal tells what became of its zone: before it the zone was not there, or had other names. */
  steadySince: number;
  readonly #authority: Authority;

  constructor(authority: Authority, isFixed: boolean, isLinked: boolean) {
    super();
    this.#authority = authority;
    this.isFixed = isFixed;
    this.isLinked = isLinked;
    this.steadySince = isFixed ? 0 : authority.changes + 1;
  }

  /** With the change that is being made the zone becomes one that no journal leads to. */
  unsettle(): void {
    this.steadySince = this.#authority.changes + 1;
  }

  override get version(): number {
    return super.version + this.#authority.changes;
  }

  override records(type: number): readonly Rdata[] {
    if (type === TYPE.SOA) return this.#authority.soa();
    if (type === TYPE.NS) return this.#authority.ns();
    return type === TYPE.CNAME ? [] : super.records(type);
  }

  override types(): readonly number[] {
    return [TYPE.SOA, TYPE.NS, ...super.types().filter((type) => type !== TYPE.CNAME && type !== TYPE.NS && type !== TYPE.SOA)];
  }
}
