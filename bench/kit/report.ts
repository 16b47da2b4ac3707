import { table } from '../../src/cli/table.ts';

/** One line of figures. */
export interface Row {
  readonly what: string;
  /** Name of a figure with its unit -> value. */
  readonly figures: Readonly<Record<string, number>>;
}

/** A promise that was measured: `value` must not pass `bar`. */
export interface Bar {
  readonly what: string;
  readonly value: number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Report {
  readonly name: string;
  /** HAProxy that was measured. */
  readonly haproxy: string;
  readonly rows: readonly Row[];
  readonly bars: readonly Bar[];
}

export const holds = ({ value, atMost, atLeast }: Bar): boolean =>
  Number.isFinite(value) && (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);

const shown = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

const barText = (bar: Bar): string => {
  const limit = bar.atMost === undefined ? `at least ${shown(bar.atLeast ?? 0)}` : `at most ${shown(bar.atMost)}`;
  return `${holds(bar) ? 'ok  ' : 'MISS'}  ${bar.what}: ${shown(bar.value)} (${limit})`;
};

export const describeReport = (report: Report): string =>
  [
    `# ${report.name} (${report.haproxy})`,
    ...table(report.rows.map(({ what, figures }) => [what, ...Object.entries(figures).map(([name, value]) => `${name} ${shown(value)}`)])),
    ...report.bars.map(barText),
    '',
  ].join('\n');
