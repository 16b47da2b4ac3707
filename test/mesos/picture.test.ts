import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FrameworkFact, TaskFact, WholeFacts } from '../../src/mesos/facts/facts.ts';
import type { OperatorEvent } from '../../src/mesos/facts/operator-events.ts';
import { MesosPicture } from '../../src/mesos/picture/picture.ts';
import { Heard } from './rig.ts';

const LIMITS = { agentsMs: 1000, quietMs: 100 };

const picture = (): MesosPicture =>
  new MesosPicture({
    awareness: 'by-health',
    skipFramework: ({ name }) => name === 'skipped',
    addressesOf: (host) => [host],
    settling: LIMITS,
    frameworkGraceMs: 500,
  });

const few = fc.integer({ min: 0, max: 3 });
const state = fc.constantFrom('TASK_RUNNING', 'TASK_RUNNING', 'TASK_KILLING', 'TASK_STAGING', 'TASK_FAILED');
const agent = few.map((n) => ({ id: `S${n}`, pid: { host: `10.1.0.${n}`, port: 5051 } }));
const framework: fc.Arbitrary<FrameworkFact> = fc
  .tuple(few, fc.boolean())
  .map(([n, isActive]) => ({ id: `F${n}`, name: n === 3 ? 'skipped' : `f${n}`, hostname: '10.0.0.1', isActive }));
const task: fc.Arbitrary<TaskFact> = fc.tuple(few, few, few, state, fc.boolean()).map(([f, t, s, at, isHealthy]) => ({
  frameworkId: `F${f}`,
  id: `t${t}`,
  name: 't',
  agentId: `S${s}`,
  state: at,
  hostPorts: [],
  isMapped: false,
  isChecked: true,
  isHealthy,
  addresses: {},
}));

const of = <T>(one: fc.Arbitrary<T>, key: (it: T) => string): fc.Arbitrary<T[]> => fc.uniqueArray(one, { selector: key, maxLength: 8 });

const whole: fc.Arbitrary<WholeFacts> = fc.record({
  agents: of(agent, ({ id }) => id),
  frameworks: of(framework, ({ id }) => id),
  tasks: of(task, ({ frameworkId, id }) => `${frameworkId} ${id}`),
  recoveredAgents: fc.subarray(['S0', 'S1']),
  identity: few.map((n) => ({ id: `M${n}` })),
  skipped: fc.constant(0),
});

const event: fc.Arbitrary<OperatorEvent> = fc.oneof(
  task.map((it) => ({ kind: 'task-added', task: it }) as const),
  fc.tuple(few, few, state).map(([f, t, at]) => ({
    ...{ kind: 'task-updated', frameworkId: `F${f}`, taskId: `t${t}`, state: at },
    status: { state: at, timestamp: 1, labels: [], networkInfos: [] },
  })) as fc.Arbitrary<OperatorEvent>,
  agent.map((it) => ({ kind: 'agent-added', agent: it }) as const),
  few.map((n) => ({ kind: 'agent-removed', agentId: `S${n}` }) as const),
  framework.map((it) => ({ kind: 'framework', framework: it }) as const),
  few.map((n) => ({ kind: 'framework-removed', frameworkId: `F${n}` }) as const),
);

type Step = { readonly kind: 'whole'; readonly facts: WholeFacts } | { readonly kind: 'event'; readonly event: OperatorEvent };

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: event.map((it) => ({ kind: 'event', event: it }) as const), weight: 5 },
  { arbitrary: whole.map((facts) => ({ kind: 'whole', facts }) as const), weight: 1 },
);

const sorted = (tasks: Iterable<{ readonly key: string }>): unknown => [...tasks].sort((one, other) => (one.key < other.key ? -1 : 1));

/** @returns when it ended */
const play = (it: MesosPicture, heard: Heard, steps: readonly Step[], stepMs: number): number => {
  let nowMs = 0;
  for (const one of steps) {
    nowMs += stepMs;
    if (one.kind === 'whole') it.takeWhole(one.facts, nowMs);
    else it.takeEvent(one.event, nowMs);
    const change = it.changes(nowMs);
    if (change !== undefined) heard.take(change);
  }
  return nowMs;
};

describe('the picture of Mesos', () => {
  it('is what its changes make, one after the other', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(1, 60, 400), (steps, stepMs) => {
        const [it, heard] = [picture(), new Heard()];
        play(it, heard, steps, stepMs);
        assert.deepEqual(sorted(heard.tasks.values()), sorted(it.whole().tasks));
        assert.deepEqual(heard.cluster ?? { frameworks: [], agents: [], masters: [] }, it.whole().cluster);
      }),
    );
  });

  it('is the same as one that begins with the last whole read, when that has settled, whatever was before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), whole, (steps, last) => {
        const [it, fresh, heard] = [picture(), picture(), new Heard()];
        const endMs = play(it, heard, steps, 60);
        it.takeWhole(last, endMs);
        fresh.takeWhole(last, endMs);
        for (const lateMs of [1, LIMITS.agentsMs + LIMITS.quietMs, 10_000]) {
          it.changes(endMs + lateMs);
          fresh.changes(endMs + lateMs);
        }
        assert.deepEqual(sorted(it.whole().tasks), sorted(fresh.whole().tasks));
        assert.deepEqual(it.whole().cluster.agents, fresh.whole().cluster.agents);
      }),
    );
  });

  it('loses no task that a new master does not name, before that has settled', () => {
    fc.assert(
      fc.property(whole, whole, (first, second) => {
        const it = picture();
        it.takeWhole({ ...first, identity: { id: 'A' }, recoveredAgents: [] }, 0);
        it.changes(LIMITS.quietMs);
        const before = it.whole().tasks.map(({ key }) => key);
        it.takeWhole({ ...second, identity: { id: 'B' } }, 1000);
        it.changes(1000 + LIMITS.quietMs - 1);
        const named = new Set(second.tasks.map(({ frameworkId, id }) => `${frameworkId} ${id}`));
        const unnamed = before.filter((key) => !named.has(key.replace(/^f(\d)\n/, 'F$1 ')));
        assert.deepEqual(
          unnamed.filter((key) => !it.whole().tasks.some((one) => one.key === key)),
          [],
        );
      }),
    );
  });
});
