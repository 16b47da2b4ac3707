interface Parsed {
  readonly type: string;
  readonly samples: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

const unescape = (text: string): string => text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));

const labelsIn = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`no label: ${text}`);
    labels[match[1] ?? ''] = unescape(match[2] ?? '');
  }
  return labels;
};

/** The text format of Prometheus, strictly: each metric has HELP, then TYPE, then samples. Throws on anything else. */
export const parseMetrics = (text: string): ReadonlyMap<string, Parsed> => {
  const metrics = new Map<string, Parsed>();
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  let helped = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') helped = name;
    else if (kind === 'TYPE') {
      if (helped !== name || metrics.has(name) || !['counter', 'gauge', 'histogram'].includes(rest))
        throw new Error(`out of order: ${line}`);
      metrics.set(name, { type: rest, samples: [] });
    } else {
      const [, sample = '', labels = '', value] = SAMPLE.exec(line) ?? [];
      const metric = metrics.get(sample) ?? metrics.get(sample.replace(/_(bucket|sum|count)$/, ''));
      const number = Number(value);
      if (metric === undefined || value === undefined || Number.isNaN(number)) throw new Error(`no sample: ${line}`);
      metric.samples.push({ labels: labelsIn(labels), value: number });
    }
  }
  return metrics;
};
