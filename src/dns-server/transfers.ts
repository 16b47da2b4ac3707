import type { ZoneStep } from '../dns/journal.ts';
import type { Name } from '../dns/name.ts';
import { AA, RCODE } from '../dns/packet/codes.ts';
import { errorReply } from '../dns/packet/reply.ts';
import { TYPE, type ZoneRecord } from '../dns/record.ts';
import type { RecordSet } from '../dns/snapshot.ts';
import type { ZoneNode } from '../dns/zone-view.ts';
import { type ShownRecord, TransferMessages } from './transfer-messages.ts';

/** What is transferred: a zone as it stands. */
export interface TransferZone {
  readonly serial: number;
  readonly ttlSeconds: number;
  node(name: Name): ZoneNode | undefined;
  /** All that it serves now, in lists that are never changed. */
  snapshot(apex: Name): readonly RecordSet[];
  /** What became different since that serial, oldest first; none: nothing. Undefined: it is not known any more. */
  since(apex: Name, serial: number): readonly ZoneStep[] | undefined;
}

/** Where a zone's serial stands in the data of its SOA record: it ends with five numbers of four bytes. */
const SERIAL_FROM_END = 20;

const uint32 = (value: number): string => String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

const withSerial = (soa: ZoneRecord, serial: number): ZoneRecord => ({
  ...soa,
  data: soa.data.slice(0, -SERIAL_FROM_END) + uint32(serial) + soa.data.slice(4 - SERIAL_FROM_END),
});

/** Whole zones (RFC 5936), or what changed in them (RFC 1995), in messages for TCP. */
export class Transfers {
  readonly #zone: TransferZone;

  constructor(zone: TransferZone) {
    this.#zone = zone;
  }

  /**
   * @param query whose question is about an apex
   * @param serial that the asker has; undefined: it wants everything
   */
  messages(query: Buffer, apex: Name, serial: number | undefined): Iterable<Uint8Array> {
    const data = this.#zone.node(apex)?.records(TYPE.SOA)[0];
    if (data === undefined) return [errorReply(query, RCODE.SERVFAIL)];
    const soa = { name: apex, type: TYPE.SOA, data };
    const steps = serial === undefined ? undefined : this.#zone.since(apex, serial);
    const records = steps === undefined ? this.#all(apex, soa) : this.#changes(soa, steps);
    const head = errorReply(query, RCODE.NOERROR);
    head[2] = (head[2] ?? 0) | AA;
    return new TransferMessages(head, apex, records).all();
  }

  /** Taken at once, so that it is one state of the zone. */
  #all(apex: Name, soa: ZoneRecord): Iterable<ShownRecord> {
    const sets = this.#zone.snapshot(apex).filter(({ type }) => type !== TYPE.SOA);
    const shownSoa = { ...soa, ttlSeconds: this.#zone.ttlSeconds };
    return (function* (): Iterable<ShownRecord> {
      yield shownSoa;
      for (const { data, ...set } of sets) for (const one of data) yield { ...set, data: one };
      yield shownSoa;
    })();
  }

  /** Before and after each step its SOA record; where nothing has changed that record alone. */
  #changes(soa: ZoneRecord, steps: readonly ZoneStep[]): Iterable<ShownRecord> {
    const records =
      steps.length === 0
        ? [soa]
        : [
            soa,
            ...steps.flatMap(({ from, to, removed, added }) => [withSerial(soa, from), ...removed, withSerial(soa, to), ...added]),
            soa,
          ];
    return records.map((record) => ({ ...record, ttlSeconds: this.#zone.node(record.name)?.ttlSeconds ?? this.#zone.ttlSeconds }));
  }
}
