import { createInterface, type Interface } from 'node:readline';
import { ZDD_EXIT, ZddError } from './exits.ts';

const YES: readonly string[] = ['', 'y', 'ye', 'yes'];
const NO: readonly string[] = ['n', 'no'];

/** What somebody answers on standard input, line by line: lines that come before they are asked for are kept (`yes |`). */
export class Answers {
  readonly #input: NodeJS.ReadableStream;
  readonly #ask: (question: string) => void;
  readonly #signal: AbortSignal;
  #reader: Interface | undefined;
  #lines: AsyncIterator<string> | undefined;

  /** @param ask shows a question */
  constructor(input: NodeJS.ReadableStream, ask: (question: string) => void, signal: AbortSignal) {
    this.#input = input;
    this.#ask = ask;
    this.#signal = signal;
  }

  /** Yes where the line is empty, as in zdd.py. @throws ZddError `failed` where nobody can answer; what ended it where it is ended */
  async isYes(question: string): Promise<boolean> {
    for (;;) {
      this.#ask(`${question}. Continue? [Y/n] `);
      const line = (await this.#next()).trim().toLowerCase();
      if (YES.includes(line)) return true;
      if (NO.includes(line)) return false;
      this.#ask("Please answer 'yes' or 'no'. ");
    }
  }

  close(): void {
    this.#reader?.close();
  }

  async #next(): Promise<string> {
    this.#reader ??= createInterface({ input: this.#input });
    this.#lines ??= this.#reader[Symbol.asyncIterator]();
    const { promise, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(this.#signal.reason as Error);
    if (this.#signal.aborted) abort();
    this.#signal.addEventListener('abort', abort, { once: true });
    try {
      const line = await Promise.race([promise, this.#lines.next()]);
      if (line.done !== true) return line.value;
    } finally {
      this.#signal.removeEventListener('abort', abort);
    }
    throw new ZddError(ZDD_EXIT.failed, 'nobody answers, standard input has ended: --force asks nothing');
  }
}
