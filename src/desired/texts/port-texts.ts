import { type PieceName, pieceOf, type Place } from '../../pieces/catalogue.ts';
import type { Own } from '../../pieces/entitlement/own.ts';
import { MOST_TRIES } from '../../pieces/entitlement/regex-tries.ts';
import { triesOfRequest } from '../../pieces/entitlement/request-tries.ts';
import type { FormatValues } from '../../pieces/format.ts';
import { type Line, wordsOf } from '../../pieces/lines.ts';
import { type Overrides, pieceLabel } from '../../pieces/overrides.ts';
import { type PieceText, readPiece } from '../../pieces/read-piece.ts';
import type { TranslatedLine } from '../app-part.ts';
import type { Context, PortDraft } from '../port-draft.ts';
import { bindFiles, copiesOf } from '../service-bind.ts';

/** None: nothing of an operator's folders stands beside HAProxy's configuration. */
const FOLDERS: readonly string[] = [];

/** A text that places `{sslCert}` has the copies. */
const bindFilesAndCopies = (draft: PortDraft, context: Context): readonly string[] => {
  const files = bindFiles(draft, context);
  return [...files, ...copiesOf(files, context.options).values()];
};

const ownOf = (draft: PortDraft, context: Context): Own => ({
  backend: draft.name,
  servicePort: draft.servicePort,
  mode: draft.mode,
  folders: FOLDERS,
  files: [],
  bindFiles: bindFilesAndCopies(draft, context),
});

/** For people: a text is read for each of its hosts, or servers. */
const MOST_TRANSLATED = 50;

/** What requests for the port alone come by. */
const OWN_PLACES: ReadonlySet<Place> = new Set(['frontend', 'frontend-rules', 'backend', 'backend-body']);

const TOO_SLOW =
  'has regular expressions that together with those of the other texts of this port may take too long: let them begin with ^, and have fewer of .* and .+ in them';

const SOURCES = { environment: 'environment variable', file: 'template file' } as const;

/**
 * Texts in place of pieces of one port. A text that cannot be had is told once; one of a label takes the port out, since nothing else is what its
 * author wants there; one of the operator, which is there for all, leaves the default.
 */
export class PortTexts {
  readonly #draft: PortDraft;
  readonly #context: Context;
  readonly #overrides: Overrides;
  readonly #translated = new Map<string, TranslatedLine>();
  /** Of labels, in the port's own frontend and backend. */
  readonly #own = new Map<PieceName, Line[]>();
  #wrong: string | undefined;

  constructor(draft: PortDraft, context: Context, overrides: Overrides) {
    this.#draft = draft;
    this.#context = context;
    this.#overrides = overrides;
  }

  /** Why the text of a label cannot be had; undefined: all can. */
  get wrong(): string | undefined {
    return this.#wrong;
  }

  has(name: PieceName): boolean {
    return this.#overrides.has(name);
  }

  /** Characters of what stands in its place. */
  sizeOf(name: PieceName): number {
    return this.#overrides.get(name)?.text.length ?? 0;
  }

  /** Undefined: the default stands. `server`: the one that it is read for. */
  read(name: PieceName, values: FormatValues, server?: NonNullable<Own['server']>): PieceText | undefined {
    const override = this.#overrides.get(name);
    if (override === undefined) return undefined;
    const read = readPiece(name, override, values, { ...ownOf(this.#draft, this.#context), ...(server === undefined ? {} : { server }) });
    if ('value' in read) {
      if (override.from === 'label' && OWN_PLACES.has(pieceOf(name).place)) this.#noteOwn(name, read.value.lines);
      for (const { from, to } of read.value.translated) this.#noteTranslated({ piece: name, from, to });
      return read.value;
    }
    this.refuse(name, read.wrong);
    return undefined;
  }

  /** Refuses the slowest of the texts by which requests for the port alone come, where these are too slow together. */
  refuseTooSlow(): void {
    if (triesOfRequest([...this.#own.values()].flat()) <= MOST_TRIES) return;
    const [slowest] = [...this.#own].map(([name, lines]) => ({ name, tries: triesOfRequest(lines) })).sort((a, b) => b.tries - a.tries);
    if (slowest !== undefined) this.refuse(slowest.name, TOO_SLOW);
  }

  /** Lines in words that HAProxy has no more, each once. */
  translated(): readonly TranslatedLine[] {
    return [...this.#translated.values()];
  }

  #noteOwn(name: PieceName, texts: readonly string[]): void {
    const lines = this.#own.get(name) ?? [];
    for (const text of texts) {
      const words = wordsOf(text);
      if ('value' in words) lines.push(words.value);
    }
    this.#own.set(name, lines);
  }

  #noteTranslated(line: TranslatedLine): void {
    const key = JSON.stringify(line);
    if (this.#translated.size < MOST_TRANSLATED && !this.#translated.has(key)) this.#translated.set(key, line);
  }

  /** This text cannot be had. `because` follows its name. */
  refuse(name: PieceName, because: string): void {
    const { entry } = this.#context;
    const from = this.#overrides.get(name)?.from ?? 'label';
    const label = pieceLabel(name, this.#draft.index);
    const message = from === 'label' ? `${label} ${because}` : `the ${SOURCES[from]} HAPROXY_${name} ${because}: the default stands`;
    if (from === 'label') this.#wrong ??= message;
    const known = this.#draft.problems.some((one) => one.message === message);
    if (!known)
      this.#draft.problems.push({ appId: entry.app.id, portIndex: this.#draft.index, ...(from === 'label' ? { label } : {}), message });
  }
}

/** As it stands in haproxy.cfg, below the line that opens its section. */
export const indented = (lines: readonly string[]): string => lines.map((line) => (line === '' ? '\n' : `  ${line}\n`)).join('');
