import { setTimeout as wait } from 'node:timers/promises';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { messageOf } from '../kit/error.ts';
import type { Picture } from '../picture/picture.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Touched } from '../plan/observed.ts';

interface InForceParts {
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  /** A reload is under way, from before its files are made until its worker is confirmed. */
  readonly isReloading: () => boolean;
}

/** What a book has changed, and was not seen in HAProxy yet. */
interface Unseen extends Touched {
  readonly revision: number;
}

const LIMIT_MS = 10_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;
/** With more the oldest are looked for together: nobody may ask for weeks. */
const MOST_UNSEEN = 50;

const both = <T>(a: Iterable<T>, b: Iterable<T>): ReadonlySet<T> => new Set([...a, ...b]);

const merged = (a: Unseen, b: Unseen): Unseen => {
  const mapKeys = new Map(a.mapKeys);
  for (const [map, keys] of b.mapKeys) mapKeys.set(map, both(mapKeys.get(map) ?? [], keys));
  return { revision: Math.min(a.revision, b.revision), backends: both(a.backends, b.backends), mapKeys };
};

const whatMatters = ({ backends, mapKeys }: Touched, asked: ReadonlySet<string>): Touched => ({
  backends: new Set([...backends].filter((name) => asked.has(name))),
  mapKeys,
});

/** Which decisions HAProxy has. */
export class InForce {
  readonly #parts: InForceParts;
  #unseen: readonly Unseen[] = [];

  constructor(parts: InForceParts) {
    this.#parts = parts;
  }

  /** A book of that revision asks for this. */
  note({ backends, mapKeys }: Touched, revision: number): void {
    if (backends.size === 0 && mapKeys.size === 0) return;
    const [first, second, ...rest] = this.#unseen;
    const isFull = this.#unseen.length >= MOST_UNSEEN && first !== undefined && second !== undefined;
    this.#unseen = [...(isFull ? [merged(first, second), ...rest] : this.#unseen), { revision, backends, mapKeys }];
  }

  /** Of the book that HAProxy has in these backends. */
  async revision(backends: ReadonlySet<string>): Promise<number> {
    const now = this.#parts.picture.revision;
    for (const one of this.#unseen) {
      const touched = whatMatters(one, backends);
      // What is about others' backends is looked for when those are asked for.
      if (touched.backends.size === 0 && one.backends.size > 0) continue;
      if ((await this.#whyNotYet(touched).catch(messageOf)) !== undefined) return one.revision - 1;
      if (touched.backends.size === one.backends.size) this.#unseen = this.#unseen.filter((other) => other !== one);
    }
    return now;
  }

  /** Waits until HAProxy has what was decided. Resolves to why it has not, after some seconds; undefined: it has. */
  async wait(): Promise<string | undefined> {
    const beganMs = performance.now();
    const asked = this.#unseen;
    const touched = asked.reduce<Touched>((all, one) => merged({ revision: 0, ...all }, one), { backends: new Set(), mapKeys: new Map() });
    for (let pauseMs = FIRST_PAUSE_MS; asked.length > 0; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      // The loop begins its cycle first.
      await wait(pauseMs);
      const because = await this.#whyNotYet(touched).catch(messageOf);
      if (because === undefined) break;
      if (performance.now() - beganMs > LIMIT_MS) return because;
    }
    this.#unseen = this.#unseen.filter((one) => !asked.includes(one));
    return undefined;
  }

  /** Why HAProxy is not yet as it should be there; undefined: it is. */
  async #whyNotYet(touched: Touched): Promise<string | undefined> {
    const { picture, haproxy, isReloading } = this.#parts;
    if (!picture.mayBeApplied) return 'Marathon was not read yet';
    if (!haproxy.isRunning()) return 'HAProxy is not running';
    // What came since its files were made reaches the worker that is being replaced only: the next one begins without it.
    if (isReloading()) return 'a reload is under way';
    const observed = await haproxy.observe(touched);
    const { desired, fingerprint } = picture;
    const missing = [...touched.backends].filter((name) => desired.backends.has(name) && !observed.backends.has(name));
    if (missing.length > 0) return `${missing.join(', ')} will be there after a reload`;
    const plan = makePlan(observed, desired, fingerprint, haproxy.capabilities);
    // A reload that is due for other reasons changes nothing about these.
    if (plan.kind === 'noop' || plan.steps.length === 0) return undefined;
    return `${plan.steps.length} steps are left to do`;
  }
}
