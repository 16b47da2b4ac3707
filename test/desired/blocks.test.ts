import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildApp } from '../../src/desired/build-app.ts';
import { noChange } from '../../src/desired/change.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { anEntry, aPort, assemblyOf, labels, someOptions } from '../kit/builders.ts';

const RULES = '  use_backend {backend} if {{ hdr(host) -i {hostname} }}';

interface Wants {
  readonly vhost: string;
  readonly weight?: number;
  readonly version?: string;
  readonly servicePort?: number;
}

const labelsOf = ({ vhost, weight }: Wants): Readonly<Record<string, string>> => ({
  HAPROXY_0_VHOST: vhost,
  ...(weight === undefined ? {} : { HAPROXY_0_BACKEND_WEIGHT: String(weight) }),
});

const anAppOf = (id: string, wants: Wants, more: Readonly<Record<string, string>> = {}): AppEntry => {
  const { servicePort = 10000, version = '2026-01-01T00:00:00.000Z' } = wants;
  return anEntry({ id, version, ports: [aPort({ servicePort })], ...labels({ ...labelsOf(wants), ...more }) });
};
/** It is reached by an entry of a map. */
const mapped = (id: string, wants: Wants): AppEntry => anAppOf(id, wants);
/** It is reached by rules in its own words, on port 80. */
const ruled = (id: string, wants: Wants): AppEntry => anAppOf(id, wants, { HAPROXY_0_HTTP_FRONTEND_ACL: RULES });

const inMap = (name: string, ...entries: readonly AppEntry[]): Readonly<Record<string, string>> => {
  const map = assemblyOf(entries, { bindServicePorts: false }).desired.maps.get(name);
  return Object.fromEntries([...(map ?? [])].filter(([key]) => !key.startsWith('https/')));
};

describe('rules of apps that are asked before the maps are followed', () => {
  const rows: readonly (readonly [what: string, entries: readonly AppEntry[], ranks: Readonly<Record<string, string>>])[] = [
    ['none where no app has any', [mapped('/a', { vhost: 'a.example' })], {}],
    [
      'none where no host is shared, however heavy they are',
      [mapped('/a', { vhost: 'a.example' }), ruled('/b', { vhost: 'b.example', weight: 9 })],
      {},
    ],
    [
      'those of an app that shares the host',
      [ruled('/a', { vhost: 'x.example' }), mapped('/b', { vhost: 'x.example' })],
      { 'http/b_10000': '1' },
    ],
    [
      'none where the map comes first, but they are asked about their host',
      [ruled('/a', { vhost: 'x.example' }), mapped('/b', { vhost: 'x.example', weight: 1 })],
      { 'http/b_10000': '0' },
    ],
    [
      'up to the last that shares a host',
      [
        ruled('/a', { vhost: 'a.example', weight: 3 }),
        ruled('/b', { vhost: 'x.example', weight: 2 }),
        ruled('/c', { vhost: 'c.example', weight: 1 }),
        mapped('/d', { vhost: 'd.example,x.example' }),
      ],
      { 'http/d_10000': '2' },
    ],
    [
      'those of a host below a wildcard',
      [ruled('/a', { vhost: 'x.y.example', weight: 1 }), mapped('/b', { vhost: '*.example' }), mapped('/c', { vhost: '*.other.example' })],
      { 'http/b_10000': '1' },
    ],
    [
      'of every host, where the wildcard is for all',
      [ruled('/a', { vhost: 'x.example', weight: 1 }), mapped('/b', { vhost: '*' })],
      { 'http/b_10000': '1' },
    ],
    [
      'of one weight those that were wanted first',
      [ruled('/a', { vhost: 'x.example', version: '2026-02-01T00:00:00.000Z' }), mapped('/b', { vhost: 'x.example' })],
      { 'http/b_10000': '0' },
    ],
  ];
  for (const [what, entries, ranks] of rows)
    it(what, () => {
      assert.deepEqual(inMap('ranks', ...entries), ranks);
      assert.deepEqual(inMap('ranks', ...entries.toReversed()), ranks, 'in the other order');
    });

  const partOf = (entry: AppEntry) => buildApp(entry, new Map(), someOptions({ bindServicePorts: false }));

  it('are others when either comes or goes', () => {
    const assembly = assemblyOf([mapped('/b', { vhost: 'x.example' })], { bindServicePorts: false });
    const ranks = () => Object.fromEntries([...(assembly.desired.maps.get('ranks') ?? [])].filter(([key]) => key.startsWith('http/')));
    assembly.put('/a', partOf(ruled('/a', { vhost: 'x.example', weight: 1 })), noChange());
    assert.deepEqual(ranks(), { 'http/b_10000': '1' });
    assembly.put('/b', partOf(mapped('/b', { vhost: 'y.example' })), noChange());
    assert.deepEqual(ranks(), {});
    assembly.put('/b', partOf(mapped('/b', { vhost: 'x.example', weight: 2 })), noChange());
    assert.deepEqual(ranks(), { 'http/b_10000': '0' });
    assembly.put('/a', undefined, noChange());
    assert.deepEqual(ranks(), {});
  });

  it('stay with an app that takes the backend over from another one with rules', () => {
    const young = ruled('/a_b', { vhost: 'x.example', version: '2026-02-01T00:00:00.000Z' });
    const old = ruled('/a/b', { vhost: 'y.example', version: '2026-01-01T00:00:00.000Z' });
    const assembly = assemblyOf([young], { bindServicePorts: false });
    const blocks = () => assembly.desired.frontends.get('marathon_http_in')?.blocks?.map(({ name, hosts }) => [name, ...hosts]);
    assert.deepEqual(blocks(), [['http/a_b_10000', 'x.example']]);
    assembly.put('/a/b', partOf(old), noChange());
    assert.deepEqual(blocks(), [['http/a_b_10000', 'y.example']]);
    assert.deepEqual(Object.fromEntries(assembly.desired.maps.get('owned') ?? []), { 'http/y.example': 'true', 'https/y.example': 'true' });
    assembly.put('/a/b', undefined, noChange());
    assert.deepEqual(blocks(), [['http/a_b_10000', 'x.example']]);
  });
});
