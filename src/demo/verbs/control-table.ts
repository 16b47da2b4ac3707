import { z } from 'zod';
import type { MarathonEvent } from '../events/event.ts';
import type { FaultVerbs } from './fault-verbs.ts';
import { addTask, removeTask } from './task-verbs.ts';
import type { World } from '../world.ts';

/** One `POST /stand-in/{name}`: the shape of its body, what it does, and a sentence for `GET /stand-in`. */
interface ControlVerb {
  readonly name: string;
  readonly does: string;
  readonly body: string;
  readonly run: (reach: { readonly world: World; readonly verbs: FaultVerbs }, body: unknown) => unknown;
}

function verb<S extends z.ZodType>(
  name: string,
  does: string,
  [schema, body]: readonly [S, string],
  run: (reach: { readonly world: World; readonly verbs: FaultVerbs }, input: z.output<S>) => unknown,
): ControlVerb {
  return { name, does, body, run: (reach, input) => run(reach, schema.parse(input)) };
}

const nothing = [z.unknown(), ''] as const;
const state = [z.object({ state: z.enum(['on', 'off']).default('on') }), '{"state":"on|off"}'] as const;
const count = [z.object({ count: z.number().default(1) }), '{"count":1}'] as const;
const task = [z.object({ task: z.string() }), '{"task":"<task id>"}'] as const;
const cutHow = z.object({ how: z.enum(['clean', 'reset', 'mid-frame']).default('clean') });
const refusing = z.object({
  status: z.number().default(503),
  body: z.enum(['html', 'json', 'empty']).default('html'),
  path: z.string().default('/'),
  times: z.number().default(Infinity),
});
const times = z.object({ noticeMs: z.number(), electionMs: z.number(), warmUpMs: z.number(), downMs: z.number() }).partial();
const ailment = z.object({
  app: z.string(),
  errorPercent: z.number().min(0).max(100).optional(),
  delayMs: z.number().min(0).optional(),
  health: z.literal('fail').optional(),
  crash: z.boolean().optional(),
});
const traffic = z.object({ agent: z.string(), traffic: z.enum(['cut', 'flows']).default('cut') });

/** What `curl -X POST -d '{...}' http://.../stand-in/{name}` can do. */
export const controlVerbs: readonly ControlVerb[] = [
  verb('clear', 'makes answers and streams well again', nothing, ({ verbs }) => verbs.clear()),
  verb('cut-streams', 'ends all event streams', [cutHow, '{"how":"clean|reset|mid-frame"}'], ({ verbs }, { how }) => ({
    cut: verbs.cutStreams(how),
  })),
  verb('silence', 'streams stay open, no events and no heartbeats', state, ({ verbs }, it) => verbs.silence(it.state)),
  verb('drop-events', 'the next events reach no stream', count, ({ verbs }, it) => verbs.dropEvents(it.count)),
  verb('duplicate-events', 'the next events are sent twice', count, ({ verbs }, it) => verbs.duplicateEvents(it.count)),
  verb('publish', 'publishes any event', [z.looseObject({ eventType: z.string() }), '{"eventType":"...",...}'], ({ verbs }, it) =>
    verbs.publish(it as MarathonEvent),
  ),
  verb(
    'refuse',
    'answers with an error instead',
    [refusing, '{"status":503,"body":"html|json|empty","path":"/v2/apps","times":1}'],
    ({ verbs }, it) => verbs.refuse(it),
  ),
  verb('empty-apps', 'GET /v2/apps answers that there are none', state, ({ verbs }, it) => verbs.emptyApps(it.state)),
  verb(
    'thin-apps',
    'GET /v2/apps answers with so many apps, and so many tasks of each',
    [z.object({ apps: z.number(), tasks: z.number() }).partial(), '{"apps":3,"tasks":0}'],
    ({ verbs }, it) => verbs.thinApps(definedOnly(it)),
  ),
  verb('answer-apps', 'GET /v2/apps answers this instead', [z.looseObject({}), '{"apps":[...]}'], ({ verbs }, it) =>
    verbs.answerApps(JSON.stringify(it)),
  ),
  verb(
    'delay',
    'every answer comes later; without ms at once',
    [z.object({ ms: z.number().optional() }), '{"ms":500}'],
    ({ verbs }, { ms }) => verbs.delayAnswers(ms),
  ),
  verb('hang', 'requests are never answered', state, ({ verbs }, it) => verbs.hangAnswers(it.state)),
  verb('truncate-next', 'the next answers end in the middle', count, ({ verbs }, it) => verbs.truncateNext(it.count)),
  verb('malform-next', 'the next answers are not JSON', count, ({ verbs }, it) => verbs.malformNext(it.count)),
  verb(
    'abdicate',
    'the leader goes, another is elected',
    [times, '{"noticeMs":0,"electionMs":2000,"warmUpMs":1000,"downMs":5000}'],
    ({ verbs }, it) => verbs.abdicate(definedOnly(it)),
  ),
  verb('lose-agent', 'an agent falls silent', [traffic, '{"agent":"<host>","traffic":"cut|flows"}'], async ({ verbs }, it) =>
    verbs.loseAgent(it.agent, it.traffic),
  ),
  verb('return-agent', 'it is back', [z.object({ agent: z.string() }), '{"agent":"<host>"}'], async ({ verbs }, { agent }) =>
    verbs.returnAgent(agent),
  ),
  verb('agent-gone', 'it will never come back', [z.object({ agent: z.string() }), '{"agent":"<host>"}'], async ({ verbs }, { agent }) =>
    verbs.agentGone(agent),
  ),
  verb(
    'fail-task',
    'the task fails and is launched again',
    [task[0].extend({ message: z.string().optional() }), '{"task":"...","message":"..."}'],
    async ({ verbs }, it) => verbs.failTask(it.task, it.message),
  ),
  verb('kill-task', 'the task is killed and replaced', task, ({ verbs }, it) => verbs.killTask(it.task)),
  verb(
    'health',
    'its health paths fail or pass',
    [task[0].extend({ health: z.enum(['ok', 'fail']) }), '{"task":"...","health":"ok|fail"}'],
    ({ verbs }, it) => verbs.setHealth(it.task, it.health),
  ),
  verb(
    'hang-task',
    'it answers nothing',
    [task[0].extend({ state: z.enum(['on', 'off']).default('on') }), '{"task":"...","state":"on|off"}'],
    ({ verbs }, it) => verbs.hangTask(it.task, it.state),
  ),
  verb(
    'ail-app',
    'this ails all tasks of an app, those to come too; the app alone: they are well again',
    [ailment, '{"app":"/shop/cart","errorPercent":5,"delayMs":300,"health":"fail","crash":true}'],
    async ({ verbs }, { app, ...how }) => verbs.ailApp(app, definedOnly(how)),
  ),
  verb('add-task', 'one more task, at once', [z.object({ app: z.string() }), '{"app":"/shop/cart"}'], async ({ world }, { app }) => ({
    task: await addTask(world, app),
  })),
  verb(
    'remove-task',
    'one task less, at once',
    [task[0].extend({ app: z.string() }), '{"app":"/shop/cart","task":"..."}'],
    async ({ world }, it) => removeTask(world, it.app, it.task),
  ),
];

/** zod leaves the keys of optional fields there with `undefined`; defaults further down must win over those. */
function definedOnly<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
