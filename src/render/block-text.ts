import type { RoutingBlock } from '../desired/routing-block.ts';
import { ownBlock } from '../pieces/own-block.ts';
import type { BlockSide } from './section.ts';

/** The sides of a block, without a line break at the end; '' = it has nothing there. */
export type BlockText = Readonly<Record<BlockSide, string>>;

const leadsToBackend = (line: string): boolean => /^\s*(use|default)_backend\b/.test(line);

/** The older of two words for one thing: rules by the newer one, as there are around it, could not follow. */
const newer = (line: string): string => line.replace(/^\s*redirect\b/, '  http-request redirect');

/** The rules of an app as they stand among those of others. @param text as the template makes it */
export const blockText = ({ backend, hosts }: RoutingBlock, text: string): BlockText => {
  const lines = ownBlock(text, backend, hosts)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(newer);
  return {
    rules: lines.filter((line) => !leadsToBackend(line)).join('\n'),
    choices: lines.filter(leadsToBackend).join('\n'),
  };
};
