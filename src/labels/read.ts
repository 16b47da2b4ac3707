import type { Checked, Problem } from '../kit/problem.ts';
import type { App } from '../model/app.ts';
import { PORT_LABELS, type PortSettings } from './catalogue.ts';
import { parseGroups } from './group.ts';

const LABELS = Object.entries(PORT_LABELS);

/** Long and unprintable values are cut for the message: a label may hold anything. */
const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** Labels of one service port as values; undefined with the problems when one of them is wrong. */
export const readPortLabels = (app: App, portIndex: number): Checked<PortSettings | undefined> => {
  const settings: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [key, definition] of LABELS) {
    const label = `HAPROXY_${portIndex}_${definition.name}`;
    const text = app.labels[label];
    const parsed = text === undefined ? { value: definition.absent } : definition.parse(text);
    if ('value' in parsed) settings[key] = parsed.value;
    else problems.push({ appId: app.id, portIndex, label, message: `${label} is ${shown(text ?? '')} and ${parsed.wrong}` });
  }
  return { value: problems.length === 0 ? (settings as PortSettings) : undefined, problems };
};

/** HAPROXY_GROUP: load balancers that take this app; none where the label is not set. */
export const appGroups = (app: App): readonly string[] => {
  const text = app.labels['HAPROXY_GROUP'];
  return text === undefined ? [] : parseGroups(text);
};

/** Marathon-LB 5.8: '*' among the balancer's groups takes everything; in a label it is a name like any other. */
export const groupsMatch = (wanted: readonly string[], offered: readonly string[]): boolean =>
  wanted.includes('*') || offered.some((name) => wanted.includes(name));
