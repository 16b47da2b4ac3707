import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commit, emptyModel, type OwnedModel } from '../../src/model/commit.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { type ModelChange, reduce } from '../../src/model/reduce.ts';
import type { Task, TaskHealth } from '../../src/model/task.ts';
import { aCheck, anEntry, aTask, without } from '../kit/builders.ts';

const modelOf = (...entries: readonly AppEntry[]): OwnedModel => {
  const model = emptyModel();
  for (const entry of entries) model.apps.set(entry.app.id, entry);
  return model;
};

const isNothing = (change: ModelChange): boolean => change.apps.size === 0 && change.hosts.size === 0;

/** What is left of the app after the events, one after the other. */
const after = (model: OwnedModel, ...events: readonly ModelEvent[]): OwnedModel => {
  for (const event of events) commit(model, reduce(model, event));
  return model;
};

const tasksOf = (model: OwnedModel, appId = '/shop'): readonly Task[] => [...(model.apps.get(appId)?.tasks.values() ?? [])];
const snapshot = (entries: readonly AppEntry[], keep: readonly string[] = []): ModelEvent => ({
  kind: 'snapshot',
  entries,
  keep: new Set(keep),
});
const facts = (changes: Partial<Task> = {}): ModelEvent => ({ kind: 'task', appId: '/shop', task: without(aTask(changes), 'health') });

const SHOP = anEntry();
const CART = anEntry({ id: '/shop/cart' }, []);

const POD = anEntry({ id: '/pod', kind: 'pod' }, []);

describe('a full read without the pods', () => {
  it('takes away apps that are not in it, and no pods', () => {
    const model = after(modelOf(SHOP, CART, POD), { ...snapshot([CART]), keepsPods: true } as ModelEvent);
    assert.deepEqual([...model.apps.keys()].sort(), ['/pod', '/shop/cart']);
  });
  it('knows an app that has the place of a pod', () => {
    const app = anEntry({ id: '/pod' }, []);
    const model = after(modelOf(POD), { ...snapshot([app]), keepsPods: true } as ModelEvent);
    assert.equal(model.apps.get('/pod')?.app.kind, undefined);
  });
});

describe('what changes nothing', () => {
  const model = (): OwnedModel => {
    const whole = modelOf(anEntry({ healthChecks: [aCheck()] }, [aTask({ health: 'healthy' })]), CART);
    whole.hosts.set('agent1', '10.0.0.1');
    return whole;
  };
  const instanceId = 'shop.instance-1';
  const rows: readonly (readonly [sentence: string, event: ModelEvent])[] = [
    ['the same app again', { kind: 'app', entry: anEntry({ healthChecks: [aCheck()] }, [aTask({ health: 'healthy' })]) }],
    ['the same snapshot again', snapshot([...model().apps.values()])],
    ['an app that is gone already', { kind: 'app-gone', appId: '/nosuch' }],
    ['the same task update again', facts()],
    ['a task of an app that is not known', { kind: 'task', appId: '/nosuch', task: aTask() }],
    ['the end of a task that is not known', facts({ id: 'shop.instance-9._app.1', state: 'TASK_KILLED' })],
    ['a condition of an app that is not known', { kind: 'instance-condition', appId: '/nosuch', instanceId, condition: 'Killing' }],
    [
      'a condition of an instance that is not known',
      { kind: 'instance-condition', appId: '/shop', instanceId: 'shop.instance-9', condition: 'Killing' },
    ],
    ['a condition of no instance', { kind: 'instance-condition', appId: '/shop', instanceId: '', condition: 'Killing' }],
    ['a condition that tells nothing', { kind: 'instance-condition', appId: '/shop', instanceId, condition: 'Running' }],
    ['a condition with the name of a property', { kind: 'instance-condition', appId: '/shop', instanceId, condition: 'constructor' }],
    ['the same health again', { kind: 'instance-health', appId: '/shop', instanceId, healthy: true }],
    ['health that is not known', { kind: 'instance-health', appId: '/shop', instanceId, healthy: undefined }],
    ['health of an app that is not known', { kind: 'instance-health', appId: '/nosuch', instanceId, healthy: false }],
    ['a check of an app that is not known', { kind: 'check-result', appId: '/nosuch', instanceId, alive: false }],
    ['the same address of an agent again', { kind: 'host-address', host: 'agent1', address: '10.0.0.1' }],
  ];
  for (const [sentence, event] of rows) it(sentence, () => assert.ok(isNothing(reduce(model(), event))));
});

