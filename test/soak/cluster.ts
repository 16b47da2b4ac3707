import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import type { StandIn } from '../../src/demo/stand-in.ts';
import type { TaskView } from '../../src/demo/verbs/views.ts';
import { byHand } from '../kit/haproxy-of.ts';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition } from '../kit/edge.ts';
import { type Ending, lastly } from '../kit/lastly.ts';
import { isServed, standInFor } from '../kit/runs.ts';
import { placeFor, type Place, SluiceProcess, type StartOptions } from '../kit/sluice.ts';
import { type Failure, SteadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';
import { type Carrier, carriersIn, carriersOf } from './carriers.ts';

/**
 * Tasks that are asked to end go on until HAProxy knows others. In a cluster the grace is longer than what Sluice needs to start; in fast motion it
 * would not be, and its end would show how slow the machine is.
 */
const UNTIL_REPLACED = { taskKillGracePeriodSeconds: 100_000, backoffSeconds: 1, backoffFactor: 1 };

/** Apps that clients use all the time, and that always have tasks to answer them. */
const STEADY: readonly object[] = [
  anAppDefinition('/shop', { ...UNTIL_REPLACED, instances: 4 }),
  anAppDefinition('/cart', {
    ...UNTIL_REPLACED,
    instances: 3,
    healthChecks: [{ protocol: 'HTTP', path: '/health', portIndex: 0, intervalSeconds: 4, gracePeriodSeconds: 60 }],
  }),
  anAppDefinition('/pay', { ...UNTIL_REPLACED, instances: 3, labels: { HAPROXY_0_BALANCE: 'leastconn' } }),
];

export const STEADY_IDS = ['/shop', '/cart', '/pay'] as const;

const hostOf = (id: string): string => `${id.slice(1)}.example`;

export interface ClusterOptions {
  /** Marathon instances; default 1. */
  readonly marathons?: number;
  readonly disk?: Parameters<typeof placeFor>[1];
  /** More flags for Sluice. */
  readonly flags?: readonly string[];
}

/** There are many starts: what is compiled is kept, so that the time goes into what is tried. */
const startOptions = ({ folder }: Place): StartOptions => ({ env: { NODE_COMPILE_CACHE: join(folder, 'compiled') } });

const ANSWERING = new Set(['TASK_RUNNING', 'TASK_KILLING']);

const addressOf = ({ addresses: [at] }: TaskView): string => `${at?.host}:${at?.port}`;

const TRY_FOR_MS = 3000;
const TRY_AGAIN_AFTER_MS = 200;

/** A stand-in in fast motion with a few apps, a Sluice process and its HAProxy, and clients that use the steady apps without a break. */
export class Cluster {
  readonly standIn: StandIn;
  readonly place: Place;
  readonly clients: SteadyClients;
  readonly #flags: readonly string[];
  #sluice: SluiceProcess;
  #blows: Promise<unknown> = Promise.resolve();
  readonly #sick = new Set<string>();
  #isOver = false;
  #isDown = false;
  #starts = 1;
  /** Of the clients' failures: first, and behind the last. */
  readonly #broken: { readonly from: number; to: number }[] = [];
  /** From now on Sluice is to live until the end, so that it can be seen whether it grows. */
  mayNotBeKilled = false;

  /** Use openCluster. */
  constructor(t: Ending, standIn: StandIn, place: Place, flags: readonly string[], sluice: SluiceProcess) {
    this.standIn = standIn;
    this.place = place;
    this.#flags = flags;
    this.#sluice = sluice;
    lastly(t, async () => this.#sluice.endBy('SIGKILL'));
    this.clients = new SteadyClients(
      STEADY_IDS.map((id) => ({ host: hostOf(id), port: place.ports.http })),
      { kept: 2, fresh: 2, pauseMs: 40 },
    );
    lastly(t, async () => this.clients.stop());
    const reaping = this.#reap();
    // Told when it is over.
    reaping.catch(() => undefined);
    lastly(t, async () => {
      this.#isOver = true;
      await reaping;
    });
  }

  get sluice(): SluiceProcess {
    return this.#sluice;
  }

  /** Sluice has ended, and nobody has killed it. */
  get hasEndedByItself(): boolean {
    return !this.#isDown && !this.#sluice.isAlive;
  }

  /** Requests that failed, and should not have. */
  get failures(): readonly Failure[] {
    return this.clients.seen.failures.filter((_, at) => !this.#broken.some(({ from, to }) => at >= from && at < to));
  }

  /** Requests that failed because HAProxy itself was killed. */
  get lost(): number {
    return this.clients.seen.failures.length - this.failures.length;
  }

  /** How many Sluices there were. */
  get starts(): number {
    return this.#starts;
  }

  async killSluice(): Promise<void> {
    this.#isDown = true;
    await this.#sluice.endBy('SIGKILL');
  }

  /** A Sluice on the same folders. Does not wait until it serves. */
  startSluice(): SluiceProcess {
    if (this.#sluice.isAlive) throw new Error('one runs');
    this.#starts += 1;
    this.#isDown = false;
    this.#sluice = new SluiceProcess(this.#flags, startOptions(this.place));
    return this.#sluice;
  }

  /** Waits until Sluice has put a picture in force. Throws what it had to say when it has ended. */
  async isReady(): Promise<void> {
    await this.#sluice.prints(/sluice runs/);
    await waitFor('Sluice is ready', async () => (await askApi(this.place.runDir, '/ready')).status === 200);
  }

  /** What fails until this is over is counted as lost by nature. */
  async whileBroken<T>(act: () => Promise<T>): Promise<T> {
    const span = { from: this.clients.seen.failures.length, to: Infinity };
    this.#broken.push(span);
    const result = await act();
    await this.clients.moreRequests();
    span.to = this.clients.seen.failures.length;
    return result;
  }

  async isServed(id: string): Promise<void> {
    await isServed(this.place, hostOf(id));
  }

  /** A write to Marathon; tried again for a moment where Marathon does not take it. Tells what came of it. */
  async write(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<string> {
    const deadline = performance.now() + TRY_FOR_MS;
    let last = '';
    while (performance.now() < deadline) {
      last = await this.#writeOnce(method, path, body);
      if (/^[24]\d\d$/.test(last)) return last;
      await wait(TRY_AGAIN_AFTER_MS);
    }
    return `not taken: ${last}`;
  }

  /** Tasks of a steady app that HAProxy uses and that are not asked to end. */
  async carriers(appId: string): Promise<readonly TaskView[]> {
    const used = new Set((await carriersIn(this.place.runDir)).map(({ at }) => at));
    return this.#reachable(appId).filter((task) => task.state === 'TASK_RUNNING' && used.has(addressOf(task)));
  }

  /**
   * Whether no request fails where HAProxy has these servers and these tasks are gone: of each steady app a task is left that nobody asks to end,
   * and at most one server leads nowhere. HAProxy asks again, and at last elsewhere: with two of those it may come to the second.
   */
  suffices(carriers: readonly Carrier[], gone: ReadonlySet<string> = new Set()): boolean {
    return STEADY_IDS.every((id) => {
      const left = this.#reachable(id).filter((task) => !gone.has(task.id));
      const used = carriers.filter(({ backend }) => backend.startsWith(`${id.slice(1)}_`)).map(({ at }) => at);
      const answering = new Set(left.map(addressOf));
      const lasting = left.filter(({ state }) => state === 'TASK_RUNNING').map(addressOf);
      return lasting.some((at) => used.includes(at)) && used.filter((at) => !answering.has(at)).length <= 1;
    });
  }

  /**
   * Does what takes these tasks away, if what HAProxy has is enough without them, and what its files have, too: a new worker comes up with those,
   * and Sluice may be killed before it has told that one what is newer. Else it could not be told what Sluice has broken. One after the other.
   * Resolves to whether it was done.
   */
  async takeAway(tasks: ReadonlySet<string>, act: () => unknown): Promise<boolean> {
    const blow = this.#blows.then(async () => {
      const isUsed = STEADY_IDS.some((id) => this.standIn.tasks(id).some((task) => tasks.has(task.id)));
      if (isUsed && !(this.suffices(await carriersIn(this.place.runDir), tasks) && this.suffices(this.#inFiles(), tasks))) return false;
      await act();
      return true;
    });
    this.#blows = blow.catch(() => undefined);
    return blow;
  }

  /** The task's health checks fail from now on. HAProxy needs a few of them to see it. */
  async sicken(task: string): Promise<boolean> {
    return this.takeAway(new Set([task]), () => {
      this.#sick.add(task);
      this.standIn.faults.setHealth(task, 'fail');
    });
  }

  /** Whether no request fails where HAProxy comes up with its files: they are a second old, and older while they cannot be written. */
  filesSuffice(): boolean {
    return this.suffices(this.#inFiles());
  }

  /** Whether the saved state is new enough to serve from, where Marathon is away at the next start: it is written within a second or so. */
  isSaved(): boolean {
    const saved = readFileSync(join(this.place.stateDir, 'model.json'), 'utf8');
    return STEADY_IDS.every((id) => {
      const known = new Set(saved.match(new RegExp(`\\b${id.slice(1)}\\.instance-[\\w-]+\\._app\\.\\d+`, 'g')) ?? []);
      const left = new Map(this.#reachable(id).map((task) => [task.id, task.state]));
      return [...known].some((task) => left.get(task) === 'TASK_RUNNING') && [...known].filter((task) => !left.has(task)).length <= 1;
    });
  }

  /** All is well again, and everything is as Marathon's apps want it; throws what is not. */
  async settle(): Promise<void> {
    const { standIn, place } = this;
    standIn.faults.clear();
    await standIn.faults.down('off');
    for (const { host } of standIn.agents) await standIn.faults.returnAgent(host);
    if (!this.#sluice.isAlive) this.startSluice();
    await waitFor('Marathon has done what it was asked', async () => (await this.#get('/v2/deployments')).length === 0);
    await waitFor('all tasks run', () => standIn.tasks().every(({ state }) => state === 'TASK_RUNNING'));
    await waitFor("the picture is Marathon's", async () => {
      const { body } = await askApi(place.runDir, '/status');
      const { tasks, picture } = body as { tasks: number; picture: { source: string; held?: unknown } };
      if (tasks !== standIn.tasks().length || picture.source !== 'marathon' || picture.held !== undefined)
        throw new Error(JSON.stringify({ tasks, picture }));
      return true;
    });
    await waitFor('the plan is noop', async () => {
      const { text, body } = await askApi(place.runDir, '/plan');
      if ((body as { kind?: string } | undefined)?.kind !== 'noop') throw new Error(text);
      return true;
    });
  }

  /** Each steady app is served by exactly its tasks, and each good app at all. Settled before. */
  async assertRight(goodApps: readonly string[]): Promise<void> {
    for (const id of goodApps) await this.isServed(id);
    const expected = new Set(STEADY_IDS.flatMap((id) => this.standIn.tasks(id)).map(({ id }) => id));
    await waitFor('exactly the tasks of the steady apps answer', async () => {
      this.clients.forgetAnswers();
      await this.clients.moreRequests();
      const answering = new Set(this.clients.seen.byTask.keys());
      const wrong = [...new Set([...answering, ...expected])].filter((task) => !answering.has(task) || !expected.has(task));
      if (wrong.length > 0) throw new Error(wrong.map((task) => `${task} ${answering.has(task) ? 'answers' : 'does not'}`).join(', '));
      return true;
    });
  }

  /** What HAProxy has, what the steady apps have, and what Sluice said last: for whoever reads a failed test. */
  async describe(): Promise<string> {
    const servers = await byHand(this.place.runDir, 'show servers state').catch(String);
    const tasks = STEADY_IDS.flatMap((id) => this.standIn.tasks(id)).map(
      ({ id, state, addresses: [at] }) => `${id} ${state} ${at?.host}:${at?.port}`,
    );
    return [...tasks, servers, this.#sluice.stdout.slice(-6000), this.#sluice.stderr].join('\n');
  }

  #inFiles(): readonly Carrier[] {
    return carriersOf(readFileSync(join(this.place.runDir, 'config', 'haproxy.cfg'), 'utf8'));
  }

  #reachable(appId: string): readonly TaskView[] {
    const away = new Set(this.standIn.agents.filter(({ state }) => state !== 'active').map(({ host }) => host));
    return this.standIn.tasks(appId).filter(({ id, host, state }) => !away.has(host) && !this.#sick.has(id) && ANSWERING.has(state));
  }

  async #writeOnce(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown): Promise<string> {
    const base = this.standIn.leaderUrl;
    if (base === undefined) return 'nobody leads';
    try {
      const answer = await request(`${base}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        headersTimeout: 1000,
        bodyTimeout: 1000,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      await answer.body.dump();
      return String(answer.statusCode);
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #get(path: string): Promise<readonly unknown[]> {
    return (await (await fetch(`${this.standIn.leaderUrl ?? ''}${path}`)).json()) as readonly unknown[];
  }

  /** Ends what is asked to end as soon as nobody depends on it. */
  async #reap(): Promise<void> {
    while (!this.#isOver) {
      for (const { id } of this.standIn.tasks().filter(({ state }) => state === 'TASK_KILLING')) await this.#end(id);
      await wait(100);
    }
  }

  async #end(task: string): Promise<void> {
    await this.takeAway(new Set([task]), async () => {
      if (this.standIn.tasks().some(({ id }) => id === task)) await this.standIn.faults.failTask(task, 'its grace is over');
    });
  }
}

/** Open, with all steady apps served; gone after the test. */
export const openCluster = async (t: Ending, { marathons = 1, disk = 'any', flags = [] }: ClusterOptions = {}): Promise<Cluster> => {
  const place = await placeFor(t, disk);
  const standIn = await standInFor(t, { instances: marathons, agents: 4 });
  for (const app of STEADY)
    await fetch(`${standIn.url}/v2/apps`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(app) });
  const all = ['run', ...standIn.urls.flatMap((url) => ['--marathon', url]), ...place.flags, '--max-backoff', '2', ...flags];
  const sluice = new SluiceProcess(all, startOptions(place));
  try {
    await sluice.prints(/sluice runs/);
    for (const id of STEADY_IDS) await isServed(place, hostOf(id));
    await waitFor('all tasks run', () => standIn.tasks().length === 10 && standIn.tasks().every(({ state }) => state === 'TASK_RUNNING'));
  } catch (error) {
    await sluice.endBy('SIGKILL');
    throw error;
  }
  return new Cluster(t, standIn, place, all, sluice);
};
