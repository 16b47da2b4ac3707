import type { Place } from './catalogue.ts';
import type { Own } from './entitlement/own.ts';

/** The line that a piece begins with. */
export interface Opening {
  readonly keyword: string;
  readonly name: string;
}

/** Undefined: the piece stands within a section, or it is the operator's and may open what it likes. */
export const sectionOf = (place: Place, { backend }: Own): Opening | undefined => {
  switch (place) {
    case 'userlist':
      return { keyword: 'userlist', name: `user_${backend}` };
    case 'frontend':
      return { keyword: 'frontend', name: backend };
    case 'backend':
      return { keyword: 'backend', name: backend };
    default:
      return undefined;
  }
};
