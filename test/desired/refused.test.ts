import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Assembly } from '../../src/desired/assembly.ts';
import { buildApp } from '../../src/desired/build-app.ts';
import { type Change, noChange } from '../../src/desired/change.ts';
import type { Backend } from '../../src/desired/desired.ts';
import type { Refusal } from '../../src/desired/refusal.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { anEntry, aPort, assemblyOf, aTask, labels, someOptions } from '../kit/builders.ts';

const WORDS = "unknown keyword 'x'";
const WEB = { HAPROXY_0_VHOST: 'web.example', HAPROXY_0_BALANCE: 'leastconn' };
const web = (id: string, more: Readonly<Record<string, string>> = {}, servicePort = 10000, tasks = [aTask()]): AppEntry =>
  anEntry({ id, ports: [aPort({ servicePort })], ...labels({ ...WEB, ...more }) }, tasks);

const put = (assembly: Assembly, entry: AppEntry): Change => {
  const change = noChange();
  assembly.put(entry.app.id, buildApp(entry, new Map(), someOptions()), change);
  return change;
};

const refuse = (assembly: Assembly, ...refusals: readonly Refusal[]): Change => {
  const change = noChange();
  assembly.refuse(refusals, change);
  return change;
};

const backendOf = ({ desired }: Assembly, name: string): Backend => {
  const backend = desired.backends.get(name);
  assert.ok(backend);
  return backend;
};

const refusedBackend = (assembly: Assembly, name: string, about: 'settings' | 'servers' = 'settings'): Refusal => ({
  kind: 'backend',
  value: backendOf(assembly, name),
  about,
  because: WORDS,
});

const refusedProfile = (assembly: Assembly, name: string): Refusal => ({
  kind: 'profile',
  value: backendOf(assembly, name).profile,
  because: WORDS,
  label: 'BALANCE',
});

const messages = (assembly: Assembly): readonly string[] => assembly.problems().map(({ appId, message }) => `${appId}: ${message}`);
const isIn = ({ desired }: Assembly, name: string): boolean => desired.backends.has(name);

describe('a backend that HAProxy refuses', () => {
  it('is left out with all that leads to it, and with a problem', () => {
    const assembly = assemblyOf([web('/a'), web('/b', { HAPROXY_0_VHOST: 'b.example' }, 10001)]);
    const change = refuse(assembly, refusedBackend(assembly, 'a_10000'));
    assert.ok(change.structure && change.backends.has('a_10000') && change.mapKeys.get('routes')?.has('web.example/') === true);
    const { desired } = assembly;
    assert.deepEqual([...desired.backends.keys()], ['b_10001']);
    assert.ok(!desired.frontends.has('a_10000') && desired.frontends.has('b_10001'));
    assert.deepEqual([...(desired.maps.get('routes') ?? [])], [['b.example/', 'b_10001']]);
    assert.deepEqual([...(desired.maps.get('apps') ?? [])], [['/b', 'b_10001']]);
    assert.deepEqual(assembly.problems(), [
      { appId: '/a', portIndex: 0, message: `HAProxy refuses this port, and it is left out: ${WORDS}` },
    ]);
    assert.deepEqual(assembly.fates('/a'), [{ kind: 'left', index: 0, because: 'HAProxy refuses backend a_10000: see the problems' }]);
  });

  it('stays out while its tasks come and go, and changes nothing by that', () => {
    const assembly = assemblyOf([web('/a')]);
    refuse(assembly, refusedBackend(assembly, 'a_10000'));
    const change = put(assembly, web('/a', {}, 10000, [aTask(), aTask({ id: 'other', ports: [31001] })]));
    assert.ok(!isIn(assembly, 'a_10000'));
    assert.ok(!change.structure && change.backends.size === 0 && change.mapKeys.size === 0);
  });

  it('is tried again when it is changed, and when it was gone', () => {
    for (const between of [web('/a', { HAPROXY_0_STICKY: 'true' }), undefined]) {
      const assembly = assemblyOf([web('/a')]);
      refuse(assembly, refusedBackend(assembly, 'a_10000'));
      if (between === undefined) assembly.put('/a', undefined, noChange());
      else put(assembly, between);
      assert.equal(isIn(assembly, 'a_10000'), between !== undefined);
      assert.deepEqual(messages(assembly), []);
      put(assembly, web('/a'));
      assert.ok(isIn(assembly, 'a_10000'));
    }
  });

  it('because of a server, is tried again when its servers are others', () => {
    const assembly = assemblyOf([web('/a')]);
    refuse(assembly, refusedBackend(assembly, 'a_10000', 'servers'));
    assert.ok(!isIn(assembly, 'a_10000'));
    put(assembly, web('/a'));
    assert.ok(!isIn(assembly, 'a_10000'));
    put(assembly, web('/a', {}, 10000, [aTask({ ports: [31001] })]));
    assert.ok(isIn(assembly, 'a_10000'));
  });

  it('leaves its name to another app that wants it', () => {
    const assembly = assemblyOf([web('/a/b'), web('/a_b')]);
    assert.deepEqual(messages(assembly).length, 1);
    refuse(assembly, refusedBackend(assembly, 'a_b_10000'));
    // Of the same shape: refused for what it is, whoever wants it.
    assert.ok(!isIn(assembly, 'a_b_10000'));
    put(assembly, web('/a_b', { HAPROXY_0_STICKY: 'true' }));
    assert.equal(backendOf(assembly, 'a_b_10000').profile.cookieName, 'mesosphere_server_id');
    assert.deepEqual(assembly.fates('/a_b')[0]?.kind, 'taken');
    assert.deepEqual(messages(assembly), [`/a/b: HAProxy refuses this port, and it is left out: ${WORDS}`]);
  });

  it('leaves a route to the next who wants it', () => {
    const assembly = assemblyOf([web('/a'), web('/b', {}, 10001)]);
    assert.equal(assembly.desired.maps.get('routes')?.get('web.example/'), 'a_10000');
    refuse(assembly, refusedBackend(assembly, 'a_10000'));
    assert.equal(assembly.desired.maps.get('routes')?.get('web.example/'), 'b_10001');
  });
});

