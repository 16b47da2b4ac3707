import type { Refusal } from '../desired/refusal.ts';
import { blame, type Blame, type Verdict } from '../haproxy/blame.ts';
import { ConfigRefused, type Diagnostic } from '../haproxy/diagnostics.ts';
import { trialOf, withoutThese } from '../haproxy/trial.ts';
import { escapeUnprintable } from '../kit/unprintable.ts';
import type { RenderedFile } from '../render/file.ts';
import type { Section } from '../render/section.ts';

interface IsolationOptions {
  /** `haproxy -c` of all '.cfg' files among these; rejects with ConfigRefused. */
  readonly check: (files: readonly RenderedFile[]) => Promise<void>;
  /** The files of the configuration as it is now, without any section of an app. */
  readonly shared: () => readonly RenderedFile[];
}

/** A configuration that HAProxy was given. */
export interface Rendered {
  readonly files: readonly RenderedFile[];
  /** Those of apps. */
  readonly sections: readonly Section[];
}

/** Where HAProxy stops at the first error, each check finds one more. */
const MOST_TRIALS = 20;
const LONGEST_WORDS = 300;
const LONGEST_LINE = 120;

/** Labels by the first word of the line in a profile that is made of them. */
const LABELS: Readonly<Record<string, string>> = { balance: 'BALANCE', cookie: 'STICKY' };

const cut = (text: string, longest: number): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** One line, the same each time: without the folder that the files were in. */
const wordsOf = ({ message }: Diagnostic): string =>
  cut(escapeUnprintable(message.split('\n')[0]?.replaceAll(/\/\S*\//g, '') ?? ''), LONGEST_WORDS);

export const refusalOf = ({ section, diagnostic, line }: Blame): Refusal => {
  const where = line === undefined ? '' : ` (in the line '${cut(escapeUnprintable(line), LONGEST_LINE)}')`;
  const because = `${wordsOf(diagnostic)}${where}`;
  if (section.kind === 'listener') return { kind: 'listener', value: section.value, because };
  if (section.kind === 'backend') {
    const isOfServer = diagnostic.server !== undefined || line?.startsWith('server ') === true;
    return { kind: 'backend', value: section.value, about: isOfServer ? 'servers' : 'settings', because };
  }
  const label = LABELS[line?.split(' ')[0] ?? ''];
  return { kind: 'profile', value: section.value, because, ...(label === undefined ? {} : { label }) };
};

/** Finds who is to blame for a configuration that HAProxy refuses. What it has accepted before, as it is, is never to blame. */
export class Isolation {
  readonly #options: IsolationOptions;
  /** Texts of sections. */
  #accepted: ReadonlySet<string> = new Set();

  constructor(options: IsolationOptions) {
    this.#options = options;
  }

  /** HAProxy took this. */
  accept({ sections }: Rendered): void {
    this.#accepted = new Set(sections.map(({ text }) => text));
  }

  /**
   * Whom to leave out; nobody: the fault is in what all share, or in what was accepted before. As a rule by the lines that HAProxy names; what
   * it does not tell is found by checks of what is new or changed, alone.
   */
  async find(refused: ConfigRefused, { files, sections }: Rendered): Promise<readonly Blame[]> {
    const text = files.find(({ path }) => path === 'haproxy.cfg')?.bytes.toString() ?? '';
    const verdict = blame(refused.diagnostics, new Map([['haproxy.cfg', { text, sections }]]));
    const isSuspect = ({ text: own }: Section): boolean => !this.#accepted.has(own);
    // What is wrong with the rest may follow from it.
    if (verdict.shared.length > 0) return [];
    const blamed = verdict.blamed.filter(({ section }) => isSuspect(section));
    if (blamed.length > 0 && !refused.isCutShort) return blamed;
    const known = new Set(blamed.map(({ section }) => section));
    const search = new Search(sections, this.#options);
    return [...blamed, ...(await search.among(withoutThese(sections, known).filter(isSuspect)))];
  }
}

type Trouble = Verdict & Pick<ConfigRefused, 'isCutShort'>;

/** Checks of some sections alone. */
class Search {
  readonly #all: readonly Section[];
  readonly #options: IsolationOptions;
  #left = MOST_TRIALS;
  /** The check without any app. */
  #withoutAny: Promise<Trouble | undefined> | undefined;

  constructor(all: readonly Section[], options: IsolationOptions) {
    this.#all = all;
    this.#options = options;
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
    if (only === undefined || diagnostic === undefined) return [];
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
    const { files, checked } = trialOf(suspects, this.#all, this.#options.shared());
    try {
      await this.#options.check(files);
      return undefined;
    } catch (error) {
      if (!(error instanceof ConfigRefused)) throw error;
      return { ...blame(error.diagnostics, checked), isCutShort: error.isCutShort };
    }
  }
}
