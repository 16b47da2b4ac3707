import { editDistance } from '../kit/edit-distance.ts';
import { PORT_LABELS } from '../labels/catalogue.ts';
import type { PortLabel } from '../labels/label.ts';

/** What was meant, as it seems: a value of the same label that is right, of one that is not. Whether it is right is asked of the label itself. */
type Guess = (value: string) => string;

const absolutePath: Guess = (value) => `/${value.trim().replace(/^\/+/, '')}`;

const hostOf = (word: string): string =>
  word
    .trim()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/^([^:]+):\d+$/, '$1');

const paths: Guess = (value) => {
  const words = value.split(/[ ,]+/).filter((word) => word !== '');
  const prefixes = words.filter((word) => !word.startsWith('-')).map((word) => absolutePath(word));
  return [...(words.includes('-i') ? ['-i'] : []), ...new Set(prefixes)].join(' ');
};

const ALGORITHMS = ['roundrobin', 'static-rr', 'leastconn', 'first', 'source', 'random', 'uri'];
const MOST_SLIPS = 3;

const algorithm: Guess = (value) => {
  const lower = value.trim().toLowerCase();
  const [nearest] = ALGORITHMS.map((name) => ({ name, slips: editDistance(lower.slice(0, 30), name) })).sort((a, b) => a.slips - b.slips);
  return nearest !== undefined && nearest.slips <= MOST_SLIPS ? nearest.name : lower;
};

/** About other apps: an interface, a user, a process, the way in for commands. */
const OF_OTHERS = new Set([
  'interface',
  'user',
  'uid',
  'group',
  'gid',
  'mode',
  'process',
  'thread',
  'level',
  'namespace',
  'id',
  'nice',
  'name',
]);

const bindOptions: Guess = (value) => {
  const words = value.split(' ').filter((word) => word !== '');
  return words.filter((word, at) => !OF_OTHERS.has(word) && !OF_OTHERS.has(words[at - 1] ?? '')).join(' ');
};

const LARGEST_WEIGHT = 999_999;

const weight: Guess = (value) => {
  const number = Math.round(Number(value.trim()));
  return Number.isNaN(number) ? value : String(Math.max(-LARGEST_WEIGHT, Math.min(LARGEST_WEIGHT, number)));
};

const trimmed: Guess = (value) => value.trim();

const GUESSES: Readonly<Partial<Record<keyof typeof PORT_LABELS, Guess>>> = {
  vhosts: (value) => [...new Set(value.toLowerCase().split(',').map(hostOf))].filter((host) => host !== '').join(','),
  paths,
  port: trimmed,
  mode: (value) => (/^(https?|health)$/i.test(value.trim()) ? 'http' : /^(tcp|ssl|tls)$/i.test(value.trim()) ? 'tcp' : value),
  balance: algorithm,
  backendWeight: weight,
  bindAddress: (value) =>
    value
      .trim()
      .replace(/^\[(.*)\]$/, '$1')
      .replace(/^localhost$/i, '127.0.0.1'),
  bindOptions,
  sslCert: trimmed,
  networkAllowed: (value) =>
    value
      .split(/[\s,]+/)
      .filter((word) => word !== '')
      .join(' '),
  proxypassPath: absolutePath,
  revproxyPath: absolutePath,
  redir: absolutePath,
  healthcheckPortIndex: trimmed,
};

/** A right value for this label (its name without HAPROXY_{n}_) in place of a wrong one, or undefined where none can be told. Never for a secret. */
export const newValue = (name: string, value: string): string | undefined => {
  const found = Object.entries(PORT_LABELS).find(([, label]) => label.name === name);
  if (found === undefined) return undefined;
  const [key, label] = found as [keyof typeof PORT_LABELS, PortLabel<unknown>];
  const guess = label.secret === true ? undefined : GUESSES[key]?.(value);
  return guess === undefined || guess === value || 'wrong' in label.parse(guess) ? undefined : guess;
};
