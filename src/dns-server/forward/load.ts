/** How much may be under way at once. */
export interface LoadLimits {
  /** Questions that upstreams are asked. */
  readonly questions: number;
  /** Clients' queries that wait for them. */
  readonly queries: number;
  /** Of one client's address. */
  readonly queriesOfOne: number;
}

/** Counts what waits, and says what is too much: one client may not take the room of all. */
export class Load {
  readonly #limits: LoadLimits;
  readonly #byClient = new Map<string, number>();
  #queries = 0;

  constructor(limits: LoadLimits) {
    this.#limits = limits;
  }

  get queries(): number {
    return this.#queries;
  }

  /** @param questions under way now, the new one among them */
  hasRoom(client: string, questions: number): boolean {
    const { queries, queriesOfOne } = this.#limits;
    return this.#queries < queries && (this.#byClient.get(client) ?? 0) < queriesOfOne && questions <= this.#limits.questions;
  }

  begin(client: string): void {
    this.#queries += 1;
    this.#byClient.set(client, (this.#byClient.get(client) ?? 0) + 1);
  }

  end(client: string): void {
    this.#queries -= 1;
    const left = (this.#byClient.get(client) ?? 1) - 1;
    if (left === 0) this.#byClient.delete(client);
    else this.#byClient.set(client, left);
  }
}
