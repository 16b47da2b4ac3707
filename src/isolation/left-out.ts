import type { Change } from '../desired/change.ts';
import type { Desired } from '../desired/desired.ts';
import type { Refusal } from '../desired/refusal.ts';
import { BindTaken } from '../haproxy/bind-check.ts';
import { CheckEndless } from '../haproxy/check.ts';
import { ConfigRefused } from '../haproxy/diagnostics.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import type { Observed } from '../plan/observed.ts';
import type { Renderer } from '../render/renderer.ts';
import { Isolation } from './isolation.ts';
import type { Rendered } from './rendered.ts';
import type { Picture } from '../picture/picture.ts';
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

/** At the first try most of what serves would have to go: not the apps have changed then but the templates, or HAProxy. */
class MostWouldGo extends SluiceError {
  constructor(ended: number, serving: number, [refusal]: readonly Refusal[], cause: unknown) {
    const because = cause === undefined ? (refusal?.because ?? '') : messageOf(cause);
    const most = `for ${ended} of ${serving} backends that serve, so nothing is left out and what serves stays: look at the templates and at HAProxy's version`;
    super(cause instanceof SluiceError ? cause.code : 'HAPROXY_REFUSED_CONFIG', `${because} (${most})`, cause);
  }
}

/** Backends and profiles of which this takes something away: without its listener a backend is reached by fewer ways. */
const touchedBy = (refusal: Refusal): readonly string[] => {
  if (refusal.kind === 'block') return [`backend ${refusal.value.backend}`];
  if (refusal.kind !== 'listener') return [`${refusal.kind} ${refusal.value.name}`];
  return refusal.value.routes.flatMap((route) => (route.kind === 'always' ? [`backend ${route.backend}`] : []));
};

/** What is left out of Desired so that all else can be had: listeners that this host cannot open, and what HAProxy or a template refuses of an app. */
export class LeftOut {
  readonly #options: LeftOutOptions;
  readonly #unbindable: Unbindable;
  readonly #isolation: Isolation;
  /** Backends that served as Sluice began, and were left out before HAProxy has accepted anything. */
  readonly #ended = new Set<string>();

  constructor(options: LeftOutOptions) {
    this.#options = options;
    const { picture, haproxy, onChange, tryAgainMs } = options;
    this.#unbindable = new Unbindable({
      onChange: (reasons) => onChange(picture.setUnbindable(reasons)),
      ...(tryAgainMs === undefined ? {} : { tryAgainMs }),
    });
    this.#isolation = new Isolation(async (files, limitMs) => haproxy.check(files, limitMs));
  }

  close(): void {
    this.#unbindable.close();
  }

  /** HAProxy runs this. */
  accept(rendered: Rendered): void {
    this.#isolation.accept(rendered);
  }

  /**
   * Leaves out what this failure is about; false: it is not about some apps alone. `rendered`: what HAProxy refused, if it came to that.
   * Throws SluiceError where at the first try most of what serves would have to go.
   */
  async leaveOutWhatFailed(error: unknown, rendered: Rendered | undefined): Promise<boolean> {
    if (error instanceof BindTaken) return this.#unbindable.leaveOut(error.listeners);
    if (error instanceof SluiceError && error.code === 'TEMPLATE') return this.#refuse(this.#unrenderable(), error);
    if (!(error instanceof ConfigRefused || error instanceof CheckEndless) || rendered === undefined) return false;
    return this.#refuse((await this.#isolation.find(error, rendered)).map(refusalOf), error);
  }

  /** Whether HAProxy has accepted a section of each name that is in there. */
  knows(desired: Desired): boolean {
    return this.#isolation.knows(desired);
  }

  /** Leaves out what HAProxy was given at run time and would refuse in a file; false: there is no such thing. Throws as `leaveOutWhatFailed` does. */
  async leaveOutRefusedNewcomers(rendered: Rendered): Promise<boolean> {
    return this.#refuse((await this.#isolation.findAmongNew(rendered)).map(refusalOf), undefined);
  }

  #unrenderable(): readonly Refusal[] {
    const { renderer, picture } = this.#options;
    return renderer.unrenderable(picture.desired).map(([source, because]) => refusalOfTemplate(source, because));
  }

  async #refuse(refusals: readonly Refusal[], error: unknown): Promise<boolean> {
    const { picture, onChange } = this.#options;
    if (refusals.length === 0) return false;
    if (!this.#isolation.hasAccepted) await this.#assertMostStays(refusals, error);
    onChange(picture.refuse(refusals));
    return true;
  }

  async #assertMostStays(refusals: readonly Refusal[], error: unknown): Promise<void> {
    const { picture, haproxy } = this.#options;
    const observed = await observeIfRunning(haproxy);
    if (observed === undefined) return;
    const touched = new Set(refusals.flatMap(touchedBy));
    const serving = [...picture.desired.backends.values()].filter(({ name }) => observed.backends.has(name) || this.#ended.has(name));
    const ends = serving.filter(({ name, profile }) => touched.has(`backend ${name}`) || touched.has(`profile ${profile.name}`));
    const ended = new Set([...this.#ended, ...ends.map(({ name }) => name)]);
    const all = new Set([...this.#ended, ...serving.map(({ name }) => name)]);
    if (ended.size > all.size / 2) throw new MostWouldGo(ended.size, all.size, refusals, error);
    for (const name of ended) this.#ended.add(name);
  }
}
