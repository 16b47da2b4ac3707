import type { Logger } from 'pino';
import type { Change } from '../desired/change.ts';
import type { Bind, Desired } from '../desired/desired.ts';
import { bindKey } from '../desired/tables/listeners.ts';
import { BindTaken, checkBinds, type RefusedListener } from '../haproxy/bind-check.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { messageOf } from '../kit/error.ts';
import type { HealthTable, Touched } from '../plan/observed.ts';
import { beginWith } from '../plan/starting-health.ts';
import type { RenderedFile } from '../render/file.ts';
import type { Renderer } from '../render/renderer.ts';
import type { Picture } from './picture.ts';

interface DeploymentOptions {
  readonly log: Logger;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly renderer: Renderer;
  /** Desired changed, because a listener cannot be opened or can be again. */
  readonly onChange: (change: Change) => void;
  /** How often a listener that could not be opened is tried again. */
  readonly tryAgainMs?: number;
}

/** `show info` alone. */
const NOTHING: Touched = { backends: new Set(), mapKeys: new Map() };

const bindsOf = (desired: Desired): readonly Bind[] => [...desired.frontends.values()].flatMap((frontend) => frontend.binds);

/** Desired to files to HAProxy. A listener that this host cannot open is left out, with a Problem for its app, and tried again now and then. */
export class Deployment {
  readonly #options: DeploymentOptions;
  readonly #refused = new Map<string, RefusedListener>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: DeploymentOptions) {
    this.#options = options;
  }

  /** Renders, checks and loads Desired as it is now. Resolves when a worker that runs it is confirmed; throws what stood in the way. */
  async deploy(): Promise<void> {
    const health = await this.#health();
    try {
      await this.#load(health);
    } catch (error) {
      // A second time without the listeners that cannot be had; what is refused then is not an app's.
      if (!(error instanceof BindTaken) || !this.#leaveOut(error.listeners)) throw error;
      await this.#load(health);
    }
  }

  /**
   * Writes the files for Desired as it is now, without a reload: what HAProxy would need if it died. Not while its structure is another than
   * that of the worker: those files are not checked, and the reload that is due writes its own.
   */
  async save(): Promise<void> {
    const { picture, haproxy } = this.#options;
    if (!haproxy.isRunning()) return;
    const { fingerprint } = await haproxy.observe(NOTHING);
    if (fingerprint === picture.fingerprint) await haproxy.save(this.#render(picture.desired));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #load(health: HealthTable): Promise<void> {
    const { picture, haproxy } = this.#options;
    const { desired, down } = beginWith(picture.desired, health);
    const files = this.#render(desired);
    await haproxy.deploy(files, { fingerprint: picture.fingerprint, binds: bindsOf(desired), down });
  }

  #render(desired: Desired): readonly RenderedFile[] {
    return this.#options.renderer.render(desired, this.#options.picture.fingerprint);
  }

  /** What the worker in charge sees of checked servers; empty where there are none, or no worker that can tell. */
  async #health(): Promise<HealthTable> {
    const { picture, haproxy, log } = this.#options;
    const isChecked = picture.desired.backends.values().some(({ serverOptions }) => serverOptions.check !== undefined);
    if (!isChecked || !haproxy.isRunning()) return new Map();
    try {
      return await haproxy.health();
    } catch (error) {
      log.warn({ err: error }, `the old worker cannot be asked which servers are up: ${messageOf(error)}`);
      return new Map();
    }
  }

  /** False when none of them is new: then leaving them out does not help. */
  #leaveOut(listeners: readonly RefusedListener[]): boolean {
    const fresh = listeners.filter((listener) => !this.#refused.has(bindKey(listener)));
    for (const listener of fresh) this.#refused.set(bindKey(listener), listener);
    if (fresh.length === 0) return false;
    this.#tell();
    this.#schedule();
    return true;
  }

  #tell(): void {
    const { picture, onChange } = this.#options;
    onChange(picture.setUnbindable(new Map([...this.#refused].map(([key, { reason }]) => [key, reason]))));
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#tryAgain();
    }, this.#options.tryAgainMs ?? 15_000);
  }

  /** Tried by ourselves: a reload for nothing would cost every client. */
  async #tryAgain(): Promise<void> {
    const held = new Set(await this.#stillRefused());
    const free = [...this.#refused.keys()].filter((key) => !held.has(key));
    for (const key of free) this.#refused.delete(key);
    if (free.length > 0) this.#tell();
    if (this.#refused.size > 0) this.#schedule();
  }

  async #stillRefused(): Promise<readonly string[]> {
    try {
      await checkBinds([...this.#refused.values()], []);
      return [];
    } catch (error) {
      if (error instanceof BindTaken) return error.listeners.map(bindKey);
      throw error;
    }
  }
}
