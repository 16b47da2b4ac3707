import { never } from '../kit/never.ts';
import { HOST } from '../pieces/own-block.ts';
import { LOOKED_AT } from '../pieces/entitlement/regex-tries.ts';
import { lineText } from '../pieces/lines.ts';
import { inLines } from './in-lines.ts';
import type { BlockCondition, BlockPart, PathTest, RoutingBlock } from '../desired/routing-block.ts';

const isHost = (host: string): string => {
  if (host === '*') return `${HOST} -m found`;
  return host.startsWith('*.') ? `${HOST} -m end ${host.slice(1)}` : `${HOST} -m str ${host}`;
};

const conditionOf = ({ acl, backend }: RoutingBlock, { host, path }: BlockCondition): string =>
  `${host === undefined ? `host_${acl}` : `{ ${isHost(host)} }`}${path === true ? ` path_${backend}` : ''}`;

/** Without `--` HAProxy 2.6 warns of a pattern that begins with a bracket. */
const BY = {
  prefix: (flags: string) => `path_beg${flags}`,
  regex: (flags: string) => `path,bytes(0,${LOOKED_AT}) -m reg${flags} --`,
} as const;

const testLines = ({ kind, anyCase, patterns }: PathTest): readonly string[] =>
  inLines(patterns.map((pattern) => lineText([pattern]))).map((words) => `${BY[kind](anyCase ? ' -i' : '')} ${words}`);

const NOTHING = {
  text: '',
  host: '',
  paths: [],
  user: false,
  ask: '',
  redirect: false,
  unlessSecure: false,
  choose: false,
  condition: '',
  httpsPortSuffix: '',
};

const partContext = (block: RoutingBlock, part: BlockPart): object => {
  switch (part.kind) {
    case 'text':
      return { text: part.lines.map((line) => `  ${line}`).join('\n') };
    case 'host':
      return { host: isHost(part.host) };
    case 'paths':
      return { paths: part.tests.flatMap(testLines) };
    case 'user':
      return { user: true };
    case 'ask':
      return { ask: `'${part.realm}'`, condition: conditionOf(block, part) };
    case 'redirect':
      return {
        redirect: true,
        unlessSecure: part.unlessSecure === true,
        httpsPortSuffix: part.httpsPort === 443 ? '' : `:${part.httpsPort}`,
        condition: conditionOf(block, part),
      };
    case 'choose':
      return { choose: true, condition: conditionOf(block, part) };
    default:
      return never(part);
  }
};

/** What the template `rules-block` is given. */
export const blockContext = (block: RoutingBlock): object => ({
  parts: block.parts.map((part) => ({ ...NOTHING, acl: block.acl, backend: block.backend, ...partContext(block, part) })),
});
