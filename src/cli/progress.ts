import { escapeUnprintable } from '../kit/unprintable.ts';

const CLEAR_LINE = '\r\u001B[K';

/** What a verb that takes its time tells on standard error: lines of what is done, and what is waited for, which a terminal shows in one line. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  #shown = '';

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  say(line: string): void {
    this.#write(`${escapeUnprintable(line)}\n`);
  }

  /** Shown until something else is; where this is no terminal, once. */
  still(because: string): void {
    const line = `waits: ${escapeUnprintable(because)}`;
    if (line === this.#shown) return;
    if (!this.#out.isTTY) this.#out.write(`${line}\n`);
    else this.#out.write(`${CLEAR_LINE}${line.slice(0, Math.max(20, this.#out.columns - 1))}`);
    this.#shown = line;
  }

  /** A question: what is typed stands behind it. */
  ask(question: string): void {
    this.#write(escapeUnprintable(question));
  }

  /** Leaves no half line behind. */
  end(): void {
    this.#write('');
  }

  #write(text: string): void {
    const hasLine = this.#out.isTTY && this.#shown !== '';
    this.#shown = '';
    if (hasLine) this.#out.write(CLEAR_LINE);
    if (text !== '') this.#out.write(text);
  }
}