describe('a profile that HAProxy refuses', () => {
  it('takes out all that use it, and only them, with the label', () => {
    const assembly = assemblyOf([web('/a'), web('/b', {}, 10001), web('/c', { HAPROXY_0_BALANCE: 'first' }, 10002)]);
    const refusal = refusedProfile(assembly, 'a_10000');
    const change = refuse(assembly, refusal);
    assert.ok(change.structure);
    assert.deepEqual([...assembly.desired.backends.keys()], ['c_10002']);
    assert.ok(!assembly.desired.profiles.has(refusal.value.name));
    assert.deepEqual(
      assembly.problems().map(({ appId, label }) => [appId, label]),
      [
        ['/a', 'HAPROXY_0_BALANCE'],
        ['/b', 'HAPROXY_0_BALANCE'],
      ],
    );
  });

  it('is not tried for those who come later, as long as somebody wants it', () => {
    const assembly = assemblyOf([web('/a')]);
    refuse(assembly, refusedProfile(assembly, 'a_10000'));
    const change = put(assembly, web('/b', {}, 10001));
    assert.ok(!isIn(assembly, 'b_10001') && !change.structure);
    put(assembly, web('/a', { HAPROXY_0_BALANCE: 'first' }));
    assert.deepEqual([...assembly.desired.backends.keys()], ['a_10000']);
    put(assembly, web('/b', { HAPROXY_0_BALANCE: 'first' }, 10001));
    put(assembly, web('/c', {}, 10002));
    assert.deepEqual([...assembly.desired.backends.keys()].sort(), ['a_10000', 'b_10001', 'c_10002']);
  });
});

describe('a listener that HAProxy refuses', () => {
  const refusal = ({ desired }: Assembly): Refusal => {
    const value = desired.frontends.get('a_10000');
    assert.ok(value);
    return { kind: 'listener', value, because: WORDS };
  };

  it('is left out alone: the virtual host still leads to the backend', () => {
    const assembly = assemblyOf([web('/a')]);
    assert.ok(refuse(assembly, refusal(assembly)).structure);
    assert.ok(!assembly.desired.frontends.has('a_10000') && isIn(assembly, 'a_10000'));
    assert.deepEqual(messages(assembly), [`/a: service port 10000 is not opened: HAProxy refuses it: ${WORDS}`]);
    put(assembly, web('/a', {}, 10000, [aTask({ ports: [31001] })]));
    assert.ok(!assembly.desired.frontends.has('a_10000'));
  });

  it('is tried again when it is changed', () => {
    const assembly = assemblyOf([web('/a')]);
    refuse(assembly, refusal(assembly));
    put(assembly, web('/a', { HAPROXY_0_BIND_ADDR: '10.0.0.1' }));
    assert.ok(assembly.desired.frontends.has('a_10000'));
    put(assembly, web('/a'));
    assert.ok(assembly.desired.frontends.has('a_10000'));
    assert.deepEqual(messages(assembly), []);
  });
});
