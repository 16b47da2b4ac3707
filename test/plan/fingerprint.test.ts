import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Desired, Frontend } from '../../src/desired/desired.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { wordsOf } from '../../src/plan/plan.ts';
import { globalsOf } from '../../src/startup/from-settings.ts';
import { toSettings } from '../../src/settings.ts';
import { aBackend, aDesired, anEntry, aProfile, aServer, assemblyOf, build, haproxy26, labels, someGlobals } from '../kit/builders.ts';
import { anObserved } from '../kit/simulator.ts';
import { noChange } from '../../src/desired/change.ts';

const aFrontend = (changes: Partial<Frontend> = {}): Frontend => ({
  name: 'shop_10000',
  kind: 'service',
  mode: 'http',
  binds: [{ address: '*', port: 10000 }],
  routes: [{ kind: 'always', backend: 'shop_10000' }],
  ...changes,
});

const BASE = aDesired([aBackend()]);
const withFrontend = (frontend: Frontend): Desired => ({ ...BASE, frontends: new Map([[frontend.name, frontend]]) });

describe('the fingerprint', () => {
  it('is 36 hex digits', () => assert.match(fingerprint(BASE), /^[0-9a-f]{36}$/));

  const same: readonly (readonly [sentence: string, other: Desired])[] = [
    ['servers', aDesired([aBackend({ servers: [aServer({ weight: 9 }), aServer({ name: 'b', address: '10.0.0.9' })] })])],
    ['backends of a profile that is there', aDesired([aBackend(), aBackend({ name: 'other_1' })])],
    ['entries of maps', aDesired([aBackend()], { routes: { 'shop.example/': 'shop_10000' } })],
    ['the order of the values', { ...BASE, globals: Object.fromEntries(Object.entries(BASE.globals).toReversed()) as never }],
  ];
  for (const [sentence, other] of same) it(`is not about ${sentence}`, () => assert.equal(fingerprint(other), fingerprint(BASE)));

  const other: readonly (readonly [sentence: string, other: Desired, because: string])[] = [
    ['settings', { ...BASE, globals: someGlobals({ maxConnections: 1 }) }, 'settings or templates differ'],
    ['templates', { ...BASE, globals: someGlobals({ templatesDigest: '1' }) }, 'settings or templates differ'],
    ['a new listener', withFrontend(aFrontend()), 'listeners or their rules differ'],
    ['a new profile', aDesired([aBackend({ profile: aProfile({ balance: 'source' }) })]), 'the kinds of backends differ'],
  ];
  for (const [sentence, desired, because] of other)
    it(`is about ${sentence}`, () => {
      assert.notEqual(fingerprint(desired), fingerprint(BASE));
      const made = makePlan(anObserved(BASE), desired, fingerprint(desired), haproxy26);
      assert.ok(made.kind === 'reload' && wordsOf(made.because).includes(because));
    });

  it('is not about what only Sluice itself needs to know', () => {
    const globals = (flags: object) => globalsOf(toSettings({ marathon: ['http://m:8080'], group: ['*'], ...flags }), '0');
    assert.deepEqual(globals({ maxOldWorkers: '3' }), globals({}));
  });

  it('is about every part of a listener', () => {
    const changes: readonly Partial<Frontend>[] = [
      {},
      { mode: 'tcp' },
      { binds: [{ address: '10.0.0.1', port: 10000 }] },
      { binds: [{ address: '*', port: 10001 }] },
      { binds: [{ address: '*', port: 10000, ssl: { certificates: ['/x.pem'], alpn: 'h2' } }] },
      { routes: [] },
      { routes: [{ kind: 'always', backend: 'other' }] },
    ];
    assert.equal(new Set(changes.map((change) => fingerprint(withFrontend(aFrontend(change))))).size, changes.length);
  });

  it('of a configuration that is not ours there is none: a reload, and nothing by steps', () => {
    const observed = { ...anObserved(aDesired([aBackend({ servers: [] })])), fingerprint: undefined };
    assert.deepEqual(makePlan(observed, BASE, fingerprint(BASE), haproxy26), {
      kind: 'reload',
      because: [{ words: 'HAProxy runs a configuration that Sluice did not write' }],
      steps: [],
    });
  });

  it('comes back when what changed is changed back', () => {
    const assembly = assemblyOf([anEntry()]);
    const before = fingerprint(assembly.desired);
    const other = assemblyOf([anEntry(), anEntry({ id: '/b', ...labels({ HAPROXY_0_VHOST: '*.b.example', HAPROXY_0_PORT: '7' }) })]);
    other.put('/b', undefined, noChange());
    assert.equal(fingerprint(other.desired), before);
  });
});

describe('what costs a reload', () => {
  const shop = (more: Readonly<Record<string, string>>) => fingerprint(build([anEntry(labels(more))]).desired);
  const plain = shop({ HAPROXY_0_MODE: 'http' });
  const rows: readonly (readonly [label: string, value: string, isReload: boolean])[] = [
    ['VHOST', 'shop.example', false],
    ['VHOST', '*.shop.example', true],
    ['BACKEND_WEIGHT', '5', false],
    ['REDIRECT_TO_HTTPS', 'true', false],
    ['PORT', '10001', true],
    ['MODE', 'tcp', true],
    ['BALANCE', 'source', true],
    ['STICKY', 'true', true],
    ['BIND_ADDR', '10.0.0.1', true],
    ['ENABLED', 'false', true],
  ];
  for (const [label, value, isReload] of rows)
    it(`${label}=${value}: ${isReload ? 'yes' : 'no'}`, () =>
      assert.equal(shop({ HAPROXY_0_MODE: 'http', [`HAPROXY_0_${label}`]: value }) !== plain, isReload));
});
