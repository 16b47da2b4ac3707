import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Scope } from '../../src/plan/observed.ts';
import type { Plan, RuntimeStep } from '../../src/plan/plan.ts';
import { waitingBackends } from '../../src/plan/waiting.ts';
import type { Change } from '../../src/desired/change.ts';
import type { Desired } from '../../src/desired/desired.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import { never } from '../../src/kit/never.ts';
import { Picture } from '../../src/picture/picture.ts';
import { modelEvent } from '../kit/arbitraries.ts';
import { haproxy26, haproxy34, someGlobals, someOptions } from '../kit/builders.ts';
import { healthIn, Simulator } from '../kit/simulator.ts';

/**
 * What happens next: Marathon tells something, a listener cannot be opened, requests begin or end on all servers, HAProxy's checks
 * have a result, HAProxy is reloaded, by us or by somebody else with older files, somebody changes a server or a map by hand.
 */
type Move =
  | { readonly kind: 'event'; readonly event: ModelEvent }
  | { readonly kind: 'unbindable'; readonly keys: readonly string[] }
  | { readonly kind: 'connections'; readonly connections: number }
  | { readonly kind: 'checks'; readonly up: boolean }
  | { readonly kind: 'reload' }
  | { readonly kind: 'older-files' }
  | { readonly kind: 'hand'; readonly what: Hand; readonly at: number };

/** `at`: which one of those that there are. */
type Hand = 'maint' | 'drain' | 'ready' | 'entry-gone' | 'entry-elsewhere' | 'entry-more';

const hand: fc.Arbitrary<Move> = fc.record({
  kind: fc.constant('hand' as const),
  what: fc.constantFrom<Hand>('maint', 'drain', 'ready', 'entry-gone', 'entry-elsewhere', 'entry-more'),
  at: fc.nat({ max: 20 }),
});

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: modelEvent.map((event): Move => ({ kind: 'event', event })) },
  { weight: 1, arbitrary: fc.subarray(['*:10000', '127.0.0.1:10001']).map((keys): Move => ({ kind: 'unbindable', keys })) },
  { weight: 1, arbitrary: fc.nat({ max: 1 }).map((connections): Move => ({ kind: 'connections', connections })) },
  { weight: 2, arbitrary: fc.boolean().map((up): Move => ({ kind: 'checks', up })) },
  { weight: 3, arbitrary: fc.constant({ kind: 'reload' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'older-files' } as const) },
  { weight: 3, arbitrary: hand },
);

/** The picture goes on changing the one that it has. */
const copyOf = (desired: Desired): Desired => ({
  ...desired,
  profiles: new Map(desired.profiles),
  frontends: new Map(desired.frontends),
  backends: new Map(desired.backends),
  maps: new Map([...desired.maps].map(([name, entries]) => [name, new Map(entries)])),
});

/** A load balancer at work: a picture, a simulated HAProxy, and what the loop does between them. */
class Edge {
  readonly picture = new Picture(someOptions({ listenerSuffix: '' }), someGlobals());
  readonly simulator: Simulator;
  readonly #capabilities: Capabilities;
  #reloadIsDue = false;
  /** What the last reload put into the files. */
  #files: Desired;

  constructor(capabilities: Capabilities) {
    this.#capabilities = capabilities;
    this.simulator = new Simulator(capabilities);
    this.simulator.reload(this.picture.desired);
    this.#files = copyOf(this.picture.desired);
  }