describe('an app', () => {
  it('that is new comes in', () => assert.deepEqual([...after(modelOf(), { kind: 'app', entry: SHOP }).apps], [['/shop', SHOP]]));
  it('that changed is replaced', () => {
    const changed = anEntry({ instances: 2 });
    assert.deepEqual(after(modelOf(SHOP), { kind: 'app', entry: changed }).apps.get('/shop'), changed);
  });
  it('that is gone goes', () =>
    assert.deepEqual([...after(modelOf(SHOP, CART), { kind: 'app-gone', appId: '/shop' }).apps.keys()], ['/shop/cart']));
  it('that changed leaves the others as they are', () =>
    assert.equal(after(modelOf(SHOP, CART), { kind: 'app', entry: anEntry({ instances: 2 }) }).apps.get('/shop/cart'), CART));
});

describe('a snapshot', () => {
  it('is all there is', () => assert.deepEqual([...after(modelOf(SHOP), snapshot([CART])).apps.keys()], ['/shop/cart']));
  it('of nothing takes all out', () => assert.equal(after(modelOf(SHOP, CART), snapshot([])).apps.size, 0));
  it('leaves the entries of apps that changed meanwhile', () => {
    const older = anEntry({ instances: 7 });
    const model = after(modelOf(SHOP, CART), snapshot([older], ['/shop', '/shop/cart']));
    assert.deepEqual([model.apps.get('/shop'), model.apps.get('/shop/cart')], [SHOP, CART]);
  });
  it('does not bring back an app that went meanwhile', () => assert.equal(after(modelOf(), snapshot([SHOP], ['/shop'])).apps.size, 0));
  it('changes only what is different', () =>
    assert.deepEqual(
      [...reduce(modelOf(SHOP, CART), snapshot([anEntry(), anEntry({ id: '/shop/cart', instances: 3 }, [])])).apps.keys()],
      ['/shop/cart'],
    ));
  it('knows nothing of agents', () => {
    const model = after(modelOf(), { kind: 'host-address', host: 'agent1', address: '10.0.0.1' }, snapshot([SHOP]));
    assert.equal(model.hosts.get('agent1'), '10.0.0.1');
  });
});

describe('health is kept where Marathon forgot it', () => {
  const entry = (health: TaskHealth, checks = [aCheck()]): AppEntry => anEntry({ healthChecks: checks }, [aTask({ health })]);
  const rows: readonly (readonly [sentence: string, before: AppEntry | undefined, read: AppEntry, expected: TaskHealth])[] = [
    ['healthy stays healthy after a change of leader', entry('healthy'), entry('unknown'), 'healthy'],
    ['so does unhealthy', entry('unhealthy'), entry('unknown'), 'unhealthy'],
    ['a new result counts', entry('healthy'), entry('unhealthy'), 'unhealthy'],
    ['what was not known stays so', entry('unknown'), entry('unknown'), 'unknown'],
    ['of an app that is new nothing is known', undefined, entry('unknown'), 'unknown'],
    ['without checks there is no health to keep', entry('unhealthy'), entry('unknown', []), 'unknown'],
  ];
  for (const [sentence, before, read, expected] of rows)
    for (const kind of ['app', 'snapshot'] as const)
      it(`${sentence} (${kind})`, () => {
        const event: ModelEvent = kind === 'app' ? { kind, entry: read } : snapshot([read]);
        const model = after(before === undefined ? modelOf() : modelOf(before), event);
        assert.equal(tasksOf(model)[0]?.health, expected);
      });

  it('and then nothing changed', () => assert.ok(isNothing(reduce(modelOf(entry('healthy')), snapshot([entry('unknown')])))));
});

