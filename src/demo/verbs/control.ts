import type { IncomingMessage } from 'node:http';
import { ZodError } from 'zod';
import { type Answer, json, message } from '../answer.ts';
import { decodedPath, readText, urlOf } from '../http/call.ts';
import type { RequestLog } from '../http/request-log.ts';
import type { Leadership } from '../http/leadership.ts';
import type { World } from '../world.ts';
import { controlVerbs } from './control-table.ts';
import type { FaultVerbs } from './fault-verbs.ts';
import { taskViews } from './views.ts';

interface Reach {
  readonly world: World;
  readonly verbs: FaultVerbs;
  readonly log: RequestLog;
  readonly leadership: Leadership;
}

/** What can be looked at with `GET /stand-in/{name}`. */
const views: Readonly<Record<string, { readonly shows: string; readonly show: (reach: Reach) => unknown }>> = {
  tasks: { shows: 'all tasks with their addresses', show: ({ world }) => taskViews(world, undefined) },
  agents: { shows: 'the agents', show: ({ world }) => world.agents.map(({ id, host, state }) => ({ id, host, state })) },
  events: { shows: 'the last published events', show: ({ world }) => world.bus.recorded },
  requests: { shows: 'the last requests', show: ({ log }) => log.entries },
  faults: { shows: 'the faults in force', show: ({ verbs }) => verbs.now },
  leader: { shows: 'the instances and who leads', show: ({ leadership }) => leadershipView(leadership) },
};

function leadershipView({ servers, leader, isReady }: Leadership): unknown {
  return { instances: servers.map(({ url }) => url), leader: leader?.url ?? null, isReady };
}

/** Answers `/stand-in` and everything below it: the faults and the looking, for who has only `curl`. */
export async function answerControl(reach: Reach, request: IncomingMessage): Promise<Answer> {
  const name = decodedPath(urlOf(request)).replace(/^\/stand-in\/?/, '');
  if (request.method === 'GET') return show(reach, name);
  if (request.method !== 'POST') return message(405, 'GET and POST only');
  const verb = controlVerbs.find((it) => it.name === name);
  if (verb === undefined) return message(404, `no such verb: ${name}; GET /stand-in lists them`);
  try {
    const text = await readText(request);
    return json(200, (await verb.run(reach, text.trim() === '' ? {} : JSON.parse(text))) ?? {});
  } catch (error) {
    if (error instanceof ZodError || error instanceof SyntaxError) return json(422, { message: error.message, body: verb.body });
    return message(404, error instanceof Error ? error.message : String(error));
  }
}

function show(reach: Reach, name: string): Answer {
  if (name === '') return json(200, listing());
  const view = views[name];
  return view === undefined ? message(404, `nothing to see: ${name}; GET /stand-in lists what there is`) : json(200, view.show(reach));
}

function listing(): unknown {
  return {
    get: Object.fromEntries(Object.entries(views).map(([name, { shows }]) => [`/stand-in/${name}`, shows])),
    post: Object.fromEntries(controlVerbs.map(({ name, does, body }) => [`/stand-in/${name}`, { does, body }])),
  };
}
