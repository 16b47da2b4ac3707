import type { RoutingBlock } from '../desired/routing-block.ts';
import { ownBlock, type Owner } from '../pieces/own-block.ts';
import type { BlockSide } from './section.ts';

/** The sides of a block, without a line break at the end; '' = it has nothing there. */
export type BlockText = Readonly<Record<BlockSide, string>>;

const leadsToBackend = (line: string): boolean => /^\s*(use|default)_backend\b/.test(line);

/** The older of two words for one thing: rules by the newer one, as there are around it, could not follow. */
const newer = (line: string): string => line.replace(/^\s*redirect\b/, '  http-request redirect');

const ownerOf = ({ frontend, backend, hosts, wildcards = [], appId, ownOnly }: RoutingBlock): Owner => ({
  backend,
  ...(frontend === 'app-id' ? { own: [appId] } : { own: hosts, wildcards }),
  ...(ownOnly === undefined ? {} : { ownOnly }),
});

/** The rules of an app as they stand among those of others. @param text as the template makes it */
export const blockText = (block: RoutingBlock, text: string): BlockText => {
  const lines = ownBlock(text, ownerOf(block))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(newer);
  return {
    rules: lines.filter((line) => !leadsToBackend(line)).join('\n'),
    choices: lines.filter(leadsToBackend).join('\n'),
  };
};