describe('a task', () => {
  it('that is new joins its app, with health unknown', () => {
    const model = after(modelOf(SHOP), facts({ id: 'shop.instance-2._app.1', ports: [31002] }));
    assert.deepEqual(
      tasksOf(model).map(({ id, health }) => [id, health]),
      [
        ['shop.instance-1._app.1', 'unknown'],
        ['shop.instance-2._app.1', 'unknown'],
      ],
    );
  });
  it('keeps its health', () => {
    const model = after(modelOf(anEntry({}, [aTask({ health: 'healthy', state: 'TASK_STAGING' })])), facts());
    assert.deepEqual(
      tasksOf(model).map(({ state, health }) => [state, health]),
      [['TASK_RUNNING', 'healthy']],
    );
  });
  it('that ends keeps the addresses that the update does not tell', () => {
    const [task] = tasksOf(after(modelOf(SHOP), facts({ state: 'TASK_KILLED', host: '', ipAddresses: [], ports: [] })));
    assert.deepEqual(task, aTask({ state: 'TASK_KILLED' }));
  });
  it('stays on its agent when an update does not tell which that is', () => {
    const entry = anEntry({}, [aTask({ agentId: 'ab12-S0' })]);
    assert.equal(tasksOf(after(modelOf(entry), facts({ state: 'TASK_KILLING' })))[0]?.agentId, 'ab12-S0');
    assert.equal(tasksOf(after(modelOf(entry), facts({ agentId: 'ab12-S1' })))[0]?.agentId, 'ab12-S1');
  });
  it('leaves the entry that it was in as it was', () => {
    after(modelOf(SHOP), facts({ state: 'TASK_KILLED' }));
    assert.equal(SHOP.tasks.get('shop.instance-1._app.1')?.state, 'TASK_RUNNING');
  });
});

describe('events that come late', () => {
  const rows: readonly (readonly [known: string, told: string, expected: string])[] = [
    ['TASK_STAGING', 'TASK_RUNNING', 'TASK_RUNNING'],
    ['TASK_RUNNING', 'TASK_STAGING', 'TASK_RUNNING'],
    ['TASK_RUNNING', 'TASK_KILLING', 'TASK_KILLING'],
    ['TASK_KILLING', 'TASK_RUNNING', 'TASK_KILLING'],
    ['TASK_KILLING', 'TASK_KILLED', 'TASK_KILLED'],
    ['TASK_KILLED', 'TASK_KILLING', 'TASK_KILLED'],
    ['TASK_FAILED', 'TASK_RUNNING', 'TASK_FAILED'],
    ['TASK_GONE', 'TASK_UNREACHABLE', 'TASK_GONE'],
    ['TASK_RUNNING', 'TASK_UNREACHABLE', 'TASK_UNREACHABLE'],
    ['TASK_UNREACHABLE', 'TASK_RUNNING', 'TASK_RUNNING'],
    ['TASK_LOST', 'TASK_RUNNING', 'TASK_RUNNING'],
    ['TASK_RUNNING', 'TASK_SOMETHING_NEW', 'TASK_SOMETHING_NEW'],
  ];
  for (const [known, told, expected] of rows)
    it(`${told} after ${known} makes ${expected}`, () => {
      const model = modelOf(anEntry({}, [aTask({ state: known })]));
      assert.equal(tasksOf(after(model, facts({ state: told })))[0]?.state, expected);
    });

  it('only a read brings a task back', () => {
    const model = modelOf(anEntry({}, [aTask({ state: 'TASK_KILLED' })]));
    assert.equal(tasksOf(after(model, { kind: 'app', entry: SHOP }))[0]?.state, 'TASK_RUNNING');
  });
  it('an unreachable instance does not come back from its end', () => {
    const model = modelOf(anEntry({}, [aTask({ state: 'TASK_KILLED' })]));
    const event: ModelEvent = { kind: 'instance-condition', appId: '/shop', instanceId: 'shop.instance-1', condition: 'Unreachable' };
    assert.ok(isNothing(reduce(model, event)));
  });
});

