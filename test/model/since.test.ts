import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { App } from '../../src/model/app.ts';
import { sinceOf, sinceOfKin } from '../../src/model/since.ts';
import { anApp, aPort } from '../kit/builders.ts';

const MONDAY = '2026-01-05T00:00:00.000Z';
const TUESDAY = '2026-01-06T00:00:00.000Z';
const labels = { HAPROXY_0_VHOST: 'a.example,b.example', MAINTAINER: 'somebody' };
const monday = (changes: Partial<App> = {}): App => anApp({ labels, version: MONDAY, ...changes });
const tuesday = (changes: Partial<App> = {}): App => anApp({ labels, version: TUESDAY, ...changes });

describe('since when an app wants what it wants', () => {
  it('is since the last change of its definition, where no more is known', () => {
    const expected = [
      ['port 10000', MONDAY],
      ['HAPROXY_0_VHOST a.example', MONDAY],
      ['HAPROXY_0_VHOST b.example', MONDAY],
    ];
    assert.deepEqual([...sinceOf(monday())], expected);
  });

  it('stays, word by word, whatever else changes in the app', () => {
    const changed = tuesday({ labels: { HAPROXY_0_VHOST: 'c.example, A.example' }, ports: [aPort(), aPort({ servicePort: 10001 })] });
    const expected = [
      ['port 10000', MONDAY],
      ['port 10001', TUESDAY],
      ['HAPROXY_0_VHOST c.example', TUESDAY],
      ['HAPROXY_0_VHOST a.example', MONDAY],
    ];
    assert.deepEqual([...sinceOf(changed, sinceOf(monday()))], expected);
  });

  it('is kept for what apps can meet in, and for a bounded number of words', () => {
    const long = Array.from({ length: 40_000 }, (_, word) => word).join(' ');
    const greedy = Object.fromEntries(Array.from({ length: 100 }, (_, port) => [`HAPROXY_${port}_VHOST`, long]));
    assert.deepEqual(
      [...sinceOf(monday({ labels: { [`HAPROXY_${'x'.repeat(30_000)}`]: long, HAPROXY_0_MODE: 'http' } })).keys()],
      ['port 10000'],
    );
    const since = sinceOf(monday({ labels: greedy }));
    assert.ok(since.size > 1000 && since.size <= 22_000, `${since.size}`);
  });

  it('begins anew for what was given up in between', () => {
    const without = sinceOf(tuesday({ labels: {} }), sinceOf(monday()));
    assert.equal(sinceOf(tuesday(), without).get('HAPROXY_0_VHOST a.example'), TUESDAY);
  });

  it('is inherited in a deployment group, where the new app asks for the same', () => {
    const inGroup = (group: string, more: Readonly<Record<string, string>> = {}) => ({
      labels: { ...labels, HAPROXY_DEPLOYMENT_GROUP: group, ...more },
    });
    const kin = [
      { app: monday({ id: '/shop-blue', ...inGroup('shop') }), since: sinceOf(monday(inGroup('shop'))) },
      { app: tuesday({ id: '/shop-red', ...inGroup('shop') }), since: sinceOf(tuesday(inGroup('shop'))) },
    ];
    const fresh = anApp({
      id: '/shop-green',
      version: '2026-01-07T00:00:00.000Z',
      ...inGroup('/shop', { HAPROXY_0_VHOST: 'a.example,new.example' }),
    });
    assert.deepEqual(
      [...sinceOf(fresh, sinceOfKin(fresh, kin))],
      [
        ['port 10000', MONDAY],
        ['HAPROXY_0_VHOST a.example', MONDAY],
        ['HAPROXY_0_VHOST new.example', '2026-01-07T00:00:00.000Z'],
      ],
    );
    for (const group of ['other', '']) assert.equal(sinceOfKin(anApp(inGroup(group)), kin).size, 0);
  });
});
