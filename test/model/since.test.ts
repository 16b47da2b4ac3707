import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { App } from '../../src/model/app.ts';
import { sinceOf } from '../../src/model/since.ts';
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

  it('begins anew for what was given up in between', () => {
    const without = sinceOf(tuesday({ labels: {} }), sinceOf(monday()));
    assert.equal(sinceOf(tuesday(), without).get('HAPROXY_0_VHOST a.example'), TUESDAY);
  });
});