describe('the condition of an instance', () => {
  const rows: readonly (readonly [condition: string, state: string])[] = [
    ['Killing', 'TASK_KILLING'],
    ['Killed', 'TASK_KILLED'],
    ['Failed', 'TASK_FAILED'],
    ['Error', 'TASK_ERROR'],
    ['Finished', 'TASK_FINISHED'],
    ['Gone', 'TASK_GONE'],
    ['Dropped', 'TASK_DROPPED'],
    ['Unreachable', 'TASK_UNREACHABLE'],
    ['UnreachableInactive', 'TASK_UNREACHABLE'],
    ['Running', 'TASK_RUNNING'],
  ];
  for (const [condition, state] of rows)
    it(`${condition} makes ${state}`, () => {
      const model = after(modelOf(SHOP), { kind: 'instance-condition', appId: '/shop', instanceId: 'shop.instance-1', condition });
      assert.equal(tasksOf(model)[0]?.state, state);
    });

  const statesAfterKilling = (task: Partial<Task>): readonly string[] => {
    const other = aTask({ id: 'shop.instance-11._app.1', instanceId: 'shop.instance-11' });
    const model = modelOf(anEntry({}, [aTask(task), other]));
    return tasksOf(after(model, { kind: 'instance-condition', appId: '/shop', instanceId: 'shop.instance-1', condition: 'Killing' })).map(
      ({ state }) => state,
    );
  };
  it('is that of its tasks, by the instance they say', () =>
    assert.deepEqual(statesAfterKilling({ id: 'whatever' }), ['TASK_KILLING', 'TASK_RUNNING']));
  it('or by their id', () => assert.deepEqual(statesAfterKilling({ instanceId: '' }), ['TASK_KILLING', 'TASK_RUNNING']));
  it('and of no others', () => assert.deepEqual(statesAfterKilling({ id: 'x', instanceId: '' }), ['TASK_RUNNING', 'TASK_RUNNING']));
});

describe('health', () => {
  const one = [aCheck()];
  const two = [aCheck(), aCheck({ path: '/other' })];
  const healthAfter = (checks: typeof one, before: TaskHealth, event: ModelEvent): TaskHealth | undefined =>
    tasksOf(after(modelOf(anEntry({ healthChecks: checks }, [aTask({ health: before })])), event))[0]?.health;
  const instance = { appId: '/shop', instanceId: 'shop.instance-1' };

  it('of an instance is that of its tasks', () => {
    assert.equal(healthAfter(two, 'unknown', { kind: 'instance-health', ...instance, healthy: true }), 'healthy');
    assert.equal(healthAfter(two, 'healthy', { kind: 'instance-health', ...instance, healthy: false }), 'unhealthy');
    assert.equal(healthAfter(two, 'healthy', { kind: 'instance-health', ...instance, healthy: undefined }), 'healthy');
  });
  it('one check failing is enough', () => {
    for (const checks of [one, two])
      assert.equal(healthAfter(checks, 'healthy', { kind: 'check-result', ...instance, alive: false }), 'unhealthy');
  });
  it('one check passing is enough only where there is one', () => {
    assert.equal(healthAfter(one, 'unhealthy', { kind: 'check-result', ...instance, alive: true }), 'healthy');
    assert.equal(healthAfter(two, 'unhealthy', { kind: 'check-result', ...instance, alive: true }), 'unhealthy');
  });
});

describe("an agent's address", () => {
  it('is learnt, and learnt anew', () => {
    const model = after(
      modelOf(),
      { kind: 'host-address', host: 'agent1', address: '10.0.0.1' },
      { kind: 'host-address', host: 'agent1', address: '10.0.0.2' },
    );
    assert.deepEqual([...model.hosts], [['agent1', '10.0.0.2']]);
  });
});
