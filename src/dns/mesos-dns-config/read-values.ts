import { editDistance } from '../../kit/edit-distance.ts';
import { shown } from '../../kit/shown.ts';
import { KEYS, type KeyName, type Values, VERIFY_KEY } from './keys.ts';
import { entriesOf, flag } from './reader.ts';

/** What stands in the file, with Mesos-DNS's defaults for what does not. */
export interface ReadValues {
  readonly values: Values;
  /** Those that stand in it; `null` is as good as nothing. */
  readonly given: ReadonlySet<KeyName>;
  readonly verifiesTls: boolean;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const NAMES = new Map(Object.keys(KEYS).map((name) => [name.toLowerCase(), name as KeyName]));
/** Of samples of years ago. */
const RETIRED: ReadonlySet<string> = new Set(['ns', 'email']);

const closest = (name: string): string => {
  if (name.length > 40) return '';
  const near = [...NAMES].find(([known]) => editDistance(known, name) <= 2);
  return near === undefined ? '' : `: is ${near[1]} meant?`;
};

const aboutUnknown = (name: string): string =>
  RETIRED.has(name.toLowerCase())
    ? `${name} means nothing any more: leave it out`
    : `${shown(name)} is no key of Mesos-DNS, and is ignored${closest(name.toLowerCase())}`;

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a text';
};

const notThat = (name: string, needs: string, value: unknown): string => `${name} must be ${needs}, and is ${kindOf(value)}`;

/** Defaults of what no file says. */
export const DEFAULT_VALUES = Object.fromEntries(
  Object.entries(KEYS).map(([name, { otherwise }]) => [name, otherwise]),
) as unknown as Values;

/** Of a key that stands there twice, in whatever case, the last one counts, as in Mesos-DNS. @param root what the file's JSON is */
export const readValues = (root: unknown): ReadValues => {
  const entries = entriesOf(root);
  const values: Record<string, unknown> = { ...DEFAULT_VALUES };
  const given = new Set<KeyName>();
  const [problems, warnings]: [string[], string[]] = [entries === undefined ? ['it must be a JSON object'] : [], []];
  let verifiesTls = true;
  for (const [name, value] of entries ?? []) {
    if (value === null) continue;
    const known = NAMES.get(name.toLowerCase());
    const reader = known === undefined ? flag : KEYS[known].reader;
    if (known === undefined && name.toLowerCase() !== VERIFY_KEY.toLowerCase()) {
      warnings.push(aboutUnknown(name));
      continue;
    }
    const read = reader.read(value);
    if (read === undefined) problems.push(notThat(name, reader.needs, value));
    else if (known === undefined) verifiesTls = read === true;
    else {
      values[known] = read;
      given.add(known);
    }
  }
  return { values: values as unknown as Values, given, verifiesTls, problems, warnings };
};
