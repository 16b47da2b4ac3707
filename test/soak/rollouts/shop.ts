import { join } from 'node:path';
import { fromLabels } from '../../../src/book/labels.ts';
import type { StandIn } from '../../../src/demo/stand-in.ts';
import type { Book } from '../../../src/rollout/book.ts';
import type { Rollout, RolloutOptions } from '../../../src/rollout/rollout.ts';
import { askApi } from '../../kit/ask-api.ts';
import { anAppDefinition } from '../../kit/edge.ts';
import { type Ending, lastly } from '../../kit/lastly.ts';
import { isServed, standInFor, write } from '../../kit/runs.ts';
import { placeFor, type Place, SluiceProcess } from '../../kit/sluice.ts';
import { waitFor } from '../../kit/wait-for.ts';

const GROUP = '/shop';
export const OLD = '/shop';
export const NEW = '/shop-green';
export const HOST = 'shop.example';
const BOOK = '/sluice/rollouts';
const INSTANCES = 3;

/** Patience with a machine that does everything at once. */
export const LIMIT_MS = 180_000;

/**
 * Tasks that are asked to end serve on for this long: in fast motion five seconds. Longer than Sluice needs to start, as in a cluster; what is ended
 * by a rollout is drained before.
 */
const GRACE_SECONDS = 100;

/** In fast motion each check is asked twice a second, and has five seconds: a machine that does all this at once is slow, and not ill. */
const CHECK = { protocol: 'HTTP', path: '/health', portIndex: 0, intervalSeconds: 10, timeoutSeconds: 100, gracePeriodSeconds: 100 };

export const DEFINITION = anAppDefinition(OLD, {
  instances: INSTANCES,
  taskKillGracePeriodSeconds: GRACE_SECONDS,
  healthChecks: [{ ...CHECK, maxConsecutiveFailures: 10 }],
});

/** An app that is to be replaced, under load: a stand-in, its tasks, Sluices as processes, their HAProxys. */
export class Shop {
  readonly standIn: StandIn;
  readonly places: readonly Place[];
  readonly #flags: readonly (readonly string[])[];
  readonly #sluices: SluiceProcess[];

  /** Use openShop. */
  constructor(standIn: StandIn, places: readonly Place[], flags: readonly (readonly string[])[]) {
    [this.standIn, this.places, this.#flags] = [standIn, places, flags];
    this.#sluices = flags.map((_, at) => this.#startOne(at));
  }

  get sluices(): readonly SluiceProcess[] {
    return this.#sluices;
  }

  async isReady(): Promise<void> {
    for (const [at, { runDir }] of this.places.entries()) {
      await this.#sluices[at]?.prints(/sluice runs/);
      await waitFor('Sluice is ready', async () => (await askApi(runDir, '/ready')).status === 200, LIMIT_MS);
    }
  }

  /** Ends one, and starts another in its folders. HAProxy goes on. */
  async restart(signal: 'SIGTERM' | 'SIGKILL', at = 0): Promise<void> {
    await this.#sluices[at]?.endBy(signal);
    this.#sluices[at] = this.#startOne(at);
  }

  async endAll(): Promise<void> {
    for (const one of this.#sluices) await one.endBy('SIGKILL');
  }

  async start(options: Partial<RolloutOptions>, definition: object = DEFINITION): Promise<void> {
    await this.#send('/v2/rollouts', { definition, from: OLD, by: 'ada@test', options });
  }

  async act(action: 'promote' | 'abort' | 'undo'): Promise<void> {
    await this.#send('/v2/rollouts/shop', { action, by: 'ada@test' });
  }

  /** As Marathon has it: also while no Sluice runs. */
  async book(): Promise<Book> {
    const url = `${this.standIn.leaderUrl ?? 'http://nobody.invalid'}/v2/apps/${BOOK}`;
    const { app } = (await (await fetch(url)).json()) as { readonly app: { readonly labels: Readonly<Record<string, string>> } };
    return fromLabels(BOOK, app.labels).edition.book;
  }

  async rollout(): Promise<Rollout> {
    const rollout = (await this.book()).rollouts.get(GROUP);
    if (rollout === undefined) throw new Error('there is no rollout');
    return rollout;
  }

  async until(what: string, is: (rollout: Rollout) => boolean): Promise<Rollout> {
    return waitFor(
      what,
      async () => {
        const rollout = await this.rollout();
        if (!is(rollout)) throw new Error(JSON.stringify({ state: rollout.state, history: rollout.history.map((entry) => entry.what) }));
        return rollout;
      },
      LIMIT_MS,
    );
  }

  async ended(outcome: string): Promise<Rollout> {
    return this.until(`it is ${outcome}`, ({ state }) => state.phase === 'ended' && state.outcome === outcome);
  }

  async marathon(method: 'PUT' | 'POST', path: string, body: unknown): Promise<void> {
    await write(this.standIn, method, path, body);
  }

  async plan(at = 0): Promise<string> {
    const { body, text } = await askApi(this.places[at]?.runDir ?? '', '/plan');
    return (body as { readonly kind?: string } | undefined)?.kind ?? text;
  }

  /** What Sluice said last. */
  describe(): string {
    return this.#sluices.map(({ stdout, stderr }) => `${stdout.slice(-5000)}${stderr.slice(-5000)}`).join('\n');
  }

  #startOne(at: number): SluiceProcess {
    // There are many starts: what is compiled is kept.
    return new SluiceProcess(this.#flags[at] ?? [], { env: { NODE_COMPILE_CACHE: join(this.places[0]?.folder ?? '', 'compiled') } });
  }

  /** Who is just being started is asked again. */
  async #send(path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    await waitFor(
      `POST ${path}`,
      async () => {
        const { status, text } = await askApi(this.places[0]?.runDir ?? '', path, {
          method: 'POST',
          headers,
          content: JSON.stringify(body),
        });
        if (status !== 200) throw new Error(text);
        return true;
      },
      LIMIT_MS,
    );
  }
}

export interface ShopOptions {
  /** Marathon instances; 1. */
  readonly marathons?: number;
  /** Side by side, each with a HAProxy; 1. */
  readonly sluices?: number;
}

/** Open and served; gone at the end. */
export const openShop = async (t: Ending, { marathons = 1, sluices = 1 }: ShopOptions): Promise<Shop> => {
  const places: Place[] = [];
  while (places.length < sluices) places.push(await placeFor(t));
  const standIn = await standInFor(t, { instances: marathons, agents: 4 });
  await write(standIn, 'POST', '/v2/apps', DEFINITION);
  const peers = places.map(({ ports }) => `http://127.0.0.1:${ports.stats}`).join(',');
  const common = [...standIn.urls.flatMap((url) => ['--marathon', url]), '--max-backoff', '2', '--keep-haproxy'];
  const shop = new Shop(
    standIn,
    places,
    places.map((place) => ['run', ...common, ...place.flags, ...(sluices > 1 ? ['--peers', peers] : [])]),
  );
  lastly(t, async () => shop.endAll());
  await shop.isReady();
  for (const place of places) await isServed(place, HOST);
  return shop;
};
