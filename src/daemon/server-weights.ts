import type { Picture } from '../picture/picture.ts';
import type { TaskWeight } from '../picture/task-weights.ts';

const MOST = 65_535;

/** HAProxy's resolver divides the weight of an SRV record by 256 and rounds up: so its servers get the same weights as here. To others only proportions matter. */
const toSrv = (weight: number): number => Math.min(MOST, weight * 256);

/** Weights of tasks in HAProxy, kept up to date backend by backend. A task with several service ports has the weight of the first. */
export class ServerWeights {
  readonly #picture: Picture;
  /** Backend -> the app that it is made of. */
  readonly #carriers = new Map<string, string>();
  /** By carrier. */
  readonly #known = new Map<string, readonly TaskWeight[]>();
  readonly #weights = new Map<string, number>();

  constructor(picture: Picture) {
    this.#picture = picture;
    this.note(picture.desired.backends.keys());
  }

  /** As an SRV record has it. Undefined: it has no server. */
  of(taskId: string): number | undefined {
    const weight = this.#weights.get(taskId);
    return weight === undefined ? undefined : toSrv(weight);
  }

  /** These backends changed, came or went. @returns ids of the apps with a task whose weight is another */
  note(backends: Iterable<string>): ReadonlySet<string> {
    const carriers = this.#carriersOf(backends);
    const before = [...carriers].flatMap((carrier) => this.#known.get(carrier) ?? []);
    const known = new Map(before.map(({ taskId }) => [taskId, this.#weights.get(taskId)]));
    for (const { taskId } of before) this.#weights.delete(taskId);
    // A task may have gone from one of them to another.
    const after = [...carriers].flatMap((carrier) => this.#read(carrier));
    return new Set([...before, ...after].filter(({ taskId }) => known.get(taskId) !== this.#weights.get(taskId)).map(({ appId }) => appId));
  }

  /** Who they were made of before, and who they are made of now. */
  #carriersOf(backends: Iterable<string>): ReadonlySet<string> {
    const carriers = new Set<string>();
    for (const backend of backends) {
      const before = this.#carriers.get(backend);
      const now = this.#picture.carrierOf(backend);
      for (const carrier of [before, now]) if (carrier !== undefined) carriers.add(carrier);
      if (now === undefined) this.#carriers.delete(backend);
      else this.#carriers.set(backend, now);
    }
    return carriers;
  }

  #read(carrier: string): readonly TaskWeight[] {
    const now = this.#picture.taskWeights(carrier);
    if (now.length === 0) this.#known.delete(carrier);
    else this.#known.set(carrier, now);
    for (const { taskId, weight } of now) this.#weights.set(taskId, weight);
    return now;
  }
}
