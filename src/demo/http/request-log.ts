/** One request that was answered or refused. */
export interface LoggedRequest {
  readonly at: string;
  /** The instance that was asked, by its URL. */
  readonly instance: string;
  readonly method: string;
  /** With its query, as it was sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Undefined until it is answered. */
  status?: number;
}

/** The last requests, oldest first. */
export class RequestLog {
  readonly #limit: number;
  #entries: LoggedRequest[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  forget(): void {
    this.#entries = [];
  }

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > this.#limit * 2) this.#entries = this.#entries.slice(-this.#limit);
  }
}
