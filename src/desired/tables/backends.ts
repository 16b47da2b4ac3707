import type { Problem } from '../../kit/problem.ts';
import type { Claim } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Backend } from '../desired.ts';
import type { Draft } from '../draft.ts';
import { byPrecedence } from '../precedence.ts';
import type { RefusedBackend, RefusedProfile } from '../refusal.ts';
import { Claims } from './claims.ts';
import { RefusedBackends } from './refused-backends.ts';

/** What stands beside another backend takes no name from one that serves all requests of its port. */
const byStanding = (a: Claim<Backend>, b: Claim<Backend>): number =>
  Number(a.value.beside !== undefined) - Number(b.value.beside !== undefined) || byPrecedence(a, b);

const takenProblem = ({ appId, portIndex, value }: Claim<Backend>, holder: Claim<Backend>): Problem => ({
  appId,
  portIndex,
  message:
    value.beside !== undefined
      ? `backend ${value.name} is taken by ${holder.appId} (port index ${holder.portIndex}): requests for ${value.beside} are not led to that colour; give it another name`
      : holder.appId === appId
        ? `backend ${value.name} is taken by port index ${holder.portIndex} of the same app: give each its own service port`
        : `backend ${value.name} is taken by ${holder.appId} (port index ${holder.portIndex}): change the service port or HAPROXY_${portIndex}_PORT`,
});

const refusedProblem = ({ appId, portIndex }: Claim<Backend>, { because, label }: RefusedBackend | RefusedProfile): Problem => ({
  appId,
  portIndex,
  ...(label === undefined ? {} : { label: `HAPROXY_${portIndex}_${label}` }),
  message: `HAProxy refuses this port, and it is left out: ${because}`,
});

/** Backends by name: '/a/b' and '/a_b' on one port are the same name. */
export class BackendTable {
  readonly #claims = new Claims<Backend>((backend) => backend.name, byStanding);
  /** Names with a claim that goes without. */
  readonly #contested = new Set<string>();
  readonly #refused = new RefusedBackends(this.#claims);
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Tells which apps claim a name that this is about: who holds it may have changed. */
  replace(before: readonly Claim<Backend>[], after: readonly Claim<Backend>[], change: Change): ReadonlySet<string> {
    const names = this.#claims.replace(before, after);
    this.#refused.forgetWhatChanged(before, names);
    return this.#decide(names, change);
  }

  /** HAProxy does not take these. Tells which apps this is about. */
  refuse(refusals: readonly (RefusedBackend | RefusedProfile)[], change: Change): ReadonlySet<string> {
    return this.#decide(this.#refused.add(refusals), change);
  }

  /** Whether the backend of this name is that of this app's port. */
  holds(name: string, claim: Pick<Claim<unknown>, 'appId' | 'portIndex'>): boolean {
    const holder = this.#holder(name);
    return holder?.appId === claim.appId && holder.portIndex === claim.portIndex;
  }

  /** The port that holds it; undefined: none does. */
  holderOf(name: string): Pick<Claim<unknown>, 'appId' | 'portIndex'> | undefined {
    return this.#holder(name);
  }

  /** For a port that does not hold it. */
  whyNotHeld(name: string, claim: Pick<Claim<unknown>, 'appId' | 'portIndex'>): string {
    const own = this.#claims.of(name).find(({ appId, portIndex }) => appId === claim.appId && portIndex === claim.portIndex);
    const isRefused = own !== undefined && this.#refused.get(own.value) !== undefined;
    return isRefused ? `HAProxy refuses backend ${name}` : `backend ${name} is taken by another port`;
  }

  problems(): readonly Problem[] {
    return [...this.#contested].flatMap((name) => this.#problemsOf(name));
  }

  #holder(name: string): Claim<Backend> | undefined {
    return this.#claims.of(name).find(({ value }) => this.#refused.get(value) === undefined);
  }

  #decide(names: Iterable<string>, change: Change): ReadonlySet<string> {
    const apps = new Set<string>();
    for (const name of names) {
      const claims = this.#claims.of(name);
      const holder = this.#holder(name);
      this.#draft.setBackend(name, holder?.value, change);
      if (claims.length > (holder === undefined ? 0 : 1)) this.#contested.add(name);
      else this.#contested.delete(name);
      for (const claim of claims) apps.add(claim.appId);
    }
    return apps;
  }

  #problemsOf(name: string): readonly Problem[] {
    const holder = this.#holder(name);
    return this.#claims.of(name).flatMap((claim) => {
      const refusal = this.#refused.get(claim.value);
      if (refusal !== undefined) return [refusedProblem(claim, refusal)];
      return holder === undefined || claim === holder ? [] : [takenProblem(claim, holder)];
    });
  }
}
