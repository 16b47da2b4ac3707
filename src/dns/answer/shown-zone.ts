import { isWithin } from '../name.ts';
import type { Name } from '../name.ts';
import { TYPE } from '../record.ts';
import type { Rdata } from '../record.ts';
import type { ZoneNode, ZoneView } from '../zone-view.ts';
import { emptyStart } from './negative.ts';
import type { Start } from './negative.ts';
import type { AnswerOptions } from './options.ts';
import { wildcardOf, withoutStars } from './other-names.ts';
import type { ShownRecord } from './packer.ts';
import { closed, dataBack, placeOf, renamedBack } from './renames.ts';
import type { KnownRename, Place } from './renames.ts';

/** The zone under the names by which clients ask. */
export class ShownZone {
  readonly zone: ZoneView;
  readonly renames: readonly KnownRename[];
  readonly #neverLeak: readonly Name[];
  readonly #askedZones: readonly Name[];

  constructor(zone: ZoneView, { renames, neverLeak, askedZones = [] }: Pick<AnswerOptions, 'renames' | 'neverLeak' | 'askedZones'>) {
    this.zone = zone;
    this.renames = closed(renames);
    this.#neverLeak = neverLeak;
    this.#askedZones = askedZones;
  }

  place(asked: Name): Place {
    return placeOf(this.renames, asked);
  }

  /** What answers for a name of the zone: its own node, that of the name without Mesos-DNS's `.*`, or a wildcard's (RFC 4592). */
  find(name: Name): ZoneNode | undefined {
    const own = this.zone.node(name);
    const apex = own === undefined ? this.zone.apexOf(name) : undefined;
    if (apex === undefined) return own;
    const plain = withoutStars(name, apex);
    return (plain === name ? undefined : this.zone.node(plain)) ?? wildcardOf(this.zone, plain);
  }

  ttlSeconds(node: ZoneNode): number {
    return node.ttlSeconds ?? this.zone.ttlSeconds;
  }

  data(node: ZoneNode, type: number, rename: KnownRename | undefined): readonly Rdata[] {
    const records = node.records(type);
    return rename === undefined ? records : records.map((data) => dataBack(type, data, rename));
  }

  records(node: ZoneNode, type: number, owner: Name, rename: KnownRename | undefined): readonly ShownRecord[] {
    const ttlSeconds = this.ttlSeconds(node);
    return this.data(node, type, rename).map((data) => ({ name: owner, type, ttlSeconds, data }));
  }

  isOurs(name: Name): boolean {
    return this.zone.apexOf(name) !== undefined || this.kept(name) !== undefined;
  }

  /** The name at or above it that nobody else is asked about. */
  kept(name: Name): Name | undefined {
    const kept = this.#neverLeak.find((one) => isWithin(name, one));
    if (kept === undefined) return undefined;
    return this.#askedZones.some((zone) => isWithin(zone, kept) && isWithin(name, zone)) ? undefined : kept;
  }

  /** The SOA record of the zone that the name is in; undefined: it is not ours. */
  start({ name, rename }: Place): Start | undefined {
    const { negativeTtlSeconds } = this.zone;
    const apex = this.zone.apexOf(name);
    const data = apex === undefined ? undefined : this.zone.node(apex)?.records(TYPE.SOA)[0];
    if (apex !== undefined && data !== undefined) {
      return { owner: renamedBack(apex, rename), ttlSeconds: negativeTtlSeconds, data: dataBack(TYPE.SOA, data, rename) };
    }
    const kept = this.kept(name);
    return kept === undefined ? undefined : emptyStart(kept, negativeTtlSeconds);
  }
}
