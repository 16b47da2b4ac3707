import { never } from '../kit/never.ts';
import type { BlockCondition, BlockPart, RoutingBlock } from '../desired/routing-block.ts';

/** A line of haproxy.cfg has 64 words. */
const WORDS_A_LINE = 40;

const HOST = 'req.hdr(host),host_only,lower,rtrim(.)';

const isHost = (host: string): string => {
  if (host === '*') return `${HOST} -m found`;
  return host.startsWith('*.') ? `${HOST} -m end ${host.slice(1)}` : `${HOST} -m str ${host}`;
};

const conditionOf = ({ acl, backend }: RoutingBlock, { host, path }: BlockCondition): string =>
  `${host === undefined ? `host_${acl}` : `{ ${isHost(host)} }`}${path === true ? ` path_${backend}` : ''}`;

const inLines = (words: readonly string[]): readonly string[] =>
  Array.from({ length: Math.ceil(words.length / WORDS_A_LINE) }, (_, at) =>
    words.slice(at * WORDS_A_LINE, (at + 1) * WORDS_A_LINE).join(' '),
  );

const NOTHING = { text: '', host: '', paths: [], user: false, ask: '', redirect: false, choose: false, condition: '', httpsPortSuffix: '' };

const partContext = (block: RoutingBlock, part: BlockPart): object => {
  switch (part.kind) {
    case 'text':
      return { text: part.lines.map((line) => `  ${line}`).join('\n') };
    case 'host':
      return { host: isHost(part.host) };
    case 'paths':
      return { paths: inLines(part.prefixes) };
    case 'user':
      return { user: true };
    case 'ask':
      return { ask: `'${part.realm}'`, condition: conditionOf(block, part) };
    case 'redirect':
      return { redirect: true, httpsPortSuffix: part.httpsPort === 443 ? '' : `:${part.httpsPort}`, condition: conditionOf(block, part) };
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
