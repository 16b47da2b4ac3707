import type { ZoneChange } from '../../dns/zone-change.ts';

/** What is to be told to the zone; of static records Mesos knows nothing. */
export type MesosChange = Omit<ZoneChange, 'records'>;
