import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { observeAll } from '../../src/controller/observe-all.ts';
import type { AppFacts } from '../../src/rollout/facts.ts';
import type { GroupObservation } from '../../src/rollout/observation.ts';

const SELF = { appId: '/sluice', taskId: 'sluice.1' };
const SEEN: GroupObservation = { sluice: 'sluice.1', at: '', revision: 1, apps: {} };

const appOf = (...tasks: readonly (readonly [string, string])[]): AppFacts => ({
  ...{ instances: tasks.length, isDeploying: false, isChecked: true },
  tasks: tasks.map(([id, state]) => ({ id, state, healthy: false })),
});

describe('all Sluices', () => {
  it('are this one where it runs in no Marathon, and nobody is asked for others', async () => {
    const facts = async (): Promise<AppFacts> => Promise.reject(new Error('asked'));
    assert.deepEqual(await observeAll({ self: undefined, observe: async () => Promise.resolve(SEEN), facts }, '/shop'), {
      seen: [SEEN],
      missing: [],
    });
  });

  it('have the living tasks of its own app among them, healthy or not, and those are missing', async () => {
    const app = appOf(['sluice.1', 'TASK_RUNNING'], ['sluice.2', 'TASK_RUNNING'], ['sluice.3', 'TASK_FINISHED']);
    const { seen, missing } = await observeAll(
      { self: SELF, observe: async () => Promise.resolve(SEEN), facts: async () => Promise.resolve(app) },
      '/shop',
    );
    assert.deepEqual(seen, [SEEN]);
    assert.deepEqual(
      missing.map(({ sluice }) => sluice),
      ['sluice.2'],
    );
  });

  it('are not seen where HAProxy does not answer', async () => {
    const observe = async (): Promise<GroupObservation> => Promise.reject(new Error('no answer'));
    const facts = async (): Promise<AppFacts> => Promise.resolve(appOf(['sluice.1', 'TASK_RUNNING']));
    assert.deepEqual(await observeAll({ self: SELF, observe, facts }, '/shop'), {
      seen: [],
      missing: [{ sluice: 'sluice.1', because: 'no answer' }],
    });
  });
});
