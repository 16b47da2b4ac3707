import { profileNameOf } from '../desired/profile.ts';
import type { AllCounts, Counted } from '../haproxy/count-worker.ts';
import { timesTableOf } from '../haproxy/time-table.ts';
import type { GroupObservation, ServerObservation } from '../rollout/observation.ts';
import { type Place, placeKey } from '../rollout/place.ts';
import { GrowingCounters, type RawCounts } from './growing-counters.ts';

/** What must be known of the picture. */
export interface GroupsView {
  /** Of the book that HAProxy has in these backends. */
  readonly revision: (backends: ReadonlySet<string>) => Promise<number>;
  /** Ids of the apps of a deployment group; none: there is no such group. */
  readonly members: (group: string) => readonly string[];
  readonly places: (appId: string) => readonly Place[];
  /** What a backend must have been given; undefined: there is no such backend. */
  readonly shapeOf: (backend: string) => string | undefined;
}

interface ObserverOptions {
  /** Who this Sluice is. */
  readonly sluice: string;
  readonly groups: GroupsView;
  /** Throws SluiceError where HAProxy cannot be asked. */
  readonly counts: (counted: Counted) => Promise<AllCounts>;
}

/** A group that nobody has asked for so long is forgotten, with what was counted of it. */
const FORGET_AFTER_MS = 3_600_000;

interface Known {
  askedAtMs: number;
  /** By backend and server, also where the task has gone and its last requests run on. */
  readonly places: Map<string, Place>;
  readonly counters: GrowingCounters;
}

const tablesOf = (backends: readonly string[], { shapeOf }: GroupsView): readonly string[] => {
  const profiles = backends.map(shapeOf).filter((shape) => shape !== undefined);
  return [...new Set(profiles.map((shape) => timesTableOf(profileNameOf(shape))))];
};

/** Of all workers; one that is not there has nothing. */
const sumOf = ({ current, old }: AllCounts, key: string, what: 'sessions' | 'queued'): number =>
  [current, ...old].reduce((sum, { servers }) => sum + (servers.get(key)?.[what] ?? 0), 0);

const observeServer = (place: Place, all: AllCounts): ServerObservation => {
  const { backend, server, taskId } = place;
  const key = placeKey(place);
  const now = all.current.states.get(backend)?.get(server);
  return {
    ...{ taskId, backend, server },
    state: now?.state ?? 'absent',
    up: now?.up ?? false,
    weight: now?.weight ?? 0,
    sessions: sumOf(all, key, 'sessions'),
    queued: sumOf(all, key, 'queued'),
  };
};

/** Each server of each worker counts for itself, but for requests of those who only look at a colour: they judge nothing. Response times stand by the server's name alone: a task has one, whatever the backend. */
const rawCounts = ({ current, old }: AllCounts, places: ReadonlyMap<string, Place>): readonly RawCounts[] =>
  [current, ...old].flatMap(({ pid, servers, times }) => {
    const timed = new Set<string>();
    return [...servers].flatMap(([key, counts]): readonly RawCounts[] => {
      const place = places.get(key);
      if (place === undefined || place.isPreview === true) return [];
      const raw = { key: `${pid} ${key}`, appId: place.appId, counts };
      const own = timed.has(place.server) ? [] : times.flatMap((table) => [...(table.get(place.server) ?? [])]);
      timed.add(place.server);
      return [times.length === 0 ? raw : { ...raw, times: new Map(own) }];
    });
  });

/** Looks at deployment groups in this Sluice's HAProxy. */
export class GroupObserver {
  readonly #options: ObserverOptions;
  readonly #known = new Map<string, Known>();
  #queue: Promise<unknown> = Promise.resolve();
  /** Looks that have not begun yet, by group: one of them is enough for all who ask meanwhile. */
  readonly #waiting = new Map<string, Promise<GroupObservation | undefined>>();

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /** undefined: there is no such group. Throws SluiceError where HAProxy does not answer. */
  async observe(group: string): Promise<GroupObservation | undefined> {
    const waiting = this.#waiting.get(group);
    if (waiting !== undefined) return waiting;
    // One after the other: what was read later must be added later.
    const result = this.#queue.then(async () => {
      this.#waiting.delete(group);
      return this.#observe(group);
    });
    this.#waiting.set(group, result);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #observe(group: string): Promise<GroupObservation | undefined> {
    const { groups, counts, sluice } = this.#options;
    const appIds = groups.members(group);
    if (appIds.length === 0) return undefined;
    const known = this.#knownOf(group);
    const present = appIds.flatMap((appId) => groups.places(appId));
    for (const place of present) known.places.set(placeKey(place), place);
    const backends = [...new Set([...known.places.values()].map(({ backend }) => backend))];
    // First: what is in force only then is in what is read afterwards.
    const revision = await groups.revision(new Set(present.map(({ backend }) => backend)));
    const all = await counts({ backends, tables: tablesOf(backends, groups) });
    this.#forgetGone(known, present, all);
    known.counters.take(rawCounts(all, known.places));
    const apps = appIds.map((appId) => {
      const places = [...known.places.values()].filter((place) => place.appId === appId);
      return [appId, { servers: places.map((place) => observeServer(place, all)), counters: known.counters.of(appId) }] as const;
    });
    return { sluice, at: new Date().toISOString(), revision, apps: Object.fromEntries(apps) };
  }

  /** Servers that are no place of a task any more, in no worker. */
  #forgetGone({ places }: Known, present: readonly Place[], { current, old }: AllCounts): void {
    const keys = new Set(present.map(placeKey));
    const isThere = (key: string): boolean => keys.has(key) || [current, ...old].some(({ servers }) => servers.has(key));
    for (const key of places.keys()) if (!isThere(key)) places.delete(key);
  }

  #knownOf(group: string): Known {
    const nowMs = Date.now();
    for (const [name, { askedAtMs }] of this.#known) if (nowMs - askedAtMs > FORGET_AFTER_MS) this.#known.delete(name);
    const known = this.#known.get(group) ?? { askedAtMs: nowMs, places: new Map(), counters: new GrowingCounters() };
    known.askedAtMs = nowMs;
    this.#known.set(group, known);
    return known;
  }
}
