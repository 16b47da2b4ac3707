import type { Desired, Frontend } from '../desired/desired.ts';
import { blame, type Blame, type Verdict } from '../haproxy/blame.ts';
import { CheckEndless } from '../haproxy/check.ts';
import { ConfigRefused } from '../haproxy/diagnostics.ts';
import { trialOf, withoutThese } from '../haproxy/trial.ts';
import type { RenderedFile } from '../render/file.ts';
import { isOfApps, type Section } from '../render/section.ts';
import { EndlessSearch } from './endless-search.ts';
import { findTogether } from './find-together.ts';
import { inHalves, neededFirst } from './halves.ts';
import type { Check, Rendered } from './rendered.ts';

/** Enough for some hundreds at which HAProxy reads no further: two checks, of less and less, for each of them. */
const MOST_TRIALS = 1000;
/** Half of so many would be checked no faster than all of them. */
const FEW = 30;

type Names = Readonly<Record<Section['kind'], Set<string>>>;

const namesOf = (sections: readonly Section[]): Names => {
  const names: Names = { profile: new Set(), block: new Set(), listener: new Set(), backend: new Set() };
  for (const { kind, value } of sections) names[kind].add(value.name);
  return names;
};

/** What all share, but for the fingerprint, which tells of the apps, and certificates, which are tried by themselves. */
const sharedText = (files: readonly RenderedFile[]): string =>
  files
    .filter(({ path }) => !path.startsWith('certs/'))
    .map(({ path, bytes }) => `${path}\n${bytes.toString('latin1').replace(/^\s*description sluice-.*$/m, '')}`)
    .join('\n');

/** Finds who is to blame for a configuration that HAProxy refuses. What it has accepted before, as it is, is never to blame. */
export class Isolation {
  readonly #check: Check;
  /** Texts of sections. */
  #accepted: ReadonlySet<string> | undefined;
  #acceptedShared: string | undefined;
  /** What sections there were. */
  #known = namesOf([]);

  constructor(check: Check) {
    this.#check = check;
  }

  /** Since this process began HAProxy has accepted something. */
  get hasAccepted(): boolean {
    return this.#accepted !== undefined;
  }

  /** HAProxy took this. */
  accept({ sections, shared }: Rendered): void {
    this.#accepted = new Set(sections.map(({ text }) => text));
    this.#acceptedShared = sharedText(shared());
    this.#known = namesOf(sections);
  }

