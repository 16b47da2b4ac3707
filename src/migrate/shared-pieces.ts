import { headOf, sharedHead } from '../desired/shared-texts.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import { type PieceName, pieceOf } from '../pieces/catalogue.ts';
import type { Override, Overrides } from '../pieces/overrides.ts';
import type { Finding } from './finding.ts';

/** Throws SluiceError TEMPLATE where the start would end with it. */
const tryOut = (name: PieceName, override: Override): void => {
  const options = { overrides: new Map([[name, override]]) };
  if (name === 'HEAD') headOf(options);
  else sharedHead(name, { sslCerts: '' }, options);
};

const whyNot = (name: PieceName, override: Override): string | undefined => {
  const { place } = pieceOf(name);
  if (place !== 'head' && place !== 'shared-frontend') return undefined;
  try {
    tryOut(name, override);
    return undefined;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return messageOf(error);
  }
};

/** The operator's texts that Sluice can start with, and what is to be told of the others: texts that all apps share must be right at the start. */
export const usablePieces = (overrides: Overrides): { readonly usable: Overrides; readonly findings: readonly Finding[] } => {
  const wrong = [...overrides].flatMap(([name, override]) => {
    const because = whyNot(name, override);
    return because === undefined ? [] : [{ name, because }];
  });
  return {
    usable: new Map([...overrides].filter(([name]) => !wrong.some((one) => one.name === name))),
    findings: wrong.map(({ name, because }) => ({
      level: 'hand',
      about: `HAPROXY_${name}`,
      message: `ends the start: ${because}; the rest is judged without it`,
    })),
  };
};
