/** Response codes (IANA); those above 15 have their upper bits in the OPT record (RFC 6891, 6.1.3). */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const;

/** Extended errors (RFC 8914). */
export const EDE = {
  STALE_ANSWER: 3,
  NOT_READY: 14,
  PROHIBITED: 18,
  STALE_NXDOMAIN: 19,
  NOT_AUTHORITATIVE: 20,
  NO_REACHABLE_AUTHORITY: 22,
  NETWORK_ERROR: 23,
} as const;

/** Options of the OPT record. */
export const OPTION = { NSID: 3, COOKIE: 10, EDE: 15 } as const;

/** Of DNS messages, in bytes. */
export const HEADER_LENGTH = 12;
/** Of an OPT record without options. */
export const OPT_LENGTH = 11;
export const CLASS_IN = 1;

/** Bits of the header's third byte. */
export const QR = 0x80;
export const AA = 0x04;
export const TC = 0x02;
export const RD = 0x01;
/** Bits of the header's fourth byte. */
export const RA = 0x80;
export const CD = 0x10;
