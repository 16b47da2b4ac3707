import { typeText } from '../dns/data-text.ts';
import type { CountsData } from '../dns-server/counts.ts';
import type { DnsFacts } from '../dns-server/dns-responder.ts';
import { counter, type Facts, gauge, histogram, type Metric } from './metric.ts';
import type { Sample } from './text.ts';

/** Of the process that answers; undefined where there is none. */
const facts = ({ status }: Facts): DnsFacts | undefined => status.dns?.answering ?? undefined;

const counts = (all: Facts): CountsData | undefined => facts(all)?.counts;

/** IANA's; others by number. */
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE'];
const rcodeText = (rcode: number): string => RCODES[rcode] ?? (rcode === 16 ? 'BADVERS' : rcode === 23 ? 'BADCOOKIE' : String(rcode));

const queries = (all: Facts): readonly Sample[] | undefined =>
  counts(all)?.queries.map(({ transport, type, rcode, count }) => ({
    labels: { transport, type: type > 259 || type === 0 ? 'other' : typeText(type), rcode: rcodeText(rcode) },
    value: count,
  }));

/** Of the DNS responder; where there is none they have no values. Counts begin anew with its process. */
export const DNS_METRICS: readonly Metric[] = [
  gauge('dns_up', '1 while DNS is answered at every address that was asked for.', ({ status: { dns } }) =>
    dns === null ? undefined : Number(dns.answering !== null && dns.problems.length === 0),
  ),
  gauge('dns_age_seconds', 'How long ago it was confirmed what DNS answers.', ({ status: { dns } }) => dns?.ageSeconds ?? undefined),
  gauge('dns_stale', '1 while what DNS answers cannot be confirmed.', ({ status: { dns } }) =>
    dns === null ? undefined : Number(dns.state === 'stale'),
  ),
  gauge('dns_serial', 'Serial of the zone.', (all) => facts(all)?.serial),
  gauge('dns_names', 'Names in the zone.', (all) => facts(all)?.names),
  gauge('dns_records', 'Records in the zone.', (all) => facts(all)?.records),
  gauge('dns_tasks', 'Tasks that have names.', (all) => facts(all)?.tasks),
  gauge('dns_skipped_tasks', 'Tasks that nothing could be called by.', (all) => facts(all)?.skipped.tasks),
  counter('dns_queries_total', 'Questions that were answered, by transport, type and rcode.', queries),
  histogram(
    'dns_answer_seconds',
    'From the arrival of a question about a name of ours until its answer was sent.',
    (all) => counts(all)?.seconds,
  ),
  counter('dns_truncated_total', 'Answers by UDP that were cut.', (all) => counts(all)?.truncated),
  counter('dns_unanswered_total', 'What got no answer, or REFUSED because of who asked.', (all) => {
    const of = counts(all);
    if (of === undefined) return undefined;
    const { dropped, limited, refused, unsent } = of;
    return Object.entries({ dropped, limited, refused, unsent }).map(([because, value]) => ({ labels: { because }, value }));
  }),
  counter('dns_forwarded_total', 'Questions about names of others that were asked of others.', (all) => counts(all)?.forwarded),
  counter('dns_transfers_total', 'Zones, or changes of them, that were transferred.', (all) => counts(all)?.transfers),
  counter('dns_tcp_connections_total', 'TCP connections that were taken.', (all) => counts(all)?.connections),
  gauge('dns_open_tcp_connections', 'TCP connections that are open.', (all) => facts(all)?.tcpConnections),
  gauge('dns_mesos_connected', '1 while Mesos is heard, where it is asked for names.', ({ status: { dns } }) =>
    (dns?.mesos ?? null) === null ? undefined : Number(dns?.mesos?.source !== 'none'),
  ),
  gauge('dns_mesos_tasks', 'Tasks of other frameworks that have names.', ({ status: { dns } }) => dns?.mesos?.servedTasks),
  gauge('dns_mesos_skipped_objects', 'Objects of Mesos that could not be understood.', ({ status: { dns } }) => dns?.mesos?.skippedObjects),
  counter('dns_restarts_total', 'How often the process that answers was begun again.', ({ status: { dns } }) => dns?.process.restarts),
  gauge('dns_process_resident_memory_bytes', 'Memory of the process that answers.', (all) => facts(all)?.residentBytes),
  counter('dns_process_cpu_seconds_total', 'CPU that the process that answers has used.', (all) => facts(all)?.cpuSeconds),
];
