import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { NamedTask } from '../../src/dns/named-task.ts';
import { commit, emptyModel, type OwnedModel } from '../../src/model/commit.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { reduce } from '../../src/model/reduce.ts';
import { namedTasks } from '../kit/named-tasks.ts';
import { Names } from '../../src/names/names.ts';
import type { ZoneChange } from '../../src/dns/zone-change.ts';
import { modelEvent } from '../kit/arbitraries.ts';
import { anEntry, aTask } from '../kit/builders.ts';

const someNames = (weightOf?: (taskId: string) => number | undefined): Names =>
  new Names({ framework: 'marathon', isHealthAware: true, ...(weightOf === undefined ? {} : { weightOf }) });

const WEB = anEntry({ id: '/web' }, [
  aTask({ id: 'web.1', agentId: 'ab12-S0' }),
  aTask({ id: 'web.2', agentId: 'ab12-S1', host: 'agent-3.local' }),
]);
const API = anEntry({ id: '/api' }, [aTask({ id: 'api.1', agentId: 'ab12-S0' })]);

const modelOf = (...entries: readonly AppEntry[]): OwnedModel => {
  const model = emptyModel();
  for (const entry of entries) model.apps.set(entry.app.id, entry);
  return model;
};

const put = (change: ZoneChange | undefined): readonly string[] => (change?.put ?? []).map(({ id }) => id);
const agents = (change: ZoneChange | undefined): readonly string[] =>
  (change?.cluster?.agents ?? []).map(({ id, addresses }) => [id, ...addresses].join(' '));

/** The model after these events, each told to the names as it comes. */
const take = (names: Names, model: OwnedModel, event: ModelEvent): ZoneChange | undefined => {
  const changed = reduce(model, event);
  commit(model, changed);
  if (event.kind === 'host-address') return names.noteHost(model, event.host);
  return event.kind === 'snapshot' ? names.noteAll(model) : names.note(model, changed.apps.keys());
};

/** Ids of tasks are made of the app's here, and those of '/a_b' are those of '/a/b'; Marathon's are of one task alone. */
const hasOwnTasks = (event: ModelEvent): boolean => {
  if (event.kind === 'snapshot') return event.entries.every(({ app }) => app.id !== '/a_b');
  return event.kind === 'app' ? event.entry.app.id !== '/a_b' : !('appId' in event) || event.appId !== '/a_b';
};

