/** Where Marathon's own begin (`--local_port_min`). */
const FIRST = 10_000;
const LAST = 65_535;

/**
 * Service ports in place of those that Marathon will choose: none that an app asks for is among them, so that nothing meets by chance that will
 * not meet there.
 */
export class StandInPorts {
  readonly #taken: ReadonlySet<number>;
  #next = FIRST;

  constructor(taken: ReadonlySet<number>) {
    this.#taken = taken;
  }

  /** @throws RangeError when there are none left: Marathon would have none either */
  next(): number {
    while (this.#taken.has(this.#next)) this.#next += 1;
    if (this.#next > LAST) throw new RangeError(`these apps have more than ${LAST - FIRST} service ports together`);
    this.#next += 1;
    return this.#next - 1;
  }
}
