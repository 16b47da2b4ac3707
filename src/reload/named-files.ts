import type { Bind } from '../desired/desired.ts';
import { stampOf, whyFileUnusable } from '../haproxy/bind-files.ts';

const filesOf = (binds: readonly Bind[]): readonly string[] => [...new Set(binds.flatMap(({ files = [] }) => files))];

/** Path -> stamp. */
type Stamps = ReadonlyMap<string, string>;

/** The files that HAProxy reads where they are, for apps that name them: it has them as they were at its last reload. */
export class NamedFiles {
  #inForce: Stamps = new Map();

  /** As they are now: to be taken before HAProxy reads them. */
  async look(binds: readonly Bind[]): Promise<Stamps> {
    return new Map(await Promise.all(filesOf(binds).map(async (path) => [path, await stampOf(path)] as const)));
  }

  accept(stamps: Stamps): void {
    this.#inForce = stamps;
  }

  /** Whether one of them is another since, and can be used. One that was not looked at yet is no news. */
  async isNews(binds: readonly Bind[]): Promise<boolean> {
    const now = await this.look(binds);
    for (const [path, stamp] of now) {
      const before = this.#inForce.get(path);
      if (before !== undefined && before !== stamp && (await whyFileUnusable(path)) === undefined) return true;
    }
    this.#inForce = new Map([...now, ...this.#inForce]);
    return false;
  }
}
