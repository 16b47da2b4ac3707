// A stand-in for Marathon with its tasks in a process of its own: forked by stand-in-process.ts, does what it is told, ends with its parent.
import type { StandInOptions } from '../../src/demo/options.ts';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import { nowMs } from './clock.ts';
import type { Order, Reply } from './stand-in-process.ts';

let standIn: StandIn | undefined;

const verbs: Order['verbs'] = {
  start: async (options: StandInOptions) => {
    standIn = await startStandIn(options);
    return standIn.url;
  },
  addTask: async (appId) => {
    const sentAtMs = nowMs();
    return { taskId: await there().addTask(appId), sentAtMs };
  },
  removeTask: async (appId, taskId) => there().removeTask(appId, taskId),
  killTask: async (taskId) => there().faults.killTask(taskId),
  runningTasks: async (appId) =>
    there()
      .tasks(appId)
      .filter((task) => task.state === 'TASK_RUNNING')
      .map((task) => ({ id: task.id, ...there().taskAddress(task.id) })),
  close: async () => standIn?.close(),
};

const there = (): StandIn => {
  if (standIn === undefined) throw new Error('the stand-in was not started');
  return standIn;
};

const answer = (reply: Reply): void => void process.send?.(reply);

process.on('message', ({ id, verb, args }: Order['message']) => {
  // What each verb takes is held by the types of who sends.
  const run = verbs[verb] as (...given: readonly unknown[]) => Promise<unknown>;
  run(...args).then(
    (value) => answer({ id, value }),
    (error: unknown) => answer({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => void standIn?.close().finally(() => process.exit(0)));
// The terminal sends ^C to all: the parent decides when this ends.
process.on('SIGINT', () => undefined);
