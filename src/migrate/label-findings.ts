import { PORT_LABELS, type PortSettings } from '../labels/catalogue.ts';
import { readPortLabels } from '../labels/read.ts';
import { unreadLabels } from '../labels/unread.ts';
import type { App } from '../model/app.ts';
import { type PieceName, pieceOf, PIECE_NAMES } from '../pieces/catalogue.ts';
import type { Differences } from './differences.ts';
import type { Finding } from './finding.ts';
import { backendOf, type Pictures, servedApp } from './picture-of.ts';
import { translatedText } from './translated-text.ts';

/** A port with right labels. */
interface Port {
  readonly settings: PortSettings;
  readonly mode: 'http' | 'tcp';
}

type Key = keyof PortSettings;

/** Where what docs/marathon-lb.md says of a label concerns this value. What is refused, and what `--compat strict` would do, is found elsewhere. */
const CONCERNS: Readonly<Partial<Record<Key, (port: Port) => boolean>>> = {
  vhosts: ({ settings }) => settings.vhosts.some((host) => host.startsWith('*')),
  bindAddress: ({ settings }) => settings.bindAddress?.includes(':') === true,
  sticky: ({ settings, mode }) => settings.sticky && mode === 'tcp',
  useHsts: ({ settings, mode }) => settings.useHsts && mode === 'http',
  proxypassPath: ({ settings }) => settings.proxypassPath !== undefined && settings.vhosts.length > 1,
};

const labelName = (key: Key): string => PORT_LABELS[key].name;

const concerned = (port: Port, portIndex: number, { labels }: Differences): readonly Finding[] =>
  (Object.keys(CONCERNS) as Key[])
    .filter((key) => CONCERNS[key]?.(port) === true)
    .map((key) => ({
      level: 'better',
      about: `HAPROXY_${portIndex}_${labelName(key)}`,
      portIndex,
      message: labels.get(`HAPROXY_{n}_${labelName(key)}`)?.text ?? '',
    }));

/** Labels that Marathon-LB did not have, on an app that it served: they begin to count. */
const unknownThere = (app: App, portIndex: number, { labels }: Differences): readonly Finding[] =>
  (Object.keys(PORT_LABELS) as Key[])
    .filter((key) => !labels.has(`HAPROXY_{n}_${labelName(key)}`) && app.labels[`HAPROXY_${portIndex}_${labelName(key)}`] !== undefined)
    .map((key) => ({
      level: 'better',
      about: `HAPROXY_${portIndex}_${labelName(key)}`,
      portIndex,
      message: 'has an effect: Marathon-LB did not have this label',
    }));

/** Users and passwords may stand in it. */
const isSecret = (name: PieceName): boolean => pieceOf(name).place === 'userlist';

const translations = ({ labels }: App, portIndex: number): readonly Finding[] =>
  PIECE_NAMES.filter((name) => pieceOf(name).label === 'read').flatMap((name): readonly Finding[] => {
    const label = `HAPROXY_${portIndex}_${name}`;
    const text = labels[label];
    const translated = text === undefined ? undefined : translatedText(name, { text });
    if (text === undefined || translated === undefined) return [];
    return [
      {
        level: 'same',
        about: label,
        portIndex,
        message: 'has words that HAProxy refuses since 2.1: they are read as what they mean, and may be written so',
        ...(isSecret(name) ? {} : { translated: translated.lines, change: { name: label, from: text, to: translated.text } }),
      },
    ];
  });

const unread = (app: App): readonly Finding[] =>
  unreadLabels(app).map(({ portIndex, label = '', message }) => ({
    level: 'same',
    about: label,
    ...(portIndex === undefined ? {} : { portIndex }),
    message: `as in Marathon-LB: ${message}`,
  }));

/** What is to be known of the labels of one app, each by itself. */
export const labelFindings = (appId: string, { picture }: Pictures, differences: Differences): readonly Finding[] => {
  const app = servedApp(picture, appId);
  if (app === undefined) return [];
  const ofPorts = app.ports.flatMap((_, portIndex) => {
    const { value: settings } = readPortLabels(app, portIndex);
    const backend = backendOf(picture, appId, portIndex);
    const port = settings === undefined || backend === undefined ? undefined : { settings, mode: backend.profile.mode };
    return [
      ...(port === undefined ? [] : concerned(port, portIndex, differences)),
      ...unknownThere(app, portIndex, differences),
      ...translations(app, portIndex),
    ];
  });
  return [...ofPorts, ...unread(app)];
};