  /**
   * Whom to leave out; nobody: the fault is in what all share, or in what was accepted before. As a rule by the lines that HAProxy names; what
   * it does not tell is found by checks of what is new or changed, alone. Where HAProxy reads no further at each of N, that takes 2 N checks at most
   * and mostly small ones; where it names nothing at all, each is found by halving. What is fine alone is tried together with what serves.
   */
  async find(failed: ConfigRefused | CheckEndless, rendered: Rendered): Promise<readonly Blame[]> {
    const suspects = rendered.sections.filter((section) => this.#isSuspect(section));
    if (failed instanceof CheckEndless) return this.#endlessAmong(suspects, rendered);
    try {
      const blamed = await this.#refusedAmong(failed, suspects, rendered);
      return blamed ?? (await findTogether(this.#check, suspects, rendered));
    } catch (error) {
      if (error instanceof CheckEndless) return this.#endlessAmong(suspects, rendered);
      throw error;
    }
  }

  #isSuspect({ text }: Section): boolean {
    return this.#accepted?.has(text) !== true;
  }

  async #endlessAmong(suspects: readonly Section[], rendered: Rendered): Promise<readonly Blame[]> {
    return new EndlessSearch(this.#check, rendered).among(suspects);
  }

  /** Undefined: none that is wrong alone. */
  async #refusedAmong(refused: ConfigRefused, suspects: readonly Section[], rendered: Rendered): Promise<readonly Blame[] | undefined> {
    const { files, sections } = rendered;
    const text = files.find(({ path }) => path === 'haproxy.cfg')?.bytes.toString() ?? '';
    const verdict = blame(refused.diagnostics, new Map([['haproxy.cfg', { text, sections }]]));
    // What is wrong with the rest may follow from it.
    if (verdict.shared.length > 0) return this.#acceptedShared === sharedText(rendered.shared()) ? undefined : [];
    const blamed = verdict.blamed.filter(({ section }) => this.#isSuspect(section));
    if (blamed.length > 0 && !refused.isCutShort) return blamed;
    const rest = new Set(withoutThese(sections, new Set(blamed.map(({ section }) => section))));
    const search = this.#searchIn(rendered);
    await search.among(suspects.filter((section) => rest.has(section)));
    // As many as that without an end: at the first try that is no app's fault, and those found so far should not go for it.
    if (search.isCutShort && !this.hasAccepted) return [];
    const found = [...blamed, ...search.found];
    return found.length > 0 ? found : undefined;
  }

  /** Whether it has accepted a section of each name that is in there. A look at names alone, for whoever asks often. */
  knows({ profiles, frontends, backends }: Desired): boolean {
    const { profile, listener, backend } = this.#known;
    const isKnown = (frontend: Frontend): boolean => !isOfApps(frontend) || listener.has(frontend.name);
    return (
      profiles.keys().every((name) => profile.has(name)) &&
      backends.keys().every((name) => backend.has(name)) &&
      frontends.values().every(isKnown)
    );
  }

  /** Whom to leave out of what HAProxy was given at run time, where it does not see the text that its files have for it. */
  async findAmongNew(rendered: Rendered): Promise<readonly Blame[]> {
    const fresh = rendered.sections.filter(({ kind, value }) => !this.#known[kind].has(value.name));
    const search = this.#searchIn(rendered);
    try {
      await search.among(fresh);
    } catch (error) {
      if (error instanceof CheckEndless) return this.#endlessAmong(fresh, rendered);
      throw error;
    }
    const blamed = search.found;
    // All of it, where nothing was known before.
    if (!search.sawTrouble && !this.hasAccepted) this.accept(rendered);
    if (blamed.length === 0) for (const { kind, value } of fresh) this.#known[kind].add(value.name);
    return blamed;
  }

  #searchIn(rendered: Rendered): Search {
    return new Search(rendered, this.#check, () => this.#acceptedShared === sharedText(rendered.shared()));
  }
}

type Trouble = Verdict & Pick<ConfigRefused, 'isCutShort'>;

/** Checks of some sections alone. */
class Search {
  readonly #rendered: Rendered;
  readonly #check: Check;
  readonly #isSharedAccepted: () => boolean;
  #left = MOST_TRIALS;
  #sawTrouble = false;
  readonly #found = new Map<Section, Blame>();
  /** Whether what all share is refused without any app, too. */
  #refusesAll: Promise<boolean> | undefined;

  /** @param isSharedAccepted whether HAProxy has taken what all share as it is now */
  constructor(rendered: Rendered, check: Check, isSharedAccepted: () => boolean) {
    this.#rendered = rendered;
    this.#check = check;
    this.#isSharedAccepted = isSharedAccepted;
  }

  get found(): readonly Blame[] {
    return [...this.#found.values()];
  }

  /** HAProxy has complained of something, whoever is to blame. */
  get sawTrouble(): boolean {
    return this.#sawTrouble;
  }

  /** There are more to blame than could be found. */
  get isCutShort(): boolean {
    return this.#left === 0;
  }

  /** Checks these, and where HAProxy did not read on after what it complained of, the rest: each half by itself if they are many. */
  async among(suspects: readonly Section[]): Promise<void> {
    const rest = this.#withoutFound(suspects);
    const trouble = rest.length === 0 ? undefined : await this.#try(rest);
    if (trouble === undefined || trouble.shared.length > 0) return;
    const own = new Set(rest);
    const here = trouble.blamed.filter(({ section }) => own.has(section));
    for (const one of here) this.#found.set(one.section, one);
    if (here.length === 0) {
      if (await this.#addUntold(rest, trouble)) await this.among(rest);
    } else if (trouble.isCutShort) {
      const parts = rest.length <= FEW ? [rest] : inHalves(this.#withoutFound(rest));
      for (const part of parts) await this.among(part);
    }
  }

  /** Nor what cannot be there without those. */
  #withoutFound(suspects: readonly Section[]): readonly Section[] {
    if (this.#found.size === 0) return suspects;
    const there = new Set(withoutThese(this.#rendered.sections, new Set(this.#found.keys())));
    return suspects.filter((section) => there.has(section));
  }

  /** HAProxy does not say what it dislikes among these: they are halved down to one. False: it is none of them alone. */
  async #addUntold(suspects: readonly Section[], { unplaced: [diagnostic] }: Trouble): Promise<boolean> {
    if (diagnostic === undefined) return false;
    // Nobody pays for what is refused without him, too.
    this.#refusesAll ??= this.#isSharedRefused();
    if (await this.#refusesAll) return false;
    // What others need comes first: who needs it is refused with it.
    let among: readonly Section[] = neededFirst(suspects);
    let isRefused = true;
    while (among.length > 1) {
      const [first, second] = inHalves(among);
      isRefused = (await this.#try(first)) !== undefined;
      among = isRefused ? first : second;
    }
    const [only] = among;
    if (only === undefined || !(isRefused || (await this.#try([only])) !== undefined)) return false;
    this.#found.set(only, { section: only, diagnostic });
    return true;
  }

  async #isSharedRefused(): Promise<boolean> {
    return !this.#isSharedAccepted() && (await this.#try([])) !== undefined;
  }

  /** Undefined: HAProxy takes them, or was asked often enough. */
  async #try(suspects: readonly Section[]): Promise<Trouble | undefined> {
    if (this.#left === 0) return undefined;
    this.#left -= 1;
    const { files, checked } = trialOf(suspects, this.#rendered.sections, this.#rendered.shared());
    try {
      await this.#check(files);
      return undefined;
    } catch (error) {
      if (!(error instanceof ConfigRefused)) throw error;
      this.#sawTrouble = true;
      return { ...blame(error.diagnostics, checked), isCutShort: error.isCutShort };
    }
  }
}
