import type { Problem } from '../../kit/problem.ts';
import type { Claim, IdRoute } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Draft } from '../draft.ts';
import { byPrecedence } from '../precedence.ts';
import { Claims } from './claims.ts';

const problemOf = ({ appId, portIndex, value }: Claim<IdRoute>, holder: Claim<IdRoute>): Problem => ({
  appId,
  portIndex,
  message: `requests for the app id ${value.id} are not led here: ${holder.appId} (port index ${holder.portIndex}) has them`,
});

/** Who is reached by which app id: a deployment group may have the id of an app that is not in it. */
export class AppIdTable {
  readonly #claims = new Claims<IdRoute>(({ id }) => id, byPrecedence);
  /** Ids with a claim that goes without. */
  readonly #contested = new Set<string>();
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  replace(before: Claim<IdRoute> | undefined, after: Claim<IdRoute> | undefined, change: Change): void {
    for (const id of this.#claims.replace(before === undefined ? [] : [before], after === undefined ? [] : [after])) {
      const claims = this.#claims.of(id);
      this.#draft.setEntry('apps', id, claims[0]?.value.backend, change);
      if (claims.length > 1) this.#contested.add(id);
      else this.#contested.delete(id);
    }
  }

  problems(): readonly Problem[] {
    return [...this.#contested].flatMap((id) => {
      const [holder, ...others] = this.#claims.of(id);
      return holder === undefined ? [] : others.map((claim) => problemOf(claim, holder));
    });
  }
}
