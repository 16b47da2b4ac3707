import { LOOKED_AT, triesOf } from '../pieces/entitlement/regex-tries.ts';
import { triesOfRequest } from '../pieces/entitlement/request-tries.ts';
import { guarded } from '../pieces/condition.ts';
import { type Line, wordsOf } from '../pieces/lines.ts';
import type { BlockCondition, BlockPart, RoutingBlock } from './routing-block.ts';

/** The name of the template's ACL for the paths of a block. */
const pathsOf = ({ backend }: RoutingBlock): string => `path_${backend}`;

/** Their condition is made of more terms where it is turned round. */
const textLines = (lines: readonly string[]): readonly Line[] =>
  lines.flatMap((line) => {
    const words = wordsOf(line);
    if (!('value' in words)) return [];
    return [guarded(words.value, [':own']) ?? words.value];
  });

/** Of the rules for one host each a request reaches the paths of one at most, and of those with a wildcard. */
const linesOf = (block: RoutingBlock, part: BlockPart, isFirst: boolean): readonly Line[] => {
  const asksPaths = ({ host, path }: BlockCondition): boolean => path === true && (host === undefined || host.startsWith('*') || isFirst);
  switch (part.kind) {
    case 'text':
      return textLines(part.lines);
    case 'ask':
    case 'redirect':
    case 'choose':
      return asksPaths(part) ? [['use_backend', block.backend, 'if', pathsOf(block)]] : [];
    default:
      return [];
  }
};

const triesOfPaths = (part: BlockPart): number =>
  part.kind !== 'paths'
    ? 0
    : part.tests
        .filter(({ kind }) => kind === 'regex')
        .flatMap(({ patterns }) => patterns)
        .reduce((sum, regex) => sum + triesOf(regex, LOOKED_AT), 0);

const known = new WeakMap<RoutingBlock, number>();

/** The most tries of regular expressions that a request, which the rules of a block are about, may be made to pay for them. */
export const triesOfBlock = (block: RoutingBlock): number => {
  const before = known.get(block);
  if (before !== undefined) return before;
  const paths = block.parts.reduce((sum, part) => sum + triesOfPaths(part), 0);
  const exact = block.hosts[0];
  const lines = block.parts.flatMap((part) => linesOf(block, part, 'host' in part && part.host === exact));
  const tries = triesOfRequest(lines, new Map([[pathsOf(block), paths]]));
  known.set(block, tries);
  return tries;
};
