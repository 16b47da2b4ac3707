import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observed, ObservedServer } from '../../src/plan/observed.ts';
import { type Wait, waitingBackends } from '../../src/plan/waiting.ts';
import { aBackend, aDesired, aServer, haproxy26 } from '../kit/builders.ts';
import { Simulator } from '../kit/simulator.ts';

const TWO = aServer({ name: '10_0_0_2_31000', id: 2, address: '10.0.0.2' });

describe('backends to look at again', () => {
  const before = aDesired([aBackend({ servers: [aServer(), TWO] }), aBackend({ name: 'cart_10001' })]);
  const observedWith = (busy: readonly (readonly [backend: string, server: string])[]): Observed => {
    const haproxy = new Simulator(haproxy26);
    haproxy.reload(before);
    for (const [backend, server] of busy) haproxy.setConnections(backend, server, 1);
    return haproxy.observe('all');
  };
  const waiting = (busy: readonly (readonly [backend: string, server: string])[], after: typeof before): readonly string[] => [
    ...waitingBackends(observedWith(busy), after).keys(),
  ];
  const one = aServer().name;

  it('are those with requests on a server that should not be', () =>
    assert.deepEqual(waiting([['shop_10000', TWO.name]], aDesired([aBackend(), aBackend({ name: 'cart_10001' })])), ['shop_10000']));
  it('also where the whole backend should not be', () =>
    assert.deepEqual(waiting([['cart_10001', one]], aDesired([aBackend()])), ['cart_10001']));
  it('not those whose requests are where they should be', () => assert.deepEqual(waiting([['shop_10000', one]], before), []));
  it('not those that are idle', () => assert.deepEqual(waiting([], aDesired([])), []));

  const after = aDesired([aBackend(), aBackend({ name: 'cart_10001' })]);
  const waitsOf = (changes: Partial<ObservedServer>): readonly Wait[] | undefined => {
    const observed = observedWith([['shop_10000', TWO.name]]);
    const servers = new Map(observed.backends.get('shop_10000')?.servers);
    const server = servers.get(TWO.name);
    assert.ok(server);
    const backend = { name: 'shop_10000', shape: undefined, servers: servers.set(TWO.name, { ...server, ...changes }) };
    return waitingBackends({ ...observed, backends: new Map([[backend.name, backend]]) }, after).get(backend.name);
  };

  it('a server that was just retired must rest, and before that nobody asks for its connections', () =>
    assert.deepEqual(waitsOf({ state: 'maint', justRetired: true, restSeconds: 17 }), [{ kind: 'rest', seconds: 17 }]));
  it('then its last connection must end', () => assert.deepEqual(waitsOf({ state: 'maint' }), [{ kind: 'last-connection' }]));
  it('and then it waits for nothing', () => assert.equal(waitsOf({ state: 'maint', connections: 0 }), undefined));
});
