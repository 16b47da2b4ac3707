import { headOf } from '../desired/shared-texts.ts';
import { type PieceName, pieceOf } from '../pieces/catalogue.ts';
import type { Overrides } from '../pieces/overrides.ts';

/** Of frontends behind the https port, one for each virtual host: here there is one for all. */
const isGrouped = (name: PieceName): boolean => name.startsWith('HTTPS_GROUPED_');

const isIdle = (name: PieceName): boolean => isGrouped(name) || pieceOf(name).unused === true || pieceOf(name).label === 'dead';

/** What an operator should know of his texts in place of pieces: which have no effect, and what of HEAD is Sluice's own. Throws SluiceError TEMPLATE as headOf does. */
export const notesOnPieces = (overrides: Overrides): readonly string[] => {
  const left = headOf({ overrides })?.left ?? [];
  return [
    ...[...overrides.keys()].filter(isIdle).map((name) => `HAPROXY_${name} has no effect: nothing in the configuration is made of it`),
    ...(left.length === 0 ? [] : [`of HAPROXY_HEAD these lines are left out, since Sluice has its own in their place: ${left.join('; ')}`]),
  ];
};
