/** What should be answered, counted out slowly, in text, and with nothing of src/. */

export interface Model {
  readonly apexes: readonly string[];
  readonly keptNames: readonly string[];
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  /** By name in lower case, by type; values as dns-packet shows them. */
  readonly sets: Map<string, Map<string, readonly string[]>>;
  /** Of these all, and all names above them; `presentIn` after each change. */
  present: ReadonlySet<string>;
}

export const presentIn = (names: Iterable<string>): ReadonlySet<string> => {
  const present = new Set<string>();
  for (const name of names) for (let one = name; one !== ''; one = above(one)) present.add(one);
  return present;
};

export type Expected =
  | { readonly kind: 'forward' }
  | {
      readonly kind: 'reply';
      readonly rcode: string;
      /** 'web.mesos A 10.0.0.1', in order of text. */
      readonly answers: readonly string[];
      /** By 'web.mesos A': all of that set. */
      readonly additional: ReadonlyMap<string, readonly string[]>;
      /** Whose SOA record stands in the authority section. */
      readonly apex?: string;
      readonly continueAt?: string;
    };

const isIn = (name: string, apex: string): boolean => name === apex || name.endsWith(`.${apex}`);
const above = (name: string): string => name.split('.').slice(1).join('.');

const longest = (names: readonly string[], name: string): string | undefined =>
  names.filter((one) => isIn(name, one)).toSorted((one, other) => other.length - one.length)[0];

interface Placed {
  readonly name: string;
  readonly back: (name: string) => string;
}

const inPlace = (name: string, from: string, to: string): string =>
  isIn(name, from) ? name.slice(0, name.length - from.length) + to : name;

/** Renamed, and once more if what comes out is another name again; back in one step, from the last to the first. */
const placed = (model: Model, name: string): Placed => {
  const steps: { from: string; to: string }[] = [];
  let last = name;
  for (;;) {
    const from = longest(
      model.renames.map((rename) => rename.from),
      last,
    );
    const to = model.renames.find((rename) => rename.from === from)?.to;
    if (from === undefined || to === undefined) break;
    steps.push({ from, to });
    last = inPlace(last, from, to);
  }
  const inner = steps.at(-1);
  if (inner === undefined) return { name, back: (same) => same };
  const outer = steps.slice(0, -1).reduceRight((suffix, { from, to }) => inPlace(suffix, to, from), inner.from);
  return { name: last, back: (one) => inPlace(one, inner.to, outer) };
};

const exists = (model: Model, name: string): boolean =>
  model.apexes.includes(name) || [...model.sets.keys()].some((one) => isIn(one, name));

/** The name that answers for it: itself, that without stars, a wildcard. */
const standIn = (model: Model, name: string, apex: string): string | undefined => {
  const plain = name === apex ? name : `${name.slice(0, -apex.length - 1).replaceAll('.*', '')}.${apex}`;
  const own = [name, plain].find((one) => exists(model, one));
  if (own !== undefined) return own;
  let encloser = above(plain);
  while (!exists(model, encloser)) encloser = above(encloser);
  return exists(model, `*.${encloser}`) ? `*.${encloser}` : undefined;
};

const NAMED = new Set(['NS', 'CNAME', 'SRV', 'PTR', 'SOA']);

const shownValue = (type: string, value: string, back: Placed['back']): string =>
  NAMED.has(type) ? value.replace(/\S+$/, (name) => back(name)) : value;

const valuesOf = (model: Model, name: string, type: string): readonly string[] => model.sets.get(name)?.get(type) ?? [];

const additionalOf = (model: Model, type: string, values: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const sets = new Map<string, readonly string[]>();
  if (type !== 'SRV' && type !== 'NS') return sets;
  for (const value of values) {
    const target = value.split(' ').at(-1) ?? '';
    for (const address of ['A', 'AAAA']) {
      const found = valuesOf(model, placed(model, target).name, address);
      if (found.length > 0) sets.set(`${target} ${address}`, found.map((one) => `${target} ${address} ${one}`).toSorted());
    }
  }
  return sets;
};

const nothing = (rcode: string, answers: readonly string[], apex: string): Expected => ({
  kind: 'reply',
  rcode,
  answers,
  additional: new Map(),
  apex,
});

const step = (model: Model, owner: string, type: string, before: readonly string[], seen: readonly string[]): Expected => {
  const { name, back } = placed(model, owner.toLowerCase());
  const apex = longest(model.apexes, name);
  if (apex === undefined) {
    const kept = longest(model.keptNames, name);
    if (kept !== undefined) return nothing(kept === name ? 'NOERROR' : 'NXDOMAIN', before, kept);
    return before.length === 0
      ? { kind: 'forward' }
      : { kind: 'reply', rcode: 'NOERROR', answers: before, additional: new Map(), continueAt: owner };
  }
  const found = standIn(model, name, apex);
  if (found === undefined) return nothing('NXDOMAIN', before, back(apex));
  const values = valuesOf(model, found, type).map((value) => shownValue(type, value, back));
  if (values.length > 0) {
    const answers = [...before, ...values.map((value) => `${owner} ${type} ${value}`)].toSorted();
    return { kind: 'reply', rcode: 'NOERROR', answers, additional: additionalOf(model, type, values) };
  }
  const [alias] = valuesOf(model, found, 'CNAME').map((value) => shownValue('CNAME', value, back));
  if (alias === undefined) return nothing('NOERROR', before, back(apex));
  const chain = [...before, `${owner} CNAME ${alias}`].toSorted();
  const owners = [...seen, owner.toLowerCase()];
  if (owners.includes(alias)) return { kind: 'reply', rcode: 'NOERROR', answers: chain, additional: new Map() };
  return step(model, alias, type, chain, owners);
};

/** @param name as it is asked */
export const expectedOf = (model: Model, name: string, type: string): Expected => step(model, name, type, [], []);
