import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { PORT_LABELS } from '../../src/labels/catalogue.ts';
import { DEPLOYMENT_LABELS } from '../../src/labels/deployment.ts';
import { readPortLabels } from '../../src/labels/read.ts';
import { isPieceName } from '../../src/pieces/catalogue.ts';
import { anApp, anEntry, build, labels } from '../kit/builders.ts';

const TEXT = readFileSync(new URL('../../docs/labels.md', import.meta.url), 'utf8');
const ROWS = TEXT.split('\n').filter((line) => line.startsWith('| '));

/** Label=value and message of the table of wrong values. */
const WRONG = ROWS.flatMap((row) => {
  const [, label, value, message] = /^\| `(HAPROXY_0_\w+)=([^`]*)` +\| `(.*)` +\|$/.exec(row) ?? [];
  return label === undefined || value === undefined || message === undefined ? [] : [{ label, value, message }];
});

/** With these nothing that the docs show is wrong. */
const OPTIONS = {
  appFiles: ['/etc/ssl/cert.pem'],
  passthrough: { socket: '/run/sluice/workers/tls', socketForWorkers: '/tls', maxConnections: 100 },
};

const NAMES = Object.values(PORT_LABELS).map(({ name }) => name);

describe('docs/labels.md', () => {
  for (const name of NAMES)
    it(`has a row and a part on ${name}`, () => {
      assert.ok(
        ROWS.some((row) => row.startsWith(`| [\`HAPROXY_{n}_${name}\`]`)),
        'a row in the table of all labels',
      );
      assert.ok(TEXT.includes(`\n### HAPROXY_{n}_${name}\n`), 'a part of its own');
    });

  for (const label of DEPLOYMENT_LABELS)
    it(`has a row on ${label}`, () => assert.ok(ROWS.some((row) => row.startsWith(`| \`${label}\` `))));

  it('speaks of no label that is not there', () => {
    const spokenOf = new Set([...TEXT.matchAll(/HAPROXY_(?:\{n\}|\d)_([A-Z_]+)/g)].map(([, name]) => name));
    assert.deepEqual(
      [...spokenOf].filter((name) => name !== undefined && !NAMES.includes(name) && !isPieceName(name)),
      [],
    );
  });

  it('shows for every label that may be wrong what is told', () => {
    const tolerant = ['GROUP', 'ENABLED', 'STICKY', 'REDIRECT_TO_HTTPS', 'TLS_PASSTHROUGH', 'USE_HSTS', 'KEEP_ROUTE'];
    const shown = new Set(WRONG.map(({ label }) => label.slice('HAPROXY_0_'.length)));
    assert.deepEqual([...shown].sort(), NAMES.filter((name) => !tolerant.includes(name)).sort());
  });
  for (const { label, value, message } of WRONG)
    it(`says what is told of ${label}=${value}`, () =>
      assert.deepEqual(
        readPortLabels(anApp({ labels: { [label]: value } }), 0).problems.map((problem) => problem.message),
        [message],
      ));

  it('shows values that are right', () => {
    const shown = [...TEXT.matchAll(/^(HAPROXY_0_\w+)=(.*)$/gm)];
    assert.ok(shown.length > 8);
    for (const [, label = '', value = ''] of shown)
      assert.deepEqual(build([anEntry(labels({ HAPROXY_0_VHOST: 'shop.example.com', [label]: value }))], OPTIONS).problems, []);
  });

  it('shows map entries that come of them', () => {
    const maps = build([anEntry(labels({ HAPROXY_0_VHOST: 'shop.example.com,www.shop.example.com', HAPROXY_0_REDIRECT_TO_HTTPS: 'true' }))])
      .desired.maps;
    assert.deepEqual(
      [...(maps.get('routes') ?? [])],
      [
        ['shop.example.com/', 'shop_10000'],
        ['www.shop.example.com/', 'shop_10000'],
      ],
    );
    assert.deepEqual([...(maps.get('redirects') ?? [])], [['shop_10000', '301']]);
  });
});
