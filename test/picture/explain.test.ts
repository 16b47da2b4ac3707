import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObservedServer } from '../../src/plan/observed.ts';
import { explain } from '../../src/picture/explain.ts';
import { Picture } from '../../src/picture/picture.ts';
import { aCheck, anEntry, assemblyOf, aTask, someGlobals, someOptions } from '../kit/builders.ts';
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

describe('an app of a deployment group', () => {
  const labels = { HAPROXY_GROUP: 'external', HAPROXY_DEPLOYMENT_GROUP: 'nginx', HAPROXY_0_PORT: '10000' };
  const startedAt = (day: string) => ({ ...labels, HAPROXY_DEPLOYMENT_STARTED_AT: `2026-11-${day}T10:00:00` });
  const blue = anEntry({ id: '/nginx-blue', labels: startedAt('16') }, [
    aTask({ id: 'blue.1' }),
    aTask({ id: 'blue.2', ports: [31001] }),
    aTask({ id: 'blue.3', state: 'TASK_STAGING' }),
  ]);
  const green = anEntry({ id: '/nginx-green', labels: startedAt('17') }, [
    aTask({ id: 'green.1', host: '10.0.0.2' }),
    aTask({ id: 'green.2', host: '' }),
  ]);
  const picture = new Picture(someOptions(), someGlobals());
  picture.take({ kind: 'snapshot', entries: [blue, green], keep: new Set() });

  const explained = (appId: string) => {
    const { model, desired, options } = picture;
    const observed = anObserved(desired);
    const [group, fates] = [picture.deploymentGroup(appId), picture.fates(appId)];
    return explain(appId, { model, desired, options, group, fates, problems: [], observed });
  };

  it('says in which group it is, and what the tasks of all its apps do', () => {
    for (const appId of ['/nginx-blue', '/nginx-green']) {
      const explanation = explained(appId);
      assert.ok(explanation);
      assert.deepEqual(explanation.deployment, {
        group: '/nginx',
        definition: '/nginx-blue',
        apps: ['/nginx-blue', '/nginx-green'],
        newApp: '/nginx-green',
        drained: ['blue.1'],
      });
      const [port] = explanation.ports;
      assert.equal(port?.backend, 'nginx_10000');
      assert.deepEqual(
        port.servers.map(({ taskId, because }) => [taskId, because]),
        [
          ['blue.1', 'it is drained: a task of the new app of its deployment group serves in its place; 0 connections are left to end'],
          ['blue.2', 'it takes traffic'],
          ['green.1', 'it takes traffic'],
        ],
      );
    }
  });

  it('of tasks that take no traffic it names its own', () => {
    const left = (appId: string) => explained(appId)?.ports[0]?.left.map(({ taskId }) => taskId);
    assert.deepEqual([left('/nginx-blue'), left('/nginx-green')], [['blue.3'], ['green.2']]);
  });
});

describe('an app with texts and rules of its own', () => {
  const own = {
    HAPROXY_0_VHOST: 'a.example,*.b.example',
    HAPROXY_0_PATH_REGEX: '^/v1',
    HAPROXY_0_BACKEND_HTTP_OPTIONS: '  option forceclose\n  option forwardfor\n  option http-use-htx',
  };
  const texts = anEntry({ labels: { HAPROXY_GROUP: 'external', ...own } }, [aTask()]);
  const withTexts = assemblyOf([texts]);
  const [port] =
    explain('/shop', {
      model: { apps: new Map([['/shop', texts]]), hosts: new Map() },
      desired: withTexts.desired,
      options: someOptions(),
      fates: withTexts.fates('/shop'),
      problems: [],
      observed: undefined,
    })?.ports ?? [];

  it('says which lines HAProxy is given in other words', () =>
    assert.deepEqual(port?.translated, [
      { piece: 'BACKEND_HTTP_OPTIONS', from: 'option forceclose', to: ['option httpclose'] },
      { piece: 'BACKEND_HTTP_OPTIONS', from: 'option http-use-htx', to: [] },
    ]));

  it('says which hosts come by its rules, and in which frontends', () => {
    assert.deepEqual(port?.routes, ['a.example by rules of its own', '*.b.example by rules of its own']);
    assert.ok(port.frontends.some((name) => name.startsWith('marathon_https_in on ')));
  });
});

it('a port that was left out says why, and not what else is wrong with it', () => {
  const wrong = {
    HAPROXY_0_BACKEND_HEAD: 'backend {backend}\n  server other 10.0.0.9:80',
    HAPROXY_0_SSL_CERT: '/etc/shadow',
  };
  const fates = assemblyOf([anEntry({ labels: { HAPROXY_GROUP: 'external', ...wrong } })]).fates('/shop');
  assert.match(fates[0]?.kind === 'left' ? fates[0].because : '', /^HAPROXY_0_BACKEND_HEAD /);
});
