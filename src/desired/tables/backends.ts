import type { Problem } from '../../kit/problem.ts';
import type { Claim } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Backend } from '../desired.ts';
import type { Draft } from '../draft.ts';
import { byPrecedence } from '../precedence.ts';
import { Claims } from './claims.ts';

const problemOf = ({ appId, portIndex, value }: Claim<Backend>, holder: Claim<Backend>): Problem => ({
  appId,
  portIndex,
  message:
    holder.appId === appId
      ? `backend ${value.name} is taken by port index ${holder.portIndex} of the same app: give each its own service port`
      : `backend ${value.name} is taken by ${holder.appId} (port index ${holder.portIndex}): change the service port or HAPROXY_${portIndex}_PORT`,
});

/** Backends by name: '/a/b' and '/a_b' on one port are the same name. */
export class BackendTable {
  readonly #claims = new Claims<Backend>((backend) => backend.name, byPrecedence);
  /** Names that more than one port claims. */
  readonly #contested = new Set<string>();
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Tells which apps claim a name that this is about: who holds it may have changed. */
  replace(before: readonly Claim<Backend>[], after: readonly Claim<Backend>[], change: Change): ReadonlySet<string> {
    const apps = new Set<string>();
    for (const name of this.#claims.replace(before, after)) {
      const claims = this.#claims.of(name);
      this.#draft.setBackend(name, claims[0]?.value, change);
      if (claims.length > 1) this.#contested.add(name);
      else this.#contested.delete(name);
      for (const claim of claims) apps.add(claim.appId);
    }
    return apps;
  }

  /** Whether the backend of this name is that of this app's port. */
  holds(name: string, claim: Pick<Claim<unknown>, 'appId' | 'portIndex'>): boolean {
    const holder = this.#claims.of(name)[0];
    return holder?.appId === claim.appId && holder.portIndex === claim.portIndex;
  }

  problems(): readonly Problem[] {
    return [...this.#contested].flatMap((name) => {
      const [holder, ...others] = this.#claims.of(name);
      return holder === undefined ? [] : others.map((other) => problemOf(other, holder));
    });
  }
}
