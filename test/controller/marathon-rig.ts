import type { TestContext } from 'node:test';
import { request } from 'undici';
import { Controller, type ControllerOptions } from '../../src/controller/controller.ts';
import { MarathonApps } from '../../src/controller/marathon-apps.ts';
import { startStandIn, type StandIn } from '../../src/demo/stand-in.ts';
import type { MarathonAction } from '../../src/rollout/action.ts';
import type { Book } from '../../src/rollout/book.ts';
import { begin } from '../../src/rollout/edits/begin.ts';
import type { Edit } from '../../src/rollout/edits/edit.ts';
import { isRefusal } from '../../src/rollout/refusal.ts';
import type { GroupObservation, Observations } from '../../src/rollout/observation.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import { drainingOf } from '../../src/rollout/state.ts';
import { atEnd } from '../kit/at-end.ts';
import { waitFor } from '../kit/wait-for.ts';

/** A book in memory, the stand-in for Marathon, and HAProxys that do at once what the book says. */

const ask = async (url: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', body?: unknown) => {
  const answer = await request(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: answer.statusCode, json, message: text };
};

export const requestsTo = (url: string): ConstructorParameters<typeof MarathonApps>[0] => ({
  get: async (path) => ask(`${url}${path}`, 'GET'),
  post: async (path, body) => ask(`${url}${path}`, 'POST', body),
  put: async (path, body) => ask(`${url}${path}`, 'PUT', body),
  delete: async (path) => ask(`${url}${path}`, 'DELETE'),
});

export const anApp = (id: string, overrides: object = {}): Readonly<Record<string, unknown>> & { readonly id: string } => ({
  ...{ id, cmd: './serve', cpus: 0.1, mem: 32, instances: 2, networks: [{ mode: 'host' }], labels: { HAPROXY_DEPLOYMENT_GROUP: 'shop' } },
  healthChecks: [{ protocol: 'HTTP', path: '/', portIndex: 0, intervalSeconds: 1, gracePeriodSeconds: 1, maxConsecutiveFailures: 3 }],
  ...overrides,
});

/** What the controller does to the world: writes of the book, by what they say, and changes in Marathon. */
type Effect = (what: string, run: () => Promise<unknown>) => Promise<unknown>;

export interface Rig {
  readonly standIn: StandIn;
  readonly apps: MarathonApps;
  readonly book: () => Book;
  readonly rollout: () => Rollout;
  readonly edit: <T>(edit: Edit<T>) => Promise<T>;
  readonly start: (rollout: Rollout) => Promise<Rollout>;
  /** Opens a controller; the last one is closed, unless it is to work beside this one. */
  readonly control: (effect?: Effect, others?: 'alone' | 'beside') => Promise<void>;
  readonly ended: () => Promise<Rollout>;
  /** What probes and commands say. */
  ask: (signal: AbortSignal) => ReturnType<ControllerOptions['ask']>;
  /** Changes what HAProxy tells. */
  observed: (observations: Observations) => Observations;
}

/** So much faster than real time goes the clock of rollouts. */
const FASTER = 20;

export const openRig = async (t: TestContext, group: string): Promise<Rig> => {
  const standIn = await startStandIn({ timeScale: 0.02, upstreams: 'none' });
  atEnd(t, () => standIn.close());
  const apps = new MarathonApps(requestsTo(standIn.url));
  let book: Book = { revision: 0, shares: new Map(), rollouts: new Map(), overrides: new Map() };
  let controller: Controller | undefined;
  const beganMs = Date.now();

  const rawEdit: ControllerOptions['edit'] = async (edit) => {
    const edited = edit(book);
    if (isRefusal(edited)) return edited;
    book = { ...edited.book, revision: book.revision + 1 };
    controller?.wake();
    return Promise.resolve({ value: edited.value });
  };
  const rollout = (): Rollout => {
    const found = book.rollouts.get(group);
    if (found === undefined) throw new Error(`no rollout of ${group}`);
    return found;
  };
  const observe = async (): Promise<Observations> => {
    const ids = [rollout().to, rollout().from].filter((id) => id !== undefined);
    const { state } = rollout();
    const shown = await Promise.all(
      ids.map(async (id) => {
        const facts = await apps.facts(id);
        const servers = (facts?.tasks ?? []).map((task) => ({
          ...{ taskId: task.id, backend: 'shop', server: task.id, up: task.healthy, weight: 1, sessions: 0, queued: 0 },
          state: task.id in drainingOf(state) ? ('drain' as const) : ('ready' as const),
        }));
        if (facts === undefined) return [];
        return [[id, { servers, counters: { requests: 0, errors5xx: 0, connectionErrors: 0 } }] as const];
      }),
    );
    const one: GroupObservation = { sluice: 'one', at: '', revision: book.revision, apps: Object.fromEntries(shown.flat()) };
    return rig.observed({ seen: [one], missing: [] });
  };
  const control: Rig['control'] = async (effect = async (_what, run) => run(), others = 'alone') => {
    if (others === 'alone') await controller?.close();
    const options: ControllerOptions = {
      log: { info: () => undefined, warn: () => undefined },
      nowMs: () => beganMs + FASTER * (Date.now() - beganMs),
      book: () => book,
      edit: async (edit) => {
        const before = book.rollouts.get(group)?.history.length ?? 0;
        const would = edit(book);
        const history = isRefusal(would) ? [] : (would.book.rollouts.get(group)?.history ?? []);
        const what = history.length > before ? (history[before]?.what ?? '') : '';
        return (await effect(what === '' ? '' : `book: ${what}`, async () => rawEdit(edit))) as Awaited<ReturnType<typeof rawEdit<never>>>;
      },
      isLeading: async () => Promise.resolve(true),
      observe,
      facts: async (appId) => apps.facts(appId),
      carryOut: async (action: MarathonAction) =>
        (await effect(`marathon: ${action.what}`, async () => apps.carryOut(action))) as Awaited<ReturnType<MarathonApps['carryOut']>>,
      ask: async (_rollout, _facts, signal) => rig.ask(signal),
    };
    const opened = new Controller(options, 25);
    controller = opened;
    atEnd(t, async () => opened.close());
  };
  const edit: Rig['edit'] = async (change) => {
    const done = await rawEdit(change);
    if (isRefusal(done)) throw new Error(done.because);
    return done.value;
  };
  const rig: Rig = {
    standIn,
    apps,
    book: () => book,
    rollout,
    edit,
    start: async (asked) => edit(begin(asked, { apps: new Map(), members: new Map(), carriers: [] })),
    control,
    ended: async () =>
      waitFor('the rollout has ended', () => {
        if (rollout().state.phase !== 'ended')
          throw new Error(JSON.stringify({ ...rollout().state, history: rollout().history.map(({ what }) => what) }));
        return rollout();
      }),
    ask: async () => Promise.resolve({}),
    observed: (observations) => observations,
  };
  return rig;
};
