import type { Change } from '../desired/change.ts';
import type { Refusal } from '../desired/refusal.ts';
import { BindTaken } from '../haproxy/bind-check.ts';
import { ConfigRefused } from '../haproxy/diagnostics.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { SluiceError } from '../kit/error.ts';
import type { Observed } from '../plan/observed.ts';
import type { Renderer } from '../render/renderer.ts';
import { Isolation, type Rendered } from './isolation.ts';
import type { Picture } from './picture.ts';
import { refusalOf, refusalOfTemplate } from './refusal-words.ts';
import { Unbindable } from './unbindable.ts';

export interface LeftOutOptions {
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly renderer: Renderer;
  /** Desired changed, because something of it cannot be had, or can be again. */
  readonly onChange: (change: Change) => void;
  /** How often a listener that could not be opened is tried again. */
  readonly tryAgainMs?: number;
}

/** Undefined: no HAProxy runs that can be asked. */
export const observeIfRunning = async (haproxy: Haproxy): Promise<Observed | undefined> =>
  haproxy.isRunning() ? haproxy.observe('all').catch(() => undefined) : undefined;

/** What is left out of Desired so that all else can be had: listeners that this host cannot open, and what HAProxy or a template refuses of an app. */
export class LeftOut {
  readonly #options: LeftOutOptions;
  readonly #unbindable: Unbindable;
  readonly #isolation: Isolation;

  constructor(options: LeftOutOptions) {
    this.#options = options;
    const { picture, haproxy, onChange, tryAgainMs } = options;
    this.#unbindable = new Unbindable({
      onChange: (reasons) => onChange(picture.setUnbindable(reasons)),
      ...(tryAgainMs === undefined ? {} : { tryAgainMs }),
    });
    this.#isolation = new Isolation(async (files) => haproxy.check(files));
  }

  close(): void {
    this.#unbindable.close();
  }

  /** HAProxy runs this. */
  accept(rendered: Rendered): void {
    this.#isolation.accept(rendered);
  }

  /** Leaves out what this failure is about; false: it is not about some apps alone. `rendered`: what HAProxy refused, if it came to that. */
  async because(error: unknown, rendered: Rendered | undefined): Promise<boolean> {
    if (error instanceof BindTaken) return this.#unbindable.leaveOut(error.listeners);
    if (error instanceof SluiceError && error.code === 'TEMPLATE') return this.#refuse(this.#unrenderable());
    if (!(error instanceof ConfigRefused) || rendered === undefined) return false;
    return this.#refuse((await this.#isolation.find(error, rendered)).map(refusalOf));
  }

  /** Leaves out what HAProxy was given at run time and would refuse in a file; false: there is no such thing. */
  async newcomers(rendered: Rendered): Promise<boolean> {
    return this.#refuse((await this.#isolation.findAmongNew(rendered)).map(refusalOf));
  }

  #unrenderable(): readonly Refusal[] {
    const { renderer, picture } = this.#options;
    return renderer.unrenderable(picture.desired).map(([source, because]) => refusalOfTemplate(source, because));
  }

  async #refuse(refusals: readonly Refusal[]): Promise<boolean> {
    const { picture, onChange } = this.#options;
    if (refusals.length === 0 || (await this.#wouldEndWhatServes(refusals))) return false;
    onChange(picture.refuse(refusals));
    return true;
  }

  /**
   * The first time since Sluice began, most of what serves would go: then it is not the apps that have changed but the templates, or HAProxy.
   * What is there stays.
   */
  async #wouldEndWhatServes(refusals: readonly Refusal[]): Promise<boolean> {
    const { picture, haproxy } = this.#options;
    const observed = this.#isolation.hasAccepted ? undefined : await observeIfRunning(haproxy);
    if (observed === undefined) return false;
    const names = new Set(refusals.map(({ kind, value }) => `${kind} ${value.name}`));
    const serving = [...picture.desired.backends.values()].filter(({ name }) => observed.backends.has(name));
    const ended = serving.filter(({ name, profile }) => names.has(`backend ${name}`) || names.has(`profile ${profile.name}`));
    return ended.length > serving.length / 2;
  }
}
