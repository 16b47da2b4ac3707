import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ForwardFigures } from '../../src/dns-server/forward/forwarder.ts';
import { FORWARD_METRICS } from '../../src/metrics/forward-metrics.ts';
import type { Facts } from '../../src/metrics/metric.ts';
import { toText } from '../../src/metrics/text.ts';

const upstream = {
  upstream: '10.0.0.2:53',
  isWell: false,
  asked: 9,
  answered: 7,
  failed: { silent: 2, unreachable: 0, garbage: 0, refused: 0, loop: 0 },
};
const FIGURES: ForwardFigures = {
  ...{ forwarded: 1, hits: 2, staleHits: 3, misses: 4, refused: 5, coalesced: 6, unanswered: 7, overloads: 8, loops: 9 },
  ...{ entries: 10, bytes: 11, questions: 12, queries: 13, upstreams: [upstream] },
};

const textWith = (forward: ForwardFigures | null): string => {
  const facts = { status: { dns: { answering: { forward } } } } as Facts;
  const families = FORWARD_METRICS.map(({ of, ...family }) => {
    const value = of(facts) ?? [];
    return { ...family, samples: typeof value === 'number' ? [{ value }] : value };
  });
  return toText(families);
};

it('tells of questions about names of others what was known, who was asked, and who failed', () => {
  const lines = textWith(FIGURES).split('\n');
  for (const line of [
    'dns_forward_cache_lookups_total{result="stale"} 3',
    'dns_forward_cache_bytes 11',
    'dns_forward_turned_away_total{because="loop"} 9',
    'dns_forward_queries 13',
    'dns_upstream_up{upstream="10.0.0.2:53"} 0',
    'dns_upstream_queries_total{upstream="10.0.0.2:53"} 9',
    'dns_upstream_failures_total{upstream="10.0.0.2:53",because="silent"} 2',
  ])
    assert.ok(lines.includes(`sluice_${line}`), `${line} in\n${lines.join('\n')}`);
});

it('tells nothing where nobody is asked', () => assert.equal(textWith(null), ''));
