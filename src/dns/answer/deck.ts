/**
 * Cards 0 to n-1 drawn one after the other, each order as likely as any other. Only what is drawn costs: the first forty of ten thousand cost
 * as much as the first forty of fifty.
 */
export class Deck {
  readonly #random: () => number;
  /** At rest card i is at place i. */
  #cards = new Uint32Array(0);
  #touched = new Uint32Array(0);
  #size = 0;
  #drawn = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Puts all back, and takes n cards. */
  begin(size: number): void {
    for (let place = 0; place < this.#drawn; place += 1) {
      const other = this.#touched[place] ?? 0;
      this.#cards[place] = place;
      this.#cards[other] = other;
    }
    this.#drawn = 0;
    this.#size = size;
    if (size <= this.#cards.length) return;
    this.#cards = Uint32Array.from({ length: size * 2 }, (_, card) => card);
    this.#touched = new Uint32Array(size * 2);
  }

  /** Not more than n times. */
  draw(): number {
    const place = this.#drawn;
    const other = place + Math.floor(this.#random() * (this.#size - place));
    const card = this.#cards[other] ?? 0;
    this.#cards[other] = this.#cards[place] ?? 0;
    this.#cards[place] = card;
    this.#touched[place] = other;
    this.#drawn += 1;
    return card;
  }

  /** All of a list. */
  shuffled<T>(list: readonly T[]): readonly T[] {
    this.begin(list.length);
    return list.flatMap(() => list[this.draw()] ?? []);
  }
}
