import type { Agent } from '../agents.ts';
import type { MarathonEvent } from '../events/event.ts';
import type { Cut } from '../events/stream.ts';
import type { EventStreams } from '../events/streams.ts';
import { clearFaults, type Faults, type Refusing } from '../faults.ts';
import { abdicate, type AbdicationTimes } from '../http/abdication.ts';
import type { Leadership } from '../http/leadership.ts';
import { type AgentTraffic, loseAgent, markAgentGone, returnAgent } from '../instances/agent-loss.ts';
import { kill } from '../instances/kill.ts';
import { type Thin, thinList } from '../specs/thin-list.ts';
import type { Ailment } from '../upstreams/ailment.ts';
import { publish, type World } from '../world.ts';
import { ailApp, failTask } from './task-verbs.ts';
import { instanceOf } from './views.ts';

/** Everything that can be made to go wrong, by call; the same by HTTP, see `control-table.ts`. */
export interface FaultVerbs {
  /** What is in force now. */
  readonly now: Readonly<Faults>;
  /** Makes answers and streams well again, and apps. Does not bring back agents, tasks or the health of a task. */
  clear(): void;

  /** Ends all event streams. @returns how many there were */
  cutStreams(how?: Cut): number;
  /** Streams stay open, and neither events nor heartbeats come, until `clear()` or `silence('off')`. */
  silence(state?: 'on' | 'off'): void;
  /** The next events reach no stream. */
  dropEvents(count: number): void;
  /** The next events are sent twice. */
  duplicateEvents(count: number): void;
  /** Publishes any event, well-formed or not; `eventType` names the frame. */
  publish(event: MarathonEvent): void;

  /** Answers requests with an error: by default every one, with 503 and an HTML page, until `clear()`. */
  refuse(how?: Partial<Refusing>): void;
  /** `GET /v2/apps` answers that there are none. */
  emptyApps(state?: 'on' | 'off'): void;
  /** `GET /v2/apps` answers with so many of the apps that there are now, and so many tasks of each. */
  thinApps(left: Partial<Thin>): void;
  /** `GET /v2/apps` answers this text, whatever it is; undefined: the truth again. For lists that no stand-in would make. */
  answerApps(body: string | undefined): void;
  /** Every answer comes so much later; undefined: at once. */
  delayAnswers(delayMs: number | undefined): void;
  /** No instance takes connections, until `down('off')`. Not by HTTP: nobody would hear of the end. */
  down(state?: 'on' | 'off'): Promise<void>;
  /** Requests are taken and never answered. */
  hangAnswers(state?: 'on' | 'off'): void;
  /** The next answers end in the middle of their body. */
  truncateNext(count?: number): void;
  /** The next answers are not JSON. */
  malformNext(count?: number): void;

  /** The leader closes its streams, its process ends, another instance is elected; it comes back as a standby. */
  abdicate(times?: AbdicationTimes): void;

  /** An agent falls silent; Marathon hears of it after 75 s (scaled). `cut`: its tasks cannot be reached either. */
  loseAgent(host: string, traffic?: AgentTraffic): Promise<void>;
  /** It is back, with its tasks. */
  returnAgent(host: string): Promise<void>;

  /** An operator marks it gone: TASK_GONE_BY_OPERATOR for its tasks, which are launched elsewhere. It never returns. */
  agentGone(host: string): Promise<void>;

  /** The task ends with TASK_FAILED and is launched again after its backoff. */
  failTask(taskId: string, message?: string): Promise<void>;
  /** The task is killed, with its grace, and replaced. */
  killTask(taskId: string): void;
  /** Its health paths answer 503, or 200 again. */
  setHealth(taskId: string, health: 'ok' | 'fail'): void;
  /** It takes connections and requests and answers none. */
  hangTask(taskId: string, state?: 'on' | 'off'): void;
  /** This, and no more than this, ails all tasks of an app, those to come too; by default they are well again. With `crash` those that run fail now. */
  ailApp(appId: string, how?: Ailment): Promise<void>;
}

interface Reach {
  readonly world: World;
  readonly faults: Faults;
  readonly streams: EventStreams;
  readonly leadership: Leadership;
}

export function faultVerbs({ world, faults, streams, leadership }: Reach): FaultVerbs {
  const upstream = (taskId: string) => instanceOf(world, taskId).upstream;
  return {
    now: faults,
    clear: () => {
      clearFaults(faults);
      world.ailments.clear();
    },
    cutStreams: (how = 'clean') => streams.cutAll(how),
    silence: (state = 'on') => void (faults.silent = state === 'on'),
    dropEvents: (count) => void (faults.dropEvents = count),
    duplicateEvents: (count) => void (faults.duplicateEvents = count),
    publish: (event) => publish(world, event),
    refuse: (how = {}) => void (faults.refusing = { status: 503, body: 'html', path: '/', times: Infinity, ...how }),
    emptyApps: (state = 'on') => void (faults.appsAnswer = state === 'on' ? '{"apps":[]}' : undefined),
    thinApps: (left) => void (faults.appsAnswer = thinList(world, { apps: Infinity, tasks: Infinity, ...left })),
    answerApps: (body) => void (faults.appsAnswer = body),
    delayAnswers: (delayMs) => void (faults.delayMs = delayMs),
    down: async (state = 'on') => {
      const isUpNow = state === 'on';
      const affected = leadership.servers.filter(({ isUp }) => isUp === isUpNow);
      await Promise.all(affected.map(async (server) => (isUpNow ? server.close() : server.open())));
    },
    hangAnswers: (state = 'on') => void (faults.hanging = state === 'on'),
    truncateNext: (count = 1) => void (faults.truncateNext = count),
    malformNext: (count = 1) => void (faults.malformNext = count),
    abdicate: (times = {}) => abdicate({ world, streams, leadership }, { noticeMs: 0, ...times }),
    loseAgent: async (host, traffic = 'cut') => loseAgent(world, agentAt(world, host), traffic),
    returnAgent: async (host) => returnAgent(world, agentAt(world, host)),
    agentGone: async (host) => markAgentGone(world, agentAt(world, host)),
    failTask: async (taskId, message = 'Command exited with status 1') => failTask(world, taskId, message),
    killTask: (taskId) => kill(world, instanceOf(world, taskId), 'replace'),
    setHealth: (taskId, health) => upstream(taskId)?.setHealthy(health === 'ok'),
    hangTask: (taskId, state = 'on') => upstream(taskId)?.setHanging(state === 'on'),
    ailApp: async (appId, how = {}) => ailApp(world, appId, how),
  };
}

function agentAt(world: World, host: string): Agent {
  const agent = world.agents.find((it) => it.host === host || it.id === host);
  if (agent === undefined) throw new Error(`there is no agent ${host}`);
  return agent;
}
