import { assignPorts, lacksPorts, servedPorts } from '../desired/auto-ports.ts';
import type { BuildOptions } from '../desired/options.ts';
import { equal } from '../kit/equal.ts';
import type { AppPort } from '../model/app.ts';
import type { AppEntry } from '../model/model.ts';

/** Service ports of the apps that Marathon gave none, kept up as apps come, change and go. */
export class AutoPorts {
  readonly #options: BuildOptions;
  /** The apps that lack some. */
  readonly #entries = new Map<string, AppEntry>();
  #ports: ReadonlyMap<string, readonly AppPort[]> = new Map();

  constructor(options: BuildOptions) {
    this.#options = options;
  }

  /** Notes these apps as they are now; tells which others are served by other ports than before. */
  put(entries: ReadonlyMap<string, AppEntry | undefined>): readonly string[] {
    if (this.#options.autoPorts === undefined) return [];
    let isNews = false;
    for (const [appId, entry] of entries) {
      const before = this.#entries.get(appId);
      if (entry !== undefined && lacksPorts(entry.app)) this.#entries.set(appId, entry);
      else this.#entries.delete(appId);
      const after = this.#entries.get(appId);
      isNews ||= before?.app !== after?.app || (before?.tasks.size === 0) !== (after?.tasks.size === 0);
    }
    return isNews ? this.#assign() : [];
  }

  /** The app with the service ports that it was given, where it has none of its own; a pod with its endpoints. */
  served(entry: AppEntry): AppEntry {
    const ports = this.#ports.get(entry.app.id);
    if (ports === undefined && entry.app.kind === undefined) return entry;
    return { ...entry, app: { ...entry.app, ports: servedPorts(entry.app, ports) } };
  }

  #assign(): readonly string[] {
    const before = this.#ports;
    this.#ports = assignPorts([...this.#entries.values()], this.#options);
    return [...this.#ports].filter(([appId, ports]) => !equal(ports, before.get(appId))).map(([appId]) => appId);
  }
}
