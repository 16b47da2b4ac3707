import { ApexNode, type Authority } from './apex-node.ts';
import { flat } from './flat.ts';
import { labelsOf, type Name, nameOf, parentOf } from './name.ts';
import { NamedNode } from './named-node.ts';

const isWildcard = (name: Name): boolean => name.startsWith('\x01*');

/** Where a record that is in none of our zones has its own: its name, without what belongs to a service or a wildcard in front. */
export const apexFor = (name: Name): Name => {
  const labels = labelsOf(name);
  const first = labels.findIndex((label) => label !== '*' && !label.startsWith('_'));
  return (first < 0 ? undefined : nameOf(labels.slice(first))) ?? name;
};

/** So many nodes that have left are no burden. */
const LEAST_SWEPT = 1000;

/**
 * All names with their nodes. Between a name and its apex every name has a node (RFC 8020: a name with something below exists); those that have nothing
 * of their own count what stands right below them, so that they come and go with it.
 */
export class NamesTree {
  readonly #nodes = new Map<Name, NamedNode>();
  readonly #apexes = new Map<Name, ApexNode>();
  readonly #authority: Authority;
  #wildcards = 0;
  /** How many of the nodes have left the zone. */
  #gone = 0;

  /** @param apexes those that stay, whatever is in them */
  constructor(authority: Authority, apexes: readonly Name[]) {
    this.#authority = authority;
    for (const apex of apexes.toSorted((a, b) => a.length - b.length)) this.#addApex(apex, true);
  }

  get size(): number {
    return this.#nodes.size - this.#gone;
  }

  get hasWildcards(): boolean {
    return this.#wildcards > 0;
  }

  get(name: Name): NamedNode | undefined {
    const node = this.#nodes.get(name);
    return node?.isGone === true ? undefined : node;
  }

  *entries(): Generator<[Name, NamedNode]> {
    for (const entry of this.#nodes) if (!entry[1].isGone) yield entry;
  }

  apexes(): MapIterator<Name> {
    return this.#apexes.keys();
  }

  apexOf(name: Name): Name | undefined {
    for (let at: Name | undefined = name; at !== undefined; at = parentOf(at)) if (this.#apexes.has(at)) return at;
    return undefined;
  }

  apex(name: Name): ApexNode | undefined {
    return this.#apexes.get(name);
  }

  /** Something of the name changes that no journal has: its zone, or how long its records are kept. */
  unsettle(name: Name): void {
    for (let at: Name | undefined = name; at !== undefined; at = parentOf(at)) this.#apexes.get(at)?.unsettle();
  }

  /** The name's node, made if there is none. @param name in one piece: see `flat` */
  ensure(name: Name): NamedNode {
    const known = this.get(name);
    if (known !== undefined) return known;
    const above = this.#above(name);
    if (above !== undefined) return this.#add(name, new NamedNode(), above);
    const apex = flat(apexFor(name));
    const node = this.#addApex(apex, false);
    return apex === name ? node : this.ensure(name);
  }

  /** To be called when the node has lost its last set: it goes if nothing is below it either, and what is above and was there for its sake. */
  prune(name: Name): void {
    const node = this.get(name);
    if (node?.isEmpty !== true || (node instanceof ApexNode && node.isFixed)) return;
    if (this.#apexes.delete(name)) this.unsettle(name);
    if (isWildcard(name)) this.#wildcards -= 1;
    this.#leave(node);
    const parent = parentOf(name);
    if (parent === undefined || (node instanceof ApexNode && !node.isLinked)) return;
    const above = this.get(parent);
    if (above !== undefined) above.children -= 1;
    this.prune(parent);
  }

  /**
   * The node stays in the map until many have left: V8 only marks what is deleted from a map, and a look-up of a key that came and went a thousand
   * times passes a thousand marks.
   */
  #leave(node: NamedNode): void {
    node.isGone = true;
    node.prepared = undefined;
    node.touch();
    this.#gone += 1;
    if (this.#gone < LEAST_SWEPT || this.#gone < this.#nodes.size / 4) return;
    for (const [name, { isGone }] of this.#nodes) if (isGone) this.#nodes.delete(name);
    this.#gone = 0;
  }

  #addApex(name: Name, isFixed: boolean): NamedNode {
    const above = this.#above(name);
    const apex = new ApexNode(this.#authority, isFixed, above !== undefined);
    if (!isFixed) this.unsettle(name);
    this.#apexes.set(name, apex);
    return this.#add(name, apex, above);
  }

  /** What stands right above the name, made if it is in a zone of ours. */
  #above(name: Name): NamedNode | undefined {
    const parent = parentOf(name);
    if (parent === undefined) return undefined;
    return this.get(parent) ?? (this.apexOf(parent) === undefined ? undefined : this.ensure(flat(parent)));
  }

  #add(name: Name, node: NamedNode, above: NamedNode | undefined): NamedNode {
    if (this.#nodes.has(name)) this.#gone -= 1;
    this.#nodes.set(name, node);
    if (isWildcard(name)) this.#wildcards += 1;
    if (above !== undefined) above.children += 1;
    return node;
  }
}