  move(next: Move): void {
    switch (next.kind) {
      case 'event':
        this.#follow(this.picture.take(next.event));
        break;
      case 'unbindable':
        this.#follow(this.picture.setUnbindable(new Map(next.keys.map((key) => [key, 'address in use']))));
        break;
      case 'connections':
        this.#whileWaiting(() => this.#setConnections(next.connections));
        this.#whileWaiting(() => this.simulator.rest());
        break;
      case 'checks':
        this.#whileWaiting(() => this.simulator.finishChecks(next.up));
        break;
      case 'reload':
        this.reload();
        break;
      case 'older-files':
        this.simulator.reload(this.#files);
        this.#converge('all');
        break;
      case 'hand':
        this.simulator.apply(this.#byHand(next.what, next.at));
        this.#converge('all');
        break;
      default:
        never(next);
    }
  }

  reload(): void {
    this.simulator.reload(this.picture.desired, healthIn(this.simulator.observe('all')));
    this.#files = copyOf(this.picture.desired);
    this.#reloadIsDue = false;
    // A new worker begins with what was known: what is retired is left to be done, and nothing else.
    const plan = this.plan('all');
    assert.notEqual(plan.kind, 'reload');
    const steps = plan.kind === 'noop' ? [] : plan.steps;
    assert.deepEqual(
      steps.filter(({ kind }) => kind !== 'retire-server' && kind !== 'delete-server'),
      [],
      'after a reload',
    );
    this.simulator.apply(steps);
    assert.deepEqual(this.plan('all'), { kind: 'noop' }, 'after a reload');
  }

  plan(scope: Scope): Plan {
    return makePlan(this.simulator.observe(scope), this.picture.desired, this.picture.fingerprint, this.#capabilities);
  }

  #follow(change: Change): void {
    this.#converge({ backends: change.backends, mapKeys: change.mapKeys });
  }

  #converge(scope: Scope): void {
    const plan = this.plan(scope);
    if (plan.kind !== 'noop') this.simulator.apply(plan.steps);
    assert.deepEqual(this.simulator.deadEnds(), []);
    if (plan.kind === 'reload') this.#reloadIsDue = true;
    const rest = this.plan(scope);
    assert.deepEqual(rest.kind === 'noop' ? [] : rest.steps, [], 'steps are left after the steps');
    // Nothing is forgotten: what was not touched is as it should be.
    if (!this.#reloadIsDue) assert.deepEqual(this.plan('all'), { kind: 'noop' }, 'after the steps');
  }

  /** What waits to be done is looked at again after this. */
  #whileWaiting(happens: () => void): void {
    const waiting = waitingBackends(this.simulator.observe('all'), this.picture.desired);
    happens();
    if (waiting.size > 0) this.#converge({ backends: new Set(waiting.keys()), mapKeys: new Map() });
  }

  /** Commands of somebody else, such as HAProxy takes. */
  #byHand(what: Hand, at: number): readonly RuntimeStep[] {
    const { backends, maps } = this.simulator.observe('all');
    const servers = [...backends.values()].flatMap(({ name, servers }) => [...servers.keys()].map((server) => ({ backend: name, server })));
    const entries = [...(maps.get('routes') ?? [])].map(([key]) => ({ map: 'routes' as const, key }));
    const [server, entry, value] = [servers[at % servers.length], entries[at % entries.length], [...backends.keys()][at % backends.size]];
    if (what === 'maint' || what === 'drain' || what === 'ready')
      return server === undefined ? [] : [{ kind: 'set-state', ...server, state: what }];
    if (what === 'entry-more')
      return value === undefined ? [] : [{ kind: 'add-map-entry', map: 'routes', key: 'stranger.example/', value }];
    if (entry === undefined) return [];
    if (what === 'entry-gone') return [{ kind: 'remove-map-entry', ...entry }];
    return value === undefined ? [] : [{ kind: 'set-map-entry', ...entry, value }];
  }

  #setConnections(connections: number): void {
    for (const backend of this.simulator.observe('all').backends.values())
      for (const server of backend.servers.values()) this.simulator.setConnections(backend.name, server.name, connections);
  }
}

describe('after apply the plan is noop', () => {
  for (const capabilities of [haproxy26, haproxy34]) {
    it(`whatever happens, with ${capabilities.version}`, () => {
      fc.assert(
        fc.property(fc.array(move, { maxLength: 40, size: 'max' }), (moves) => {
          const edge = new Edge(capabilities);
          for (const next of moves) edge.move(next);
          edge.reload();
        }),
        { numRuns: 200 },
      );
    });
  }
});
