import type { PieceName } from '../../pieces/catalogue.ts';
import { wordsOf } from '../../pieces/lines.ts';
import type { Profile, Server } from '../desired.ts';
import type { Context, PortDraft } from '../port-draft.ts';
import { type OwnPlaces, whyNoTarget } from '../target.ts';
import { checkValues } from './backend-texts.ts';
import type { PortTexts } from './port-texts.ts';

/** Words of a server's line, after its name and address. */
type Words = readonly string[];

const checkPiece = (profile: Profile): PieceName =>
  profile.check?.kind === 'http' ? 'BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS' : 'BACKEND_SERVER_TCP_HEALTHCHECK_OPTIONS';

/** What stands in place of the words of the check; undefined: nothing, the usual ones stand. */
const checkText = (draft: PortDraft, context: Context, profile: Profile, texts: PortTexts): string | undefined => {
  const name = checkPiece(profile);
  if (profile.check === undefined || !texts.has(name)) return undefined;
  return texts.read(name, checkValues(draft, context))?.lines.join(' ');
};

/** As Marathon-LB's: `inter` and `fall` of the app's own check. */
const usualCheckText = ({ serverOptions: { check } }: PortDraft): string => {
  if (check === undefined) return '';
  const port = check.port === undefined ? '' : ` port ${check.port}`;
  return `check inter ${check.intervalSeconds}s fall ${check.fall}${port}`;
};

const present = (server: Server | undefined): server is Server => server !== undefined;

const LONGEST_LINE = 2000;

const spaced = (text: string): string => (text.trim() === '' ? '' : ` ${text.trim()}`);

/** Said otherwise: as fields of a server, which steps at run time change. */
const WITH_VALUE: ReadonlySet<string> = new Set(['id', 'cookie', 'weight']);

interface ReadServer {
  readonly server: Server;
  readonly words: Words;
}

const fieldsOf = (words: Words): { readonly kept: Words; readonly fields: ReadonlyMap<string, string>; readonly disabled: boolean } => {
  const kept: string[] = [];
  const fields = new Map<string, string>();
  let disabled = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === 'disabled') disabled = true;
    else if (WITH_VALUE.has(word)) fields.set(word, words[(at += 1)] ?? '');
    else kept.push(word);
  }
  return { kept, fields, disabled };
};

const numbered = (text: string | undefined, most: number): number | undefined =>
  text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= most ? Number(text) : undefined;

const readServer = (line: string, server: Server, own: OwnPlaces, servicePort: number | undefined): ReadServer | string => {
  const read = wordsOf(line);
  if ('wrong' in read) return read.wrong;
  const [keyword, , at = '', ...words] = read.value;
  const [, address, port] = /^\[?(.*?)\]?:(\d{1,5})$/.exec(at) ?? [];
  if (keyword !== 'server' || address === undefined) return 'is not a line `server {serverName} {host_ipv4}:{port} ...`';
  const because = whyNoTarget(address, Number(port), own, servicePort);
  if (because !== undefined) return `makes a server that may not be: ${because}`;
  const { kept, fields, disabled } = fieldsOf(words);
  const weight = numbered(fields.get('weight'), 256);
  const cookie = fields.get('cookie');
  return {
    server: {
      ...server,
      address,
      port: Number(port),
      ...(weight === undefined ? {} : { weight }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(disabled ? { state: 'maint' as const } : {}),
      startsDown: server.startsDown && kept.includes('check'),
    },
    words: kept,
  };
};

export interface ServerTexts {
  readonly servers: readonly Server[];
  readonly ending: readonly Server[];
  /** In place of the words of the check. */
  readonly text: string;
}

/** The servers of a port whose lines are overridden; undefined: they are as usual. */
export const serverTexts = (draft: PortDraft, context: Context, profile: Profile, texts: PortTexts): ServerTexts | undefined => {
  if (texts.sizeOf('BACKEND_SERVER_OPTIONS') > LONGEST_LINE) {
    texts.refuse('BACKEND_SERVER_OPTIONS', `has more than ${LONGEST_LINE} characters: it is read for each server`);
    return undefined;
  }
  const check = checkText(draft, context, profile, texts);
  if (!texts.has('BACKEND_SERVER_OPTIONS')) {
    return check === undefined ? undefined : { ...withCheck(draft, check), text: check };
  }
  const healthCheckOptions = spaced(check ?? usualCheckText(draft));
  const own = context.options;
  const servicePort = own.bindServicePorts ? draft.servicePort : undefined;
  const agents = new Map(draft.places.map(({ name, host }) => [name, host]));
  const all = new Set<string>();
  /** Undefined: its text cannot be had, which is told. */
  const read = (server: Server): Server | undefined => {
    const values = {
      host: agents.get(server.name) ?? server.address,
      host_ipv4: server.address,
      port: server.port,
      serverName: server.name,
      serverId: server.id,
      cookieOptions: server.cookie === undefined ? '' : ` cookie ${server.cookie}`,
      healthCheckOptions,
      otherOptions: server.state === 'ready' ? '' : ' disabled',
    };
    const made = texts.read('BACKEND_SERVER_OPTIONS', values, server);
    if (made === undefined) return undefined;
    const [line, ...more] = made.lines.filter((one) => one !== '' && !one.startsWith('#'));
    const one =
      line === undefined || more.length > 0 ? 'must be one line `server {serverName} ...`' : readServer(line, server, own, servicePort);
    if (typeof one === 'string') {
      texts.refuse('BACKEND_SERVER_OPTIONS', one);
      return undefined;
    }
    all.add(one.words.join(' '));
    return one.server;
  };
  const servers = draft.servers.map(read);
  const ending = draft.ending.map(read);
  if (all.size > 1)
    texts.refuse('BACKEND_SERVER_OPTIONS', 'has other words for one server than for another, apart from its name, address, id and cookie');
  // All of them as the text says, or none: a part of them would be neither what it says nor the default.
  const [text] = all;
  if (text === undefined || all.size > 1 || !servers.every(present) || !ending.every(present)) return undefined;
  return { servers, ending, text };
};

const withCheck = ({ servers, ending }: PortDraft, text: string): Pick<ServerTexts, 'servers' | 'ending'> => {
  const isChecked = text.split(' ').includes('check');
  const settled = (server: Server): Server => ({ ...server, startsDown: server.startsDown && isChecked });
  return { servers: servers.map(settled), ending: ending.map(settled) };
};
