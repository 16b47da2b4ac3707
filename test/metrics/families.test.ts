import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { familiesOf } from '../../src/metrics/families.ts';
import { groupFacts } from '../../src/metrics/group-facts.ts';
import { processFacts } from '../../src/metrics/process-facts.ts';
import { type Family, toText } from '../../src/metrics/text.ts';
import { anAppDefinition, type Edge, startEdge } from '../kit/edge.ts';
import { parseMetrics } from '../kit/parse-metrics.ts';

describe('the text format of Prometheus', () => {
  const family = (changes: Partial<Family>): Family => ({
    name: 'a_total',
    type: 'counter',
    help: 'what',
    samples: [{ value: 1 }],
    ...changes,
  });

  it('has help, type and values', () => assert.equal(toText([family({})]), '# HELP a_total what\n# TYPE a_total counter\na_total 1\n'));
  it('has labels, and what is in them can end neither the value nor the line', () => {
    const text = toText([family({ help: 'a\nb \\', samples: [{ labels: { x: 'a"b\nc\\', y: '2' }, value: 0.5 }] })]);
    assert.equal(text, '# HELP a_total a\\nb \\\\\n# TYPE a_total counter\na_total{x="a\\"b\\nc\\\\",y="2"} 0.5\n');
    assert.deepEqual(parseMetrics(text).get('a_total'), { type: 'counter', samples: [{ labels: { x: 'a"b\nc\\', y: '2' }, value: 0.5 }] });
  });
  it('has the parts of a histogram under its name', () =>
    assert.equal(
      toText([family({ name: 'a_seconds', type: 'histogram', samples: [{ part: 'bucket', labels: { le: '+Inf' }, value: 2 }] })]),
      '# HELP a_seconds what\n# TYPE a_seconds histogram\na_seconds_bucket{le="+Inf"} 2\n',
    ));
  it('leaves out what has no value', () => assert.equal(toText([family({ samples: [] })]), ''));
});

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('GET /metrics', () => {
  let edge: Edge;
  let all: readonly Family[];
  before(async () => {
    edge = await startEdge({
      apps: [anAppDefinition('/shop/cart'), anAppDefinition('/wrong', { labels: { HAPROXY_0_MODE: 'udp' } })],
    });
    await edge.until(200, 'cart.example');
    const { views } = edge.daemon;
    all = familiesOf({ status: await views.status(), groups: await groupFacts(views), process: processFacts() });
  });
  after(async () => edge.close());

  it('tells what the status tells, in a form that Prometheus reads', async () => {
    const answer = await fetch(`${edge.daemon.apiUrl ?? ''}/metrics`);
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    const metrics = parseMetrics(await answer.text());
    const valueOf = (name: string): number | undefined => metrics.get(`sluice_${name}`)?.samples[0]?.value;
    const { counters } = await edge.daemon.views.status();
    assert.deepEqual(
      ['ready', 'haproxy_running', 'apps', 'problems', 'marathon_streaming', 'picture_age_seconds', 'cycle_failing_seconds'].map(valueOf),
      [1, 1, 2, 1, 1, 0, 0],
    );
    assert.deepEqual(metrics.get('sluice_reloads_total')?.samples, [
      { labels: { result: 'ok' }, value: counters.reloads },
      { labels: { result: 'failed' }, value: 0 },
    ]);
    assert.ok((valueOf('process_resident_memory_bytes') ?? 0) > 1e6);
    assert.ok((valueOf('process_open_fds') ?? 0) > 3);
    assert.deepEqual(
      metrics.get('sluice_cycles_total')?.samples.map(({ labels }) => labels['plan']),
      ['noop', 'runtime', 'reload'],
    );
    for (const name of metrics.keys())
      assert.ok(
        all.some((family) => family.name === name),
        name,
      );
  });

  it('has how long things took, each bucket with what is in those before it', async () => {
    const metrics = parseMetrics(await (await fetch(`${edge.daemon.apiUrl ?? ''}/metrics`)).text());
    for (const name of ['event_to_applied', 'cycle_duration', 'reload_duration']) {
      const metric = metrics.get(`sluice_${name}_seconds`);
      assert.equal(metric?.type, 'histogram', name);
      const buckets = metric.samples.filter(({ labels }) => 'le' in labels);
      const counts = buckets.map(({ value }) => value);
      assert.deepEqual(
        counts,
        [...counts].sort((a, b) => a - b),
        name,
      );
      assert.equal(buckets.at(-1)?.labels['le'], '+Inf');
      const [sum, count] = metric.samples.slice(-2).map(({ value }) => value);
      assert.equal(count, counts.at(-1), name);
      assert.ok((count ?? 0) > 0 && (sum ?? 0) > 0, name);
    }
  });

  it('has what the alerts ask for, and each alert is explained', () => {
    const alerts = textOf('deploy/alerts.yaml');
    const docs = textOf('docs/metrics.md');
    const asked = new Set(alerts.match(/\bsluice_\w+/g));
    assert.ok(asked.size > 5);
    for (const name of asked)
      assert.ok(
        all.some((family) => name === (family.type === 'histogram' ? `${family.name}_bucket` : family.name)),
        name,
      );
    const names = [...alerts.matchAll(/alert: (\w+)/g)].map(([, name]) => name ?? '');
    assert.ok(names.length > 5);
    for (const name of names) assert.ok(docs.includes(`\`${name}\``), name);
  });

  it('has a row in docs/metrics.md for each metric, with its type', () => {
    const rows = textOf('docs/metrics.md')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    for (const { name, type } of all) {
      const row = rows.find(([, first = '']) => first.startsWith(`\`${name}`));
      assert.ok(row !== undefined, `${name} has no row`);
      assert.equal(row[2], type, name);
    }
  });
});
