import { editDistance } from '../kit/edit-distance.ts';
import type { Problem } from '../kit/problem.ts';
import type { App } from '../model/app.ts';
import { type LabelUse, PIECE_NAMES, pieceOf } from '../pieces/catalogue.ts';
import { PORT_LABELS } from './catalogue.ts';
import { DEPLOYMENT_LABELS } from './deployment.ts';

const GROUP = 'HAPROXY_GROUP';
const piecesWith = (use: LabelUse): readonly string[] => PIECE_NAMES.filter((name) => pieceOf(name).label === use);

const READ: ReadonlySet<string> = new Set([...Object.values(PORT_LABELS).map(({ name }) => name), ...piecesWith('read')]);
const DEAD: ReadonlySet<string> = new Set(piecesWith('dead'));
const OF_APPS: ReadonlySet<string> = new Set([GROUP, ...DEPLOYMENT_LABELS]);

/** Longer names are no slip of the pen, and comparing them costs their length. */
const LONGEST = 80;
const MOST_SLIPS = 3;

const DEAD_TEXT = 'a label that Marathon-LB knew and never used: it has no effect there or here';

const nearest = (label: string): string | undefined => {
  if (label.length > LONGEST) return undefined;
  const index = /\d{1,4}/.exec(label)?.[0] ?? '0';
  const names = [...READ, ...DEAD].map((name) => `HAPROXY_${Number(index)}_${name}`);
  const ranked = [...OF_APPS, ...names]
    .map((name) => ({ name, slips: editDistance(label.toUpperCase(), name) }))
    .sort((a, b) => a.slips - b.slips);
  return ranked[0] !== undefined && ranked[0].slips <= MOST_SLIPS ? ranked[0].name : undefined;
};

const unknown = (label: string): string => {
  const meant = nearest(label);
  return `no label that Sluice reads: it has no effect${meant === undefined ? '' : `; is ${meant} meant?`}`;
};

const noSuchPort = (ports: number): string =>
  ports === 0
    ? 'the app has no service port: it has no effect'
    : `the app has ${ports === 1 ? 'one service port, number 0' : `${ports} service ports, numbers 0 to ${ports - 1}`}: it has no effect`;

/** Why this label is not read, and which port it is about; undefined: it is read. */
const whyUnread = (label: string, ports: number): Pick<Problem, 'portIndex' | 'message'> | undefined => {
  if (OF_APPS.has(label)) return undefined;
  const [, index, name = ''] = /^HAPROXY_(0|[1-9]\d{0,5})_(.+)$/.exec(label) ?? [];
  if (index === undefined) return { message: unknown(label) };
  const portIndex = Number(index);
  if (DEAD.has(name)) return { portIndex, message: DEAD_TEXT };
  if (!READ.has(name)) return { portIndex, message: unknown(label) };
  return portIndex < ports ? undefined : { portIndex, message: noSuchPort(ports) };
};

/** Labels that look like those of a load balancer and are not read: slips of the pen, those for ports that the app has not, and those that Marathon-LB never used. */
export const unreadLabels = ({ id: appId, labels, ports, definedPorts = [] }: App): readonly Problem[] =>
  Object.keys(labels)
    .filter((label) => /^haproxy/i.test(label))
    .flatMap((label) => {
      const why = whyUnread(label, ports.length > 0 ? ports.length : definedPorts.length);
      return why === undefined ? [] : [{ appId, label, ...why }];
    });
