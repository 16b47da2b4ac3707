import { SluiceError } from '../kit/error.ts';
import { basic } from './basic.ts';
import type { Credentials, ServiceAccount, UserAndPassword, VaultSecret } from './options.ts';

/** What to show to Marathon: this value of the Authorization header, or the one that a login gives. */
export type Authorization = { readonly header: string } | 'by login';

/** One configured Marathon. */
export interface Origin {
  /** Base of all paths, without credentials and without a slash at the end. */
  readonly base: string;
  readonly authorization?: Authorization;
}

const inUrl = (url: URL): UserAndPassword | undefined =>
  url.username === '' ? undefined : { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };

const toOrigin = (text: string, credentials: Credentials | undefined): Origin => {
  // The text is not repeated in errors: it may hold a password.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new SluiceError('SETTINGS', 'A Marathon URL cannot be read: write it as http://host:8080 or https://host/path.');
  }
  const used = inUrl(url) ?? credentials;
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  if (used === undefined) return { base };
  return { base, authorization: 'user' in used ? { header: basic(used) } : 'by login' };
};

/**
 * The configured Marathons and which of them is in use: the last that answered stays in use until it fails. It is trusted: it is waited for
 * however slow it is, since a list that two Marathons make at once costs them twice as much. One that was silent too long is not.
 */
export class Origins {
  /** Who gives what is shown where it is 'by login'. */
  readonly login: ServiceAccount | VaultSecret | undefined;
  readonly #all: readonly Origin[];
  #current = 0;
  #isTrusted = false;

  constructor(urls: readonly string[], credentials: Credentials | undefined) {
    if (urls.length === 0) throw new SluiceError('SETTINGS', 'No Marathon URL is given: name at least one.');
    this.#all = urls.map((url) => toOrigin(url, credentials));
    this.login = credentials === undefined || 'user' in credentials ? undefined : credentials;
  }

  get size(): number {
    return this.#all.length;
  }

  get current(): Origin {
    return this.inOrder()[0] as Origin;
  }

  /** All, the one in use first. */
  inOrder(): readonly Origin[] {
    return [...this.#all.slice(this.#current), ...this.#all.slice(0, this.#current)];
  }

  /** The configured Marathon of this scheme, host and port. */
  configured(url: URL): Origin | undefined {
    return this.#all.find(({ base }) => new URL(base).origin === url.origin);
  }

  prefer(origin: Origin): void {
    this.#current = this.#all.indexOf(origin);
    this.#isTrusted = true;
  }

  /** It was silent for too long. */
  doubt(origin: Origin): void {
    if (origin === this.current) this.#isTrusted = false;
  }

  /** Whether to wait for it, and for none beside it. */
  isTrusted(origin: Origin): boolean {
    return this.#isTrusted && origin === this.current;
  }

  /** The next to try when one failed; itself where there is only one. */
  after(origin: Origin): Origin {
    return this.#all[(this.#all.indexOf(origin) + 1) % this.#all.length] as Origin;
  }
}
