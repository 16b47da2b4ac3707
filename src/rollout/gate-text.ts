import { parseDuration } from '../labels/duration.ts';
import { type Parsed, parseInteger, shown } from '../labels/label.ts';
import type { Gate } from './gate.ts';
import { COMMAND_NAME, MOST_FACTOR, MOST_REQUESTS } from './gate-limits.ts';

/** Gates as people write them: 'errors<1%', 'p95<1.3x', 'probe=http://…'. */

type Kind = Gate['kind'];

interface Form {
  readonly signs: readonly string[];
  /** As one writes it; the first that a message shows. */
  readonly examples: readonly string[];
  readonly parse: (value: string) => Parsed<Gate>;
}

/** Seconds that an answer may take, and a command. */
const PROBE_SECONDS = 10;
const COMMAND_SECONDS = 60;

/** A number with its unit. undefined: it is none, or not from 0 to `most`. */
const numberWith = (unit: string, value: string, most: number): number | undefined => {
  const [, digits] = /^(\d{1,4}(?:\.\d{1,3})?)(%|x)$/.exec(value) ?? [];
  if (digits === undefined || !value.endsWith(unit)) return undefined;
  return Number(digits) <= most ? Number(digits) : undefined;
};

const percentOf = (value: string): number | undefined => numberWith('%', value, 100);

/** Of nothing there is no multiple. */
const factorOf = (value: string): number | undefined => {
  const factor = numberWith('x', value, MOST_FACTOR);
  return factor === 0 ? undefined : factor;
};

const share =
  (kind: 'errors' | 'connection-errors') =>
  (value: string): Parsed<Gate> => {
    const maxPercent = percentOf(value);
    if (maxPercent !== undefined) return { value: { kind, maxPercent } };
    const maxFactor = factorOf(value);
    if (maxFactor !== undefined) return { value: { kind, maxFactor } };
    return { wrong: `must be a percentage from 0% to 100%, or a multiple of what the old one has, up to ${MOST_FACTOR}x` };
  };

const parseTime = parseDuration('1ms', '10m');

const p95 = (value: string): Parsed<Gate> => {
  const maxFactor = factorOf(value);
  if (maxFactor !== undefined) return { value: { kind: 'p95', maxFactor } };
  const ms = parseTime(value);
  if ('value' in ms) return { value: { kind: 'p95', maxMs: ms.value } };
  return { wrong: `must be a multiple of what the old one has, up to ${MOST_FACTOR}x, or a time from 1ms to 10m` };
};

const requests = (value: string): Parsed<Gate> => {
  const min = parseInteger(value, 1, MOST_REQUESTS);
  return 'value' in min ? { value: { kind: 'requests', min: min.value } } : min;
};

const healthy = (value: string): Parsed<Gate> => {
  const minPercent = percentOf(value);
  return minPercent === undefined ? { wrong: 'must be a percentage from 0% to 100%' } : { value: { kind: 'healthy', minPercent } };
};

const probe = (value: string): Parsed<Gate> => {
  const { protocol = '', username = '', password = '' } = URL.parse(value) ?? {};
  if (!/^https?:$/.test(protocol)) return { wrong: 'must be an address that begins with http:// or https://' };
  // It stands in Marathon, in the history and on screens.
  if (`${username}${password}` !== '') return { wrong: 'must hold neither user nor password: everybody who may read can see it' };
  return { value: { kind: 'probe', url: value, timeoutSeconds: PROBE_SECONDS } };
};

const command = (value: string): Parsed<Gate> =>
  COMMAND_NAME.test(value)
    ? { value: { kind: 'command', command: [value], timeoutSeconds: COMMAND_SECONDS } }
    : { wrong: 'must be the name of a file in the folder of --hooks-dir: letters, digits and ._-' };

const AT_MOST = ['<', '<='];

const FORMS: Readonly<Record<Kind, Form>> = {
  errors: { signs: AT_MOST, examples: ['errors<1%', 'errors<2x'], parse: share('errors') },
  'connection-errors': { signs: AT_MOST, examples: ['connection-errors<0.5%', 'connection-errors<2x'], parse: share('connection-errors') },
  p95: { signs: AT_MOST, examples: ['p95<1.3x', 'p95<500ms'], parse: p95 },
  requests: { signs: ['>='], examples: ['requests>=100'], parse: requests },
  healthy: { signs: ['>='], examples: ['healthy>=100%'], parse: healthy },
  probe: { signs: ['='], examples: ['probe=http://shop.example.com/ready'], parse: probe },
  command: { signs: ['='], examples: ['command=smoke-test'], parse: command },
};

/** One of each kind, for help and docs. */
export const GATE_EXAMPLES: readonly string[] = Object.values(FORMS).flatMap(({ examples }) => examples);

const either = (examples: readonly string[]): string => examples.join(' or ');

/** A gate, or why the text is none and what is allowed. `<` and `<=` both mean 'at most'. */
export const parseGate = (text: string): Parsed<Gate> => {
  const [, name = '', sign = '', value = ''] = /^\s*([a-z0-9-]+)\s*(<=|>=|<|>|=)\s*(.*?)\s*$/s.exec(text) ?? [];
  const form = Object.hasOwn(FORMS, name) ? FORMS[name as Kind] : undefined;
  if (form === undefined) return { wrong: `${shown(text)} is no gate: there are ${GATE_EXAMPLES.join(', ')}` };
  if (!form.signs.includes(sign)) return { wrong: `${shown(text)}: write ${either(form.examples)}` };
  const parsed = form.parse(value);
  return 'value' in parsed ? parsed : { wrong: `${shown(text)}: ${shown(value)} ${parsed.wrong}, e.g. ${either(form.examples)}` };
};

const most = ({ maxPercent, maxFactor }: { readonly maxPercent?: number; readonly maxFactor?: number }): readonly string[] => [
  ...(maxPercent === undefined ? [] : [`<${maxPercent}%`]),
  ...(maxFactor === undefined ? [] : [`<${maxFactor}x`]),
];

/** A gate as it is written; with two bounds both, one after the other. */
export const gateText = (gate: Gate): string => {
  switch (gate.kind) {
    case 'errors':
    case 'connection-errors':
      return `${gate.kind}${most(gate).join(' ')}`;
    case 'p95':
      return `p95${[...most(gate), ...(gate.maxMs === undefined ? [] : [`<${gate.maxMs}ms`])].join(' ')}`;
    case 'requests':
      return `requests>=${gate.min}`;
    case 'healthy':
      return `healthy>=${gate.minPercent}%`;
    case 'probe':
      return `probe=${gate.url}`;
    case 'command':
      return `command=${gate.command.join(' ')}`;
  }
};
