import type { Checked, Problem } from '../kit/problem.ts';
import type { App } from '../model/app.ts';
import { PORT_LABELS, type PortSettings } from './catalogue.ts';
import { parseGroups } from './group.ts';
import { type Parsed, type PortLabel, shown } from './label.ts';

const LABELS: readonly (readonly [key: string, definition: PortLabel<unknown>])[] = Object.entries(PORT_LABELS);

interface NamedLabel {
  /** In PortSettings. */
  readonly key: string;
  readonly label: string;
  readonly definition: PortLabel<unknown>;
}

/** Port index -> each label of that port, in the order of LABELS. Made once: every port of every app needs them. */
const labelsByPort: (readonly NamedLabel[])[] = [];

const labelsOf = (portIndex: number): readonly NamedLabel[] =>
  (labelsByPort[portIndex] ??= LABELS.map(([key, definition]) => ({ key, label: `HAPROXY_${portIndex}_${definition.name}`, definition })));

/** What a port has that sets none of them. */
const ABSENT: Readonly<Record<string, unknown>> = Object.fromEntries(LABELS.map(([key, { absent }]) => [key, absent]));

/** Thousands of hosts; more is a mistake, and each character of it would be in every HAProxy that takes the app. */
const LONGEST = 65_536;

const parse = (text: string, definition: PortLabel<unknown>): Parsed<unknown> =>
  text.length > LONGEST ? { wrong: `has ${text.length} characters, more than ${LONGEST}` } : definition.parse(text);

const told = (text: string, { secret }: PortLabel<unknown>): string => (secret === true ? 'is not shown, and' : `is ${shown(text)} and`);

/** Labels of one service port as values; undefined with the problems when one of them is wrong. */
export const readPortLabels = (app: App, portIndex: number): Checked<PortSettings | undefined> => {
  const settings: Record<string, unknown> = { ...ABSENT };
  const problems: Problem[] = [];
  for (const { key, label, definition } of labelsOf(portIndex)) {
    const text = app.labels[label];
    if (text === undefined) continue;
    const parsed = parse(text, definition);
    if ('value' in parsed) settings[key] = parsed.value;
    else problems.push({ appId: app.id, portIndex, label, message: `${label} ${told(text, definition)} ${parsed.wrong}` });
  }
  return { value: problems.length === 0 ? (settings as PortSettings) : undefined, problems };
};

/** Each port of an app asks for its groups. */
const groupsByApp = new WeakMap<App, readonly string[]>();

/** HAPROXY_GROUP: load balancers that take this app; none where the label is not set. */
export const appGroups = (app: App): readonly string[] => {
  const known = groupsByApp.get(app);
  if (known !== undefined) return known;
  const text = app.labels['HAPROXY_GROUP'] ?? '';
  const groups = app.labels['HAPROXY_GROUP'] === undefined || text.length > LONGEST ? [] : parseGroups(text);
  groupsByApp.set(app, groups);
  return groups;
};

/** Load balancers that take this port: its own, else those of the app. To be known before its other labels are read. */
export const groupsOf = (app: App, portIndex: number): readonly string[] => {
  const { name, absent, parse } = PORT_LABELS.groups;
  const text = app.labels[`HAPROXY_${portIndex}_${name}`];
  const parsed = text === undefined || text.length > LONGEST ? { value: absent } : parse(text);
  return 'value' in parsed && parsed.value.length > 0 ? parsed.value : appGroups(app);
};

/** Marathon-LB 5.8: '*' among the balancer's groups takes everything; in a label it is a name like any other. */
export const groupsMatch = (wanted: readonly string[], offered: readonly string[]): boolean =>
  wanted.includes('*') || offered.some((name) => wanted.includes(name));

/** Whether a balancer of these groups takes anything of the app: another balancer's labels are none of our business. */
export const isForUs = (app: App, wanted: readonly string[]): boolean =>
  groupsMatch(wanted, appGroups(app)) || app.ports.some((_, index) => groupsMatch(wanted, groupsOf(app, index)));
