import type { Claim, ColourEntry } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Draft } from '../draft.ts';
import { byPrecedence } from '../precedence.ts';
import { Claims } from './claims.ts';

/** Entries by which requests come to colours. Their keys begin with a backend: who holds that has them, and nobody loses any. */
export class ColourTable {
  readonly #claims = {
    colours: new Claims<ColourEntry>(({ key }) => key, byPrecedence),
    splits: new Claims<ColourEntry>(({ key }) => key, byPrecedence),
  };
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  replace(before: readonly Claim<ColourEntry>[], after: readonly Claim<ColourEntry>[], change: Change): void {
    for (const map of ['colours', 'splits'] as const) {
      const isOf = ({ value }: Claim<ColourEntry>): boolean => value.map === map;
      for (const key of this.#claims[map].replace(before.filter(isOf), after.filter(isOf)))
        this.#draft.setEntry(map, key, this.#claims[map].of(key)[0]?.value.value, change);
    }
  }
}
