import { dataText, typeText } from '../../dns/data-text.ts';
import type { ExplainedRecord, Explanation, Missing, Source } from '../../dns/explain/explanation.ts';
import { lower, toText } from '../../dns/name.ts';
import type { DnsExplanation, MeantApp } from '../../report/dns-explanation.ts';
import type { ExtendedError, MessageRecord } from './message.ts';
import type { Question } from './question.ts';
import type { Answered, Server } from './send.ts';

/** An answer, with where each record of it is from, as `--json` prints it. */
export interface DigReport {
  readonly name: string;
  readonly type: string;
  /** '127.0.0.1:53' */
  readonly server: string;
  readonly transport: 'UDP' | 'TCP';
  readonly bytes: number;
  readonly durationMs: number;
  /** 'NOERROR', 'NXDOMAIN', ... */
  readonly rcode: string;
  readonly flags: readonly string[];
  readonly errors: readonly (ExtendedError & { readonly meaning: string })[];
  readonly answers: readonly ReportedRecord[];
  readonly authority: readonly ReportedRecord[];
  readonly additional: readonly ReportedRecord[];
  /** Of that name and type, and not served now. */
  readonly notServed: readonly ExplainedRecord[];
  readonly missing?: Missing;
  /** What Marathon knows of the apps that were meant; absent: nothing is missing, or it knows none. */
  readonly apps?: readonly MeantApp[];
}

export interface ReportedRecord {
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  readonly data: string;
  /** None: it is not of ours, or follows from another name. */
  readonly from: readonly Source[];
}

/** RFC 1035, 4.1.1; RFC 2136; RFC 6891; RFC 7873. */
const RCODES: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  9: 'NOTAUTH',
  16: 'BADVERS',
  23: 'BADCOOKIE',
};

/** RFC 8914, those that Sluice says itself, and such as come from other servers. */
const MEANINGS: Readonly<Record<number, string>> = {
  0: 'other error',
  3: 'stale answer: what it follows from was not confirmed for a while',
  6: 'DNSSEC bogus',
  14: 'not ready: nothing is known yet',
  15: 'blocked',
  18: 'prohibited: this client may not ask',
  19: 'stale: that there is no such name was not confirmed for a while',
  20: 'not authoritative: it answers for its own names alone',
  22: 'no server that knows could be reached',
  23: 'network error on the way to another server',
};

const keyOf = (name: string, type: string, data: string): string => lower(`${name} ${type} ${data}`);

const sourcesOf = ({ records }: Explanation): ReadonlyMap<string, readonly Source[]> =>
  new Map(records.map(({ name, type, data, from }) => [keyOf(name, type, data), from]));

/** The answer and what is known of it, put together. */
export const reportOf = (
  { name, type }: Question,
  server: Server,
  answered: Answered,
  { explanation, apps }: DnsExplanation,
): DigReport => {
  const { message, transport, bytes, durationMs } = answered;
  const sources = sourcesOf(explanation);
  const reported = (records: readonly MessageRecord[]): readonly ReportedRecord[] =>
    records.map((record) => {
      const shown = { name: toText(record.name), type: typeText(record.type), data: dataText(record.type, record.data) };
      return { ...shown, ttlSeconds: record.ttlSeconds, from: sources.get(keyOf(shown.name, shown.type, shown.data)) ?? [] };
    });
  const hasAnswer = message.answers.some((record) => record.type === type);
  return {
    name: toText(name),
    type: typeText(type),
    server: `${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`,
    transport,
    bytes,
    durationMs,
    rcode: RCODES[message.rcode] ?? `RCODE${message.rcode}`,
    flags: message.flags,
    errors: message.errors.map((error) => ({ ...error, meaning: MEANINGS[error.code] ?? `code ${error.code} of RFC 8914` })),
    answers: reported(message.answers),
    authority: reported(message.authority),
    additional: reported(message.additional),
    notServed: explanation.records.filter((record) => !record.served && record.type === typeText(type)),
    ...(explanation.missing !== undefined && !hasAnswer && { missing: explanation.missing, apps }),
  };
};
