import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EventMeaning } from '../../src/marathon/event.ts';
import { toEntry } from '../../src/marathon/payload/entry.ts';
import { toPodEntry } from '../../src/marathon/payload/pod-entry.ts';
import { Sequencer } from '../../src/marathon/sequencer.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import { commit, emptyModel } from '../../src/model/commit.ts';
import { reduce } from '../../src/model/reduce.ts';
import { aPod } from './pod-samples.ts';
import { anApp } from './samples.ts';

const APPS = ['/a', '/b', '/c'];

/** A Marathon whose tasks only ever move on: the state of a task is a number that grows. */
class Growing {
  readonly states = new Map(APPS.map((id) => [id, 0]));
  readonly unheard: EventMeaning[] = [];

  change(appId: string): void {
    const state = (this.states.get(appId) ?? 0) + 1;
    this.states.set(appId, state);
    const task = { id: `${appId}-task`, instanceId: '', host: 'h', ipAddresses: [], ports: [], state: String(state), version: '' };
    this.unheard.push({ events: [{ kind: 'task', appId, task }], appIds: [appId], isOfApps: false });
  }

  answer(appIds: readonly string[]): ReturnType<typeof toEntry>[] {
    return appIds.map((id) => toEntry(anApp({ id, tasks: [{ id: `${id}-task`, host: 'h', state: String(this.states.get(id)) }] })));
  }
}

/** A read of one app or of all: it begins, Marathon answers, the answer arrives; each at its own time. */
interface Read {
  readonly appIds: readonly string[];
  readonly mark: number;
  answer?: ReturnType<typeof toEntry>[];
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('change' as const), app: fc.constantFrom(...APPS) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('hear' as const), app: fc.constant('') }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('begin' as const), app: fc.constantFrom('', ...APPS) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('answer' as const, 'arrive' as const), app: fc.constantFrom('', 'last') }) },
);

for (const maxKept of [0, 1, 10]) {
  test(`however reads and events cross, no event is taken back, and all ends at the truth (${maxKept} kept)`, () => {
    const property = fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const marathon = new Growing();
      const model = emptyModel();
      const sequencer = new Sequencer({ emit: (event) => commit(model, reduce(model, event)), maxKept });
      const reads: Read[] = [];
      const arrive = (app: string): void => {
        const answered = reads.filter(({ answer }) => answer !== undefined);
        const read = app === '' ? answered[0] : answered.at(-1);
        if (read?.answer === undefined) return;
        reads.splice(reads.indexOf(read), 1);
        if (read.appIds.length > 1) sequencer.putAll(read.mark, read.answer);
        else sequencer.putApp(read.mark, read.appIds[0] ?? '', read.answer[0]?.value);
        sequencer.end(read.mark);
      };
      const heard = new Map<string, number>();
      const hear = (): void => {
        const meaning = marathon.unheard.shift();
        if (meaning === undefined) return;
        sequencer.hear(meaning);
        for (const event of meaning.events) if (event.kind === 'task') heard.set(event.appId, Number(event.task.state));
      };
      const begin = (app: string): void => {
        const appIds = app === '' ? APPS : [app];
        // One full read at a time, and one of each app.
        if (!reads.some((read) => read.appIds.join() === appIds.join())) reads.push({ appIds, mark: sequencer.begin() });
      };
      const answer = (): void => {
        const read = reads.find((one) => one.answer === undefined);
        if (read !== undefined) read.answer = marathon.answer(read.appIds);
      };
      const stateOf = (id: string): number => Number(model.apps.get(id)?.tasks.get(`${id}-task`)?.state ?? -1);
      const acts = { hear, begin, answer, arrive, change: (app: string) => marathon.change(app) };
      for (const { does, app } of steps) {
        acts[does](app);
        for (const [id, state] of heard) assert.ok(stateOf(id) === -1 || stateOf(id) >= state, `${id} went back by "${does}"`);
      }
      while (marathon.unheard.length > 0) hear();
      begin('');
      while (reads.length > 0) {
        answer();
        arrive('');
      }
      assert.deepEqual(APPS.map(stateOf), [...marathon.states.values()]);
    });
    fc.assert(property, { numRuns: 400 });
  });
}

test('an answer that began before a full read and comes after it is dropped', () => {
  const kinds: string[] = [];
  const sequencer = new Sequencer({ emit: ({ kind }) => kinds.push(kind), maxKept: 10 });
  const single = sequencer.begin();
  const full = sequencer.begin();
  sequencer.putAll(full, [toEntry(anApp())]);
  sequencer.end(full);
  sequencer.putApp(single, '/shop/cart', toEntry(anApp()).value);
  sequencer.end(single);
  assert.deepEqual(kinds, ['snapshot']);
});

test('an answer that is older than an event is judged with what the event told', () => {
  const judged: ModelEvent[] = [];
  const sequencer = new Sequencer({
    emit: () => undefined,
    admits: (event) => judged.push(event) > 0,
    maxKept: 10,
  });
  const mark = sequencer.begin();
  const task = { id: '/a-task', instanceId: '', host: 'h', ipAddresses: [], ports: [], state: 'TASK_RUNNING', version: '' };
  sequencer.hear({ events: [{ kind: 'task', appId: '/a', task }], appIds: ['/a'], isOfApps: false });
  sequencer.putApp(mark, '/a', toEntry(anApp({ id: '/a', tasks: [{ id: '/a-task', host: 'h', state: 'TASK_STAGING' }] })).value);
  const [event] = judged;
  assert.equal(event?.kind, 'app');
  assert.equal(event.entry.tasks.get('/a-task')?.state, 'TASK_RUNNING');
});

test('a pod is known as one until something else says that it is gone', () => {
  const sequencer = new Sequencer({ emit: () => undefined, maxKept: 10 });
  const full = (read: ReturnType<typeof toEntry>[], keepsPods: boolean): boolean => {
    const mark = sequencer.begin();
    sequencer.putAll(mark, read, keepsPods ? { keepsPods } : {});
    sequencer.end(mark);
    return sequencer.isPod('/shop/pod');
  };
  assert.ok(full([toEntry(anApp()), toPodEntry(aPod())], false));
  assert.ok(full([toEntry(anApp())], true), 'pods could not be read');
  assert.ok(!full([toEntry(anApp({ id: '/shop/pod' }))], true), 'an app has its place');
  assert.ok(full([toPodEntry(aPod())], false));
  assert.ok(!full([], false));
  const mark = sequencer.begin();
  sequencer.putApp(mark, '/shop/pod', toPodEntry(aPod()).value);
  assert.ok(sequencer.isPod('/shop/pod'));
  sequencer.putApp(mark, '/shop/pod', undefined);
  assert.ok(!sequencer.isPod('/shop/pod'));
});
