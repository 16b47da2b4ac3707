/** In bytes, of the files that one app names, and of those that all do: each is kept in memory, copied for HAProxy, and read by each of its workers. */
const MOST_OF_ONE = 4 * 1024 * 1024;
const MOST_OF_ALL = 64 * 1024 * 1024;

/** A file that apps name. */
export interface Held {
  /** The app that it counts for. */
  readonly appId: string;
  /** Of the version in force; 0: there is none. */
  readonly bytes: number;
}

/** Room for files that apps name. What is in force has its place: what comes, or grows, gets what is left. */
export class Room {
  readonly #held: ReadonlyMap<string, Held>;
  readonly #ofOne = new Map<string, number>();
  #ofAll = 0;

  constructor(held: ReadonlyMap<string, Held>) {
    this.#held = held;
    for (const { appId, bytes } of held.values()) this.#add(appId, bytes);
  }

  /**
   * Has so many bytes of this file stand in place of the version in force. Why there is no room for them; undefined: there is. Where they are fewer the
   * rest is free at the next look: it may be that they cannot be used.
   */
  take(path: string, bytes: number): string | undefined {
    const { appId, bytes: before } = this.#held.get(path) ?? { appId: '', bytes: 0 };
    const more = Math.max(0, bytes - before);
    if (more > 0 && (this.#ofOne.get(appId) ?? 0) + more > MOST_OF_ONE)
      return `with it the files of ${appId} have more than ${MOST_OF_ONE} bytes`;
    if (more > 0 && this.#ofAll + more > MOST_OF_ALL) return `with it the files of all apps have more than ${MOST_OF_ALL} bytes`;
    this.#add(appId, more);
    return undefined;
  }

  #add(appId: string, bytes: number): void {
    this.#ofOne.set(appId, (this.#ofOne.get(appId) ?? 0) + bytes);
    this.#ofAll += bytes;
  }
}
