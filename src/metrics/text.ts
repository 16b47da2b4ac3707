/** One value of a metric. */
export interface Sample {
  /** Of a histogram: 'bucket', 'sum' or 'count'. */
  readonly part?: 'bucket' | 'sum' | 'count';
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric as Prometheus knows it: name with its unit, type, one line of help, and its values. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

const labelsOf = (labels: Sample['labels'] = {}): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

const textOf = ({ name, type, help, samples }: Family): string =>
  [
    `# HELP ${name} ${escapeHelp(help)}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ part, labels, value }) => `${name}${part === undefined ? '' : `_${part}`}${labelsOf(labels)} ${value}`),
    '',
  ].join('\n');

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The text format of Prometheus, 0.0.4. A metric without a value is left out: a made-up 0 would be a lie. */
export const toText = (families: readonly Family[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(textOf)
    .join('');
