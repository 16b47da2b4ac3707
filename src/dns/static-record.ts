import type { ZoneRecord } from './record.ts';

/** A record that somebody wrote, not one that follows from what runs. */
export interface StaticRecord extends ZoneRecord {
  /** Absent: the zone's. Of a name with several the lowest is for all of them. */
  readonly ttlSeconds?: number;
}
