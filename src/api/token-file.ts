import { readFileSync, statSync } from 'node:fs';
import type { Logger } from 'pino';
import { messageOf, SluiceError } from '../kit/error.ts';
import { type Token, tokensIn } from './credentials.ts';

/** Tens of thousands of tokens. */
const LARGEST_BYTES = 1_000_000;

/** The kernel's stamps of files are some milliseconds apart: two changes in one of them look like one. */
const FRESH_MS = 1000;

/** Other after each change, by whatever editor. undefined: it was changed just now, and may be again. */
const stateOf = (path: string): string | undefined => {
  const { ino, size, mtimeNs, ctimeNs, ctimeMs, mode } = statSync(path, { bigint: true });
  return Math.abs(Date.now() - Number(ctimeMs)) < FRESH_MS ? undefined : [ino, size, mtimeNs, ctimeNs, mode].join(' ');
};

/** @throws Error that never tells what it holds */
export const readTokenFile = (path: string): { readonly tokens: readonly Token[]; readonly isOpenToAll: boolean } => {
  const { size, mode } = statSync(path);
  if (size > LARGEST_BYTES) throw new Error(`it has ${size} bytes, more than ${LARGEST_BYTES}`);
  return { tokens: tokensIn(readFileSync(path, 'utf8')), isOpenToAll: (mode & 0o007) !== 0 };
};

/** The tokens of --api-token-file, read again when it has changed. */
export class TokenFile {
  readonly #path: string;
  readonly #log: Pick<Logger, 'warn' | 'error'>;
  #state: string | undefined;
  #isOpenToAll = false;
  #wrong: string | undefined;
  #tokens: readonly Token[] = [];

  /** Throws a SluiceError SETTINGS when there are no tokens to be had. */
  constructor(path: string, log: Pick<Logger, 'warn' | 'error'>) {
    this.#path = path;
    this.#log = log;
    try {
      this.#read();
    } catch (error) {
      throw new SluiceError('SETTINGS', `--api-token-file: ${path} cannot be used: ${messageOf(error)}`, error);
    }
  }

  /** Those that are in it now. While it is gone or wrong there are none: a token that was taken out must not live on by a slip of the pen. */
  tokens(): readonly Token[] {
    try {
      this.#read();
      this.#wrong = undefined;
    } catch (error) {
      this.#tokens = [];
      this.#state = undefined;
      const wrong = messageOf(error);
      // Once, not at each request.
      if (wrong !== this.#wrong) this.#log.error({ path: this.#path }, `--api-token-file cannot be used, no token is taken: ${wrong}`);
      this.#wrong = wrong;
    }
    return this.#tokens;
  }

  #read(): void {
    // Before the text: what is written in between is read at the next request.
    const state = stateOf(this.#path);
    if (state !== undefined && state === this.#state) return;
    const { tokens, isOpenToAll } = readTokenFile(this.#path);
    this.#tokens = tokens;
    this.#state = state;
    if (isOpenToAll && !this.#isOpenToAll)
      this.#log.warn({ path: this.#path }, `everybody on this host may open --api-token-file: chmod o= ${this.#path}`);
    this.#isOpenToAll = isOpenToAll;
  }
}
