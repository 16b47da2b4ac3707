import type { PieceName } from '../../pieces/catalogue.ts';
import type { Own } from '../../pieces/entitlement/own.ts';
import type { FormatValues } from '../../pieces/format.ts';
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
      for (const { from, to } of read.value.translated) this.#noteTranslated({ piece: name, from, to });
      return read.value;
    }
    this.refuse(name, read.wrong);
    return undefined;
  }

  /** Lines in words that HAProxy has no more, each once. */
  translated(): readonly TranslatedLine[] {
    return [...this.#translated.values()];
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
