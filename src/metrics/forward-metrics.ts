import type { ForwardFigures } from '../dns-server/forward/forwarder.ts';
import { counter, type Facts, gauge, type Metric } from './metric.ts';
import type { Sample } from './text.ts';

/** Undefined: nobody is asked about names of others, or nothing is known of it. */
const figures = ({ status }: Facts): ForwardFigures | undefined => status.dns?.answering?.forward ?? undefined;

const labelled = (label: string, values: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));

type Upstream = ForwardFigures['upstreams'][number];

const ofEach =
  (value: (upstream: Upstream) => number) =>
  (all: Facts): readonly Sample[] | undefined =>
    figures(all)?.upstreams.map((one) => ({ labels: { upstream: one.upstream }, value: value(one) }));

const failures = (all: Facts): readonly Sample[] | undefined =>
  figures(all)?.upstreams.flatMap(({ upstream, failed }) =>
    Object.entries(failed).map(([because, value]) => ({ labels: { upstream, because }, value })),
  );

/** Of questions about names of others. Counts begin anew with the process that answers. */
export const FORWARD_METRICS: readonly Metric[] = [
  counter('dns_forward_cache_lookups_total', 'Questions about names of others, by what was known: hit, stale, miss.', (all) => {
    const of = figures(all);
    return of === undefined ? undefined : labelled('result', { hit: of.hits, stale: of.staleHits, miss: of.misses });
  }),
  gauge('dns_forward_cache_entries', 'Answers of others that are kept.', (all) => figures(all)?.entries),
  gauge('dns_forward_cache_bytes', 'Memory that they take.', (all) => figures(all)?.bytes),
  counter(
    'dns_forward_questions_total',
    'Questions that upstreams were asked, each once for all who waited for it.',
    (all) => figures(all)?.forwarded,
  ),
  counter('dns_forward_coalesced_total', 'Questions whose answer was waited for already.', (all) => figures(all)?.coalesced),
  counter('dns_forward_unanswered_total', 'Questions that no upstream has answered.', (all) => figures(all)?.unanswered),
  counter(
    'dns_forward_turned_away_total',
    'Questions that nobody was asked: refused, too many under way, our own that came back.',
    (all) => {
      const of = figures(all);
      return of === undefined ? undefined : labelled('because', { refused: of.refused, overload: of.overloads, loop: of.loops });
    },
  ),
  gauge('dns_forward_questions', 'Questions that upstreams are asked now.', (all) => figures(all)?.questions),
  gauge('dns_forward_queries', 'Clients who wait for them.', (all) => figures(all)?.queries),
  gauge(
    'dns_upstream_up',
    '1 while an upstream is asked in its turn, 0 while it is asked after the others.',
    ofEach(({ isWell }) => Number(isWell)),
  ),
  counter(
    'dns_upstream_queries_total',
    'What an upstream was asked.',
    ofEach(({ asked }) => asked),
  ),
  counter('dns_upstream_failures_total', 'Why an upstream gave no answer.', failures),
];
