import type { Freshness } from '../dns/feed-message.ts';
import { addressText } from './address.ts';
import type { DnsFacts } from './dns-responder.ts';
import type { RecordsFacts } from './records-responder.ts';

/** How a process of its own is. */
export interface ProcessStatus {
  /** null: none runs now; it is begun again. */
  readonly pid: number | null;
  /** How often it was begun again. */
  readonly restarts: number;
  /** Why it ended the last time; null: it never has. */
  readonly lastEnd: string | null;
}

/** Of the DNS responder, as plain data. */
export interface DnsStatus {
  readonly state: Freshness['state'];
  /** How long ago it was confirmed what is answered; null: nothing is known yet. */
  readonly ageSeconds: number | null;
  readonly domain: string;
  readonly process: ProcessStatus;
  /** What the process that answers has told of itself; null: nothing yet, or none runs. */
  readonly answering: DnsFacts | null;
  /** Of the process that makes JSON of the zone; `facts` null: as above. */
  readonly records: { readonly process: ProcessStatus; readonly facts: RecordsFacts | null };
  /** What an operator must know. */
  readonly problems: readonly string[];
}

/** Of the process that answers. */
export const answeringProblems = (process: ProcessStatus, facts: DnsFacts | null): readonly string[] => {
  if (process.pid === null)
    return [`DNS is not answered: its process has ended (${process.lastEnd ?? 'it does not begin'}), and is begun again`];
  return (facts?.listeners ?? []).flatMap((at) =>
    at.problem === undefined ? [] : [`DNS is not answered at ${addressText(at)}: ${at.problem}`],
  );
};

/** Of the process that makes JSON of the zone. */
export const recordsProblems = (process: ProcessStatus, facts: RecordsFacts | null): readonly string[] => {
  if (process.pid === null)
    return [
      `the REST interface of DNS is not answered: its process has ended (${process.lastEnd ?? 'it does not begin'}), and is begun again`,
    ];
  return (facts?.listeners ?? []).flatMap((at) =>
    at.problem === undefined ? [] : [`the REST interface of DNS is not answered at ${addressText(at)}: ${at.problem}`],
  );
};
