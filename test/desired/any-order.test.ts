import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Assembly } from '../../src/desired/assembly.ts';
import { buildApp } from '../../src/desired/build-app.ts';
import { noChange } from '../../src/desired/change.ts';
import type { Desired } from '../../src/desired/desired.ts';
import { equal } from '../../src/kit/equal.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { entry } from '../kit/arbitraries.ts';
import { assemblyOf, someGlobals, someOptions } from '../kit/builders.ts';
import { ownTemplates } from '../kit/own-templates.ts';
import { Renderer } from '../../src/render/renderer.ts';

const texts = (desired: Desired): readonly string[] =>
  new Renderer(ownTemplates).render(desired, fingerprint(desired)).map(({ path, bytes }) => `${path}\n${bytes.toString()}`);

/** Puts, replaces and removes, as events would. */
const history = fc.array(fc.record({ entry, isGone: fc.constantFrom(false, false, true) }), { maxLength: 30, size: 'max' });

const survivors = (events: readonly { readonly entry: AppEntry; readonly isGone: boolean }[]): ReadonlyMap<string, AppEntry> => {
  const last = new Map<string, AppEntry>();
  for (const { entry: one, isGone } of events) {
    if (isGone) last.delete(one.app.id);
    else last.set(one.app.id, one);
  }
  return last;
};

describe('Desired does not depend on how it came to be', () => {
  it('app by app, with changes and removals, it is as built from the apps that are left, in any order', () => {
    const property = fc.property(history, fc.infiniteStream(fc.nat({ max: 100 })), (events, dice) => {
      const options = someOptions();
      const kept = new Assembly(options, someGlobals());
      for (const { entry: one, isGone } of events) kept.put(one.app.id, isGone ? undefined : buildApp(one, new Map(), options), noChange());
      const shuffled = [...survivors(events).values()]
        .map((one) => ({ one, at: Number(dice.next().value) }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one);
      const rebuilt = assemblyOf(shuffled);
      assert.ok(equal(kept.desired, rebuilt.desired));
      assert.deepEqual(kept.problems(), rebuilt.problems());
      assert.deepEqual(texts(kept.desired), texts(rebuilt.desired));
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('what is not noted as changed has not changed', () => {
    const property = fc.property(history, (events) => {
      const options = someOptions();
      const assembly = new Assembly(options, someGlobals());
      for (const { entry: one, isGone } of events) {
        const before = snapshot(assembly.desired);
        const change = noChange();
        assembly.put(one.app.id, isGone ? undefined : buildApp(one, new Map(), options), change);
        const { desired } = assembly;
        for (const name of new Set([...before.backends.keys(), ...desired.backends.keys()]))
          assert.ok(change.backends.has(name) || before.backends.get(name) === desired.backends.get(name), name);
        for (const map of ['routes', 'redirects', 'apps'])
          for (const key of new Set([...(before.maps.get(map) ?? NO_ENTRIES).keys(), ...(desired.maps.get(map) ?? NO_ENTRIES).keys()]))
            assert.ok(
              change.mapKeys.get(map)?.has(key) === true || before.maps.get(map)?.get(key) === desired.maps.get(map)?.get(key),
              key,
            );
        assert.ok(change.structure || fingerprint(before) === fingerprint(desired));
      }
    });
    fc.assert(property, { numRuns: 100 });
  });
});

const NO_ENTRIES: ReadonlyMap<string, string> = new Map();

const snapshot = (desired: Desired): Desired => ({
  ...desired,
  profiles: new Map(desired.profiles),
  frontends: new Map(desired.frontends),
  backends: new Map(desired.backends),
  maps: new Map([...desired.maps].map(([name, map]) => [name, new Map(map)])),
});

describe('whatever the apps want', () => {
  const desired = fc
    .uniqueArray(entry, { selector: (one) => one.app.id, size: 'max', maxLength: 5 })
    .map((entries) => assemblyOf(entries).desired);

  it('no entry and no listener leads to a backend that is missing', () => {
    fc.assert(
      fc.property(desired, ({ maps, backends, frontends }) => {
        for (const map of ['routes', 'apps'])
          for (const backend of (maps.get(map) ?? new Map<string, string>()).values()) assert.ok(backends.has(backend));
        for (const backend of maps.get('redirects')?.keys() ?? [])
          assert.ok([...(maps.get('routes') ?? [])].some(([, to]) => to === backend));
        for (const { routes } of frontends.values())
          for (const route of routes) if (route.kind === 'always') assert.ok(backends.has(route.backend));
      }),
    );
  });

  it('routed backends are in mode http and have servers, and each has its profile and its shape', () => {
    fc.assert(
      fc.property(desired, ({ maps, backends, profiles }) => {
        for (const backend of maps.get('routes')?.values() ?? []) {
          assert.equal(backends.get(backend)?.profile.mode, 'http');
          assert.notEqual(backends.get(backend)?.servers.length, 0);
        }
        for (const { name, profile, shape } of backends.values()) {
          assert.ok(equal(profiles.get(profile.name), profile));
          assert.equal(maps.get('backends')?.get(name), shape);
        }
      }),
    );
  });

  it('no two listeners want the same address and port', () => {
    fc.assert(
      fc.property(desired, ({ frontends }) => {
        const binds = [...frontends.values()].flatMap((frontend) => frontend.binds);
        const clash = (a: (typeof binds)[number], b: (typeof binds)[number]): boolean =>
          a.port === b.port && (a.address === b.address || [a.address, b.address].some((address) => address === '*' || address === '::'));
        for (const [at, bind] of binds.entries()) assert.ok(!binds.slice(at + 1).some((other) => clash(bind, other)), JSON.stringify(bind));
      }),
    );
  });

  it('names and ids of servers are unique in their backend, and ids in 1 to 32767', () => {
    fc.assert(
      fc.property(desired, ({ backends }) => {
        for (const { servers } of backends.values()) {
          assert.equal(new Set(servers.map(({ name }) => name)).size, servers.length);
          assert.equal(new Set(servers.map(({ id }) => id)).size, servers.length);
          for (const { id } of servers) assert.ok(id >= 1 && id <= 32767);
        }
      }),
    );
  });
});
