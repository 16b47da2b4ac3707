import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { StandInOptions } from '../../src/demo/options.ts';
import type { AppInput } from '../../src/demo/specs/app-schema.ts';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import { standInFor as standInAt, words } from './client.ts';

/** The 75 s that pass before Marathon hears of it are 375 ms here. */
const standInFor = async (t: TestContext, options: StandInOptions): Promise<StandIn> => standInAt(t, { timeScale: 0.005, ...options });
const app: AppInput = { id: '/a', cmd: 'x' };

async function loseItsAgent(standIn: StandIn, traffic: 'cut' | 'flows' = 'cut'): Promise<{ id: string; host: string }> {
  const [task] = standIn.tasks('/a');
  if (task === undefined) throw new Error('no task');
  standIn.forget();
  await standIn.faults.loseAgent(task.host, traffic);
  await standIn.until('Marathon hears of it', () => words(standIn.events).includes('SU TASK_UNREACHABLE'));
  return task;
}

async function isReached(standIn: StandIn, taskId: string): Promise<boolean> {
  const { host, port } = standIn.taskAddress(taskId);
  return fetch(`http://${host}:${port}/`).then(
    () => true,
    () => false,
  );
}

describe('a lost agent', () => {
  it('costs its instances at once by default, and others take their place', async (t) => {
    const standIn = await standInFor(t, { seed: [app] });
    const lost = await loseItsAgent(standIn);
    await standIn.until('another one runs', () => standIn.tasks('/a')[0]?.state === 'TASK_RUNNING');
    assert.deepEqual(words(standIn.events), [
      'SU TASK_UNREACHABLE',
      'IC UnreachableInactive',
      'IC Scheduled',
      'IC Provisioned',
      'SU TASK_STARTING',
      'IC Starting',
      'SU TASK_RUNNING',
      'IC Running',
    ]);
    const [task] = standIn.tasks('/a');
    assert.notEqual(task?.host, lost.host);
    assert.notEqual(task?.id, lost.id);
  });

  it('that comes back with an expunged task sees it killed', async (t) => {
    const standIn = await standInFor(t, { seed: [app] });
    const lost = await loseItsAgent(standIn);
    await standIn.faults.returnAgent(lost.host);
    await standIn.until('it is killed', () => standIn.events.some(({ eventType }) => eventType === 'unknown_instance_terminated_event'));
    assert.ok(standIn.tasks('/a').every(({ id }) => id !== lost.id));
  });

  it('that comes back with an expunged task keeps nobody waiting for its grace when the stand-in is closed', async (t) => {
    const standIn = await startStandIn({ timeScale: 0.005, seed: [{ ...app, taskKillGracePeriodSeconds: 10_000_000 }] });
    t.after(async () => standIn.close());
    const lost = await loseItsAgent(standIn);
    await standIn.faults.returnAgent(lost.host);
    await standIn.close();
  });

  it('keeps its tasks in the list as unreachable while the strategy says so', async (t) => {
    const unreachableStrategy = { inactiveAfterSeconds: 5, expungeAfterSeconds: 10 };
    const standIn = await standInFor(t, { seed: [{ ...app, unreachableStrategy }] });
    const lost = await loseItsAgent(standIn);
    assert.equal(standIn.tasks('/a')[0]?.state, 'TASK_UNREACHABLE');
    await standIn.until('it is given up', () => words(standIn.events).includes('IC Killed'));
    const order = words(standIn.events).filter((word) => /Unreachable|UNREACHABLE|Scheduled|Killed/.test(word));
    assert.deepEqual(order, [
      'SU TASK_UNREACHABLE',
      'IC Unreachable',
      'SU TASK_UNREACHABLE',
      'IC UnreachableInactive',
      'IC Scheduled',
      'IC Killed',
    ]);
    assert.ok(standIn.tasks('/a').every(({ id }) => id !== lost.id));
  });

  it('that comes back in time has its tasks run again, and the youngest goes', async (t) => {
    const unreachableStrategy = { inactiveAfterSeconds: 0, expungeAfterSeconds: 36_000 };
    const standIn = await standInFor(t, { seed: [{ ...app, unreachableStrategy }] });
    const lost = await loseItsAgent(standIn);
    await standIn.until('a second one runs', () => standIn.tasks('/a').some(({ id, state }) => id !== lost.id && state === 'TASK_RUNNING'));
    await standIn.faults.returnAgent(lost.host);
    await standIn.until('one is left', () => standIn.tasks('/a').length === 1);
    assert.deepEqual(
      standIn.tasks('/a').map(({ id, state }) => [id, state]),
      [[lost.id, 'TASK_RUNNING']],
    );
    assert.ok(await isReached(standIn, lost.id));
  });

  it('has nothing replaced when the strategy is disabled', async (t) => {
    const standIn = await standInFor(t, { seed: [{ ...app, unreachableStrategy: 'disabled' }] });
    const lost = await loseItsAgent(standIn);
    assert.deepEqual(words(standIn.events), ['SU TASK_UNREACHABLE', 'IC Unreachable']);
    assert.equal(await isReached(standIn, lost.id), false);
    await standIn.faults.returnAgent(lost.host);
    assert.deepEqual(words(standIn.events).slice(2), ['SU TASK_RUNNING', 'IC Running']);
    assert.ok(await isReached(standIn, lost.id));
  });

  it('that is marked gone has its tasks launched elsewhere at once', async (t) => {
    const standIn = await standInFor(t, { seed: [app] });
    const [task] = standIn.tasks('/a');
    await standIn.faults.agentGone(task?.host ?? '');
    await standIn.until('it runs elsewhere', () => standIn.tasks('/a')[0]?.state === 'TASK_RUNNING');
    assert.deepEqual(words(standIn.events).slice(0, 3), ['SU TASK_GONE_BY_OPERATOR', 'IC Gone', 'IC Provisioned']);
    assert.notEqual(standIn.tasks('/a')[0]?.host, task?.host);
  });

  it('may be lost to the master only, and its tasks go on serving', async (t) => {
    const standIn = await standInFor(t, { seed: [{ ...app, unreachableStrategy: 'disabled' }] });
    const lost = await loseItsAgent(standIn, 'flows');
    assert.ok(await isReached(standIn, lost.id));
  });
});
