import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { ROUTES } from '../../src/endpoints/routes.ts';

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('each endpoint that Sluice answers is one that HAProxy asks it for, and has a row in docs/endpoints.md', () => {
  const asked = [...text('templates/stats.hbs').matchAll(/use_backend sluice_\w+ if \{ path ([^}]+) \}/g)].flatMap(([, paths = '']) =>
    paths.split(' '),
  );
  assert.deepEqual(asked.sort(), [...ROUTES.keys()].sort());
  const rows = text('docs/endpoints.md')
    .split('\n')
    .map((line) => /^\| `(?:GET )?(\/\S+)` +\| (\w+)/.exec(line))
    .filter((row) => row !== null);
  const bySluice = rows.filter(([, , who]) => who !== 'HAProxy').map(([, path = '']) => path);
  // Under its own name only HAProxy knows it.
  const paths = [...ROUTES.keys()].map((path) => (path === '/_haproxy_stats_csv' ? '/haproxy?stats;csv' : path));
  assert.deepEqual(bySluice.sort(), paths.sort());
});
