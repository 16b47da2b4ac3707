/** First index in a sorted list whose text is greater than this one. */
const after = (sorted: readonly string[], text: string): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) <= text) low = middle + 1;
    else high = middle;
  }
  return low;
};

const commonLength = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
};

/** Path prefixes by host, sorted, so that the longer and the shorter ones of a prefix are found without a look at all the others of the host. */
export class Prefixes {
  readonly #byHost = new Map<string, string[]>();

  add(host: string, prefix: string): void {
    const prefixes = this.#byHost.get(host);
    if (prefixes === undefined) this.#byHost.set(host, [prefix]);
    else prefixes.splice(after(prefixes, prefix), 0, prefix);
  }

  remove(host: string, prefix: string): void {
    const prefixes = this.#byHost.get(host) ?? [];
    if (prefixes.length === 1) this.#byHost.delete(host);
    else prefixes.splice(after(prefixes, prefix) - 1, 1);
  }

  /** Prefixes of the host that begin with this one and go on. */
  longer(host: string, prefix: string): readonly string[] {
    const prefixes = this.#byHost.get(host) ?? [];
    const begin = after(prefixes, prefix);
    let end = begin;
    while (prefixes[end]?.startsWith(prefix) === true) end += 1;
    return prefixes.slice(begin, end);
  }

  /** Prefixes of the host that this one begins with and goes on from, longest first. */
  shorter(host: string, prefix: string): readonly string[] {
    const prefixes = this.#byHost.get(host) ?? [];
    const found: string[] = [];
    let rest = prefix.slice(0, -1);
    while (rest !== '') {
      // What stands right before a text has at least as much in common with it as each of its beginnings.
      const nearest = prefixes[after(prefixes, rest) - 1];
      if (nearest === undefined) break;
      if (rest.startsWith(nearest)) found.push(nearest);
      rest = rest.startsWith(nearest) ? nearest.slice(0, -1) : rest.slice(0, commonLength(rest, nearest));
    }
    return found;
  }
}
