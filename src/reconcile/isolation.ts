import { blame, type Blame, type Verdict } from '../haproxy/blame.ts';
import { ConfigRefused } from '../haproxy/diagnostics.ts';
import { trialOf, withoutThese } from '../haproxy/trial.ts';
import type { RenderedFile } from '../render/file.ts';
import type { Section } from '../render/section.ts';

/** `haproxy -c` of all '.cfg' files among these; rejects with ConfigRefused. */
export type Check = (files: readonly RenderedFile[]) => Promise<void>;

/** A configuration that HAProxy was given. */
export interface Rendered {
  readonly files: readonly RenderedFile[];
  /** Those of apps. */
  readonly sections: readonly Section[];
  /** The files without any section of an app. */
  readonly shared: () => readonly RenderedFile[];
}

/** Where HAProxy stops at the first error, each check finds one more. */
const MOST_TRIALS = 20;

const keyOf = ({ kind, value }: Section): string => `${kind} ${value.name}`;

/** Finds who is to blame for a configuration that HAProxy refuses. What it has accepted before, as it is, is never to blame. */
export class Isolation {
  readonly #check: Check;
  /** Texts of sections. */
  #accepted: ReadonlySet<string> | undefined;
  /** What sections there were. */
  #known = new Set<string>();

  constructor(check: Check) {
    this.#check = check;
  }

  /** Since this process began HAProxy has accepted something. */
  get hasAccepted(): boolean {
    return this.#accepted !== undefined;
  }

  /** HAProxy took this. */
  accept({ sections }: Rendered): void {
    this.#accepted = new Set(sections.map(({ text }) => text));
    this.#known = new Set(sections.map(keyOf));
  }

  /**
   * Whom to leave out; nobody: the fault is in what all share, or in what was accepted before. As a rule by the lines that HAProxy names; what
   * it does not tell is found by checks of what is new or changed, alone.
   */
  async find(refused: ConfigRefused, rendered: Rendered): Promise<readonly Blame[]> {
    const { files, sections } = rendered;
    const text = files.find(({ path }) => path === 'haproxy.cfg')?.bytes.toString() ?? '';
    const verdict = blame(refused.diagnostics, new Map([['haproxy.cfg', { text, sections }]]));
    // What is wrong with the rest may follow from it.
    if (verdict.shared.length > 0) return [];
    const isSuspect = ({ text: own }: Section): boolean => this.#accepted?.has(own) !== true;
    const blamed = verdict.blamed.filter(({ section }) => isSuspect(section));
    if (blamed.length > 0 && !refused.isCutShort) return blamed;
    const rest = withoutThese(sections, new Set(blamed.map(({ section }) => section)));
    return [...blamed, ...(await new Search(rendered, this.#check).among(rest.filter(isSuspect)))];
  }

  /** Whom to leave out of what HAProxy was given at run time, where it does not see the text that its files have for it. */
  async findAmongNew(rendered: Rendered): Promise<readonly Blame[]> {
    const fresh = rendered.sections.filter((section) => !this.#known.has(keyOf(section)));
    const blamed = await new Search(rendered, this.#check).among(fresh);
    if (blamed.length === 0) for (const section of fresh) this.#known.add(keyOf(section));
    return blamed;
  }
}

type Trouble = Verdict & Pick<ConfigRefused, 'isCutShort'>;

/** Checks of some sections alone. */
class Search {
  readonly #rendered: Rendered;
  readonly #check: Check;
  #left = MOST_TRIALS;
  /** The check without any app. */
  #withoutAny: Promise<Trouble | undefined> | undefined;

  constructor(rendered: Rendered, check: Check) {
    this.#rendered = rendered;
    this.#check = check;
  }

  async among(suspects: readonly Section[]): Promise<readonly Blame[]> {
    const found = new Map<Section, Blame>();
    for (;;) {
      const rest = withoutThese(suspects, new Set(found.keys()));
      const trouble = rest.length === 0 ? undefined : await this.#try(rest);
      if (trouble === undefined || trouble.shared.length > 0) break;
      const here = trouble.blamed.filter(({ section }) => rest.includes(section));
      if (here.length === 0) return [...found.values(), ...(await this.#halve(rest, trouble))];
      for (const one of here) found.set(one.section, one);
      if (!trouble.isCutShort) break;
    }
    return [...found.values()];
  }

  /** HAProxy does not say what it dislikes among these. */
  async #halve(suspects: readonly Section[], { unplaced: [diagnostic] }: Trouble): Promise<readonly Blame[]> {
    const [only] = suspects;
    if (only === undefined || diagnostic === undefined || this.#left === 0) return [];
    // Nobody pays for what is refused without him, too.
    this.#withoutAny ??= this.#try([]);
    if ((await this.#withoutAny) !== undefined) return [];
    if (suspects.length === 1) return [{ section: only, diagnostic }];
    const middle = Math.ceil(suspects.length / 2);
    return [...(await this.among(suspects.slice(0, middle))), ...(await this.among(suspects.slice(middle)))];
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
      return { ...blame(error.diagnostics, checked), isCutShort: error.isCutShort };
    }
  }
}
