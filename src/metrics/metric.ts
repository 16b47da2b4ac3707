import type { HistogramData } from '../kit/histogram.ts';
import type { Status } from '../report/status.ts';
import type { GroupFacts } from './group-facts.ts';
import type { Family, Sample } from './text.ts';

/** What is measured of this very process. */
export interface ProcessFacts {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  /** Seconds since 1970. */
  readonly startedAtSeconds: number;
  /** undefined: this system does not say. */
  readonly openFiles: number | undefined;
}

export interface Facts {
  readonly status: Status;
  /** Those that somebody has decided about. */
  readonly groups: readonly GroupFacts[];
  readonly process: ProcessFacts;
}

/** One metric, and where its values are. */
export interface Metric {
  readonly name: string;
  readonly type: Family['type'];
  readonly help: string;
  /** A number, several values with labels, or undefined where there is nothing to tell. */
  readonly of: (facts: Facts) => number | readonly Sample[] | undefined;
}

export const counter = (name: string, help: string, of: Metric['of']): Metric => ({ name: `sluice_${name}`, type: 'counter', help, of });
export const gauge = (name: string, help: string, of: Metric['of']): Metric => ({ name: `sluice_${name}`, type: 'gauge', help, of });

/** As Prometheus wants it: each bucket counts those before it too. */
const histogramSamples = ({ bounds, counts, sum }: HistogramData): readonly Sample[] => {
  let below = 0;
  const buckets = counts.map((count, index): Sample => {
    below += count;
    return { part: 'bucket', labels: { le: index < bounds.length ? String(bounds[index]) : '+Inf' }, value: below };
  });
  return [...buckets, { part: 'sum', value: sum }, { part: 'count', value: below }];
};

export const histogram = (name: string, help: string, of: (facts: Facts) => HistogramData | undefined): Metric => ({
  name: `sluice_${name}`,
  type: 'histogram',
  help,
  of: (facts) => {
    const data = of(facts);
    return data === undefined ? undefined : histogramSamples(data);
  },
});
