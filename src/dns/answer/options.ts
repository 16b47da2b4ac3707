import type { Name } from '../name.ts';
import type { Rename } from './renames.ts';

export interface AnswerOptions {
  /** Mesos-DNS's `recurseon`: RA in our answers. */
  readonly recurseOn: boolean;
  /** False: an answer that was cut says nothing of it (Mesos-DNS's `setTruncateBit`). */
  readonly setTruncateBit: boolean;
  /** In bytes; what is sent over UDP is never longer, whatever the client takes. */
  readonly maxUdpSize: number;
  /** ANY gets one HINFO record (RFC 8482), not all there is. */
  readonly minimalAny: boolean;
  /** Of SRV questions for names that do not exist; Mesos-DNS says NOERROR. */
  readonly srvUnknown: 'nxdomain' | 'noerror';
  /** The first that fits counts; a name that one renames another may rename again. */
  readonly renames: readonly Rename[];
  /** At least 0, less than 1. */
  readonly random: () => number;
  readonly freshness: () => { readonly state: 'not-ready' | 'fresh' | 'stale' };
  /** 16 bytes that all who answer for one address share (RFC 9018); absent: no cookies. */
  readonly cookieSecret?: Buffer;
  /** Over UDP only who shows a cookie of ours is answered. */
  readonly requiresCookie?: boolean;
  /** Milliseconds of Unix time, for cookies. */
  readonly now?: () => number;
  /** Who answers, for those who ask (RFC 5001), and as id.server (RFC 4892); absent: nobody is told. */
  readonly nsid?: Buffer;
  /** Names that no other server is asked about, they and all below: what we do not have of them does not exist. */
  readonly neverLeak: readonly Name[];
  /** Zones among those that others are asked about all the same: somebody has said whom. */
  readonly askedZones?: readonly Name[];
}
