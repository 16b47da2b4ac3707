import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObservedServer } from '../../src/plan/observed.ts';
import { explain } from '../../src/picture/explain.ts';
import { aCheck, anEntry, assemblyOf, someOptions } from '../kit/builders.ts';
import { anObserved } from '../kit/simulator.ts';

const entry = anEntry({ healthChecks: [aCheck()] });
const assembly = assemblyOf([entry]);

/** What is said of the only server of the app, where HAProxy has it like this. */
const said = (changes: Partial<ObservedServer>): string | undefined => {
  const observed = anObserved(assembly.desired);
  const backend = observed.backends.get('shop_10000');
  const servers = new Map([...(backend?.servers ?? [])].map(([name, server]) => [name, { ...server, ...changes }]));
  assert.ok(backend !== undefined);
  const explanation = explain('/shop', {
    model: { apps: new Map([['/shop', entry]]), hosts: new Map() },
    desired: assembly.desired,
    options: someOptions(),
    fates: assembly.fates('/shop'),
    problems: [],
    observed: { ...observed, backends: new Map([['shop_10000', { ...backend, servers }]]) },
  });
  return explanation?.ports[0]?.servers[0]?.because;
};

describe('why a server takes traffic or does not', () => {
  it('it waits for its first check', () => assert.equal(said({}), 'it waits for its first health check in HAProxy'));
  it('it is up', () => assert.equal(said({ up: true }), 'it takes traffic'));
  it('it is in maint', () => assert.equal(said({ state: 'maint' }), 'HAProxy has it in maint'));
  it('it is not there yet', () => {
    const explanation = explain('/shop', {
      model: { apps: new Map([['/shop', entry]]), hosts: new Map() },
      desired: assembly.desired,
      options: someOptions(),
      fates: assembly.fates('/shop'),
      problems: [],
      observed: undefined,
    });
    assert.equal(explanation?.ports[0]?.servers[0]?.because, 'it is not in HAProxy yet');
  });
});