describe('what is told of the model', () => {
  it('is all of it at first, and nothing where nothing changed', () => {
    const names = someNames();
    const model = modelOf(WEB, API);
    const first = names.noteAll(model);
    assert.deepEqual(put(first), ['web.1', 'web.2', 'api.1']);
    assert.deepEqual(agents(first), ['ab12-S0 10.0.0.1', 'ab12-S1']);
    assert.deepEqual(first?.cluster?.frameworks, [{ name: 'marathon', addresses: [] }]);
    assert.equal(names.noteAll(model), undefined);
    assert.equal(names.note(model, ['/web', '/nosuch']), undefined);
    assert.deepEqual(put(names.whole()), ['web.1', 'web.2', 'api.1']);
  });

  it('is the one task that changed, and nothing of one that changed in what DNS does not see', () => {
    const names = someNames();
    const model = modelOf(WEB);
    names.noteAll(model);
    const killing = take(names, model, { kind: 'task', appId: '/web', task: aTask({ id: 'web.1', state: 'TASK_KILLING' }) });
    assert.deepEqual([put(killing), killing?.drop, killing?.cluster], [['web.1'], undefined, undefined]);
    assert.equal(killing?.put?.[0]?.fitness, 'unfit');
    const other = anEntry({ ...WEB.app, labels: { HAPROXY_0_VHOST: 'web.example' } }, [...(model.apps.get('/web')?.tasks.values() ?? [])]);
    assert.equal(take(names, model, { kind: 'app', entry: other }), undefined);
  });

  it('is who is gone, with the agents that have no task any more', () => {
    const names = someNames();
    const model = modelOf(WEB, API);
    names.noteAll(model);
    const ended = take(names, model, { kind: 'task', appId: '/web', task: aTask({ id: 'web.1', state: 'TASK_KILLED' }) });
    assert.deepEqual([ended?.drop, ended?.cluster], [['marathon\nweb.1'], undefined]);
    const gone = take(names, model, { kind: 'app-gone', appId: '/web' });
    assert.deepEqual([gone?.drop, agents(gone)], [['marathon\nweb.2'], ['ab12-S0 10.0.0.1']]);
    assert.deepEqual(take(names, model, { kind: 'snapshot', entries: [], keep: new Set() })?.drop, ['marathon\napi.1']);
    assert.deepEqual([names.whole().put, agents(names.whole())], [[], []]);
  });

  it('is where an agent is, of the tasks on it alone', () => {
    const names = someNames();
    const model = modelOf(WEB, API);
    names.noteAll(model);
    const resolved = take(names, model, { kind: 'host-address', host: 'agent-3.local', address: '10.8.0.3' });
    assert.deepEqual([put(resolved), agents(resolved)], [['web.2'], ['ab12-S0 10.0.0.1', 'ab12-S1 10.8.0.3']]);
    assert.equal(take(names, model, { kind: 'host-address', host: 'agent-9.local', address: '10.8.0.9' }), undefined);
  });

  it('is weights that are others than before', () => {
    const weights = new Map([['web.1', 3]]);
    const names = someNames((taskId) => weights.get(taskId));
    const model = modelOf(WEB, API);
    names.noteAll(model);
    weights.set('web.2', 5);
    const change = names.noteWeights(model, ['/web', '/api']);
    assert.deepEqual(
      change?.put?.map(({ id, weight }) => [id, weight]),
      [['web.2', 5]],
    );
    assert.equal(names.noteWeights(model, ['/web', '/api']), undefined);
  });

  it('is every task once more under the name that Marathon has in Mesos', () => {
    const names = someNames();
    const model = modelOf(API);
    names.noteAll(model);
    const change = names.setFramework(model, 'mom');
    assert.deepEqual([change?.put?.map(({ key }) => key), change?.drop], [['mom\napi.1'], ['marathon\napi.1']]);
    assert.deepEqual(change?.cluster, {
      frameworks: [{ name: 'mom', addresses: [] }],
      agents: [{ id: 'ab12-S0', addresses: ['10.0.0.1'] }],
      masters: [],
    });
    assert.equal(names.setFramework(model, 'mom'), undefined);
    assert.deepEqual(names.setAddresses(['10.0.0.9'])?.cluster?.frameworks, [{ name: 'mom', addresses: ['10.0.0.9'] }]);
    assert.equal(names.setAddresses(['10.0.0.9']), undefined);
  });

  it('comes to what the model says, whatever happened', () => {
    const context = { framework: 'marathon', isHealthAware: true };
    fc.assert(
      fc.property(fc.array(modelEvent.filter(hasOwnTasks), { maxLength: 40 }), (events) => {
        const names = someNames();
        const model = emptyModel();
        const zone = new Map<string, NamedTask>();
        let told: ZoneChange['cluster'];
        for (const event of events) {
          const change = take(names, model, event);
          for (const key of change?.drop ?? []) assert.ok(zone.delete(key), `${key} was never told`);
          for (const one of change?.put ?? []) zone.set(one.key, one);
          told = change?.cluster ?? told;
        }
        const expected = [...model.apps.values()].flatMap((entry) => namedTasks(entry, { ...context, hosts: model.hosts }));
        assert.deepEqual(zone, new Map(expected.map((one) => [one.key, one])));
        assert.deepEqual(
          new Set(told?.agents.map(({ id }) => id)),
          new Set(expected.map(({ agentId }) => agentId).filter((id) => id !== '')),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
