import type { Claim } from '../app-part.ts';
import type { Backend } from '../desired.ts';
import { isRefusedBackend, type RefusedBackend, type RefusedProfile } from '../refusal.ts';
import type { Claims } from './claims.ts';

/** Backends and profiles that HAProxy refuses: each for as long as somebody claims just that. */
export class RefusedBackends {
  readonly #profiles = new Map<string, RefusedProfile>();
  readonly #backends = new Map<string, RefusedBackend>();
  readonly #claims: Claims<Backend>;

  constructor(claims: Claims<Backend>) {
    this.#claims = claims;
  }

  /** Why it goes without; undefined: nobody has refused it. */
  get(backend: Backend): RefusedBackend | RefusedProfile | undefined {
    const own = this.#backends.get(backend.name);
    if (own !== undefined && isRefusedBackend(own, backend)) return own;
    return this.#profiles.get(backend.profile.name);
  }

  /** Tells which names of backends this is about. */
  add(refusals: readonly (RefusedBackend | RefusedProfile)[]): ReadonlySet<string> {
    const names = new Set<string>();
    for (const refusal of refusals) {
      if (refusal.kind === 'backend') {
        this.#backends.set(refusal.value.name, refusal);
        names.add(refusal.value.name);
      } else {
        this.#profiles.set(refusal.value.name, refusal);
        for (const name of this.#usersOf(refusal.value.name)) names.add(name);
      }
    }
    return names;
  }

  /** `before`: claims that were replaced. `names`: what they and those in their place are about. */
  forgetWhatChanged(before: readonly Claim<Backend>[], names: Iterable<string>): void {
    for (const name of names) {
      const own = this.#backends.get(name);
      if (own !== undefined && !this.#claims.of(name).some(({ value }) => isRefusedBackend(own, value))) this.#backends.delete(name);
    }
    for (const { value } of before) {
      const { name } = value.profile;
      // A task that comes or goes: the same profile is claimed as before, and nobody else need be looked at.
      const isStillClaimed = this.#claims.of(value.name).some((claim) => claim.value.profile.name === name);
      if (this.#profiles.has(name) && !isStillClaimed && this.#usersOf(name).length === 0) this.#profiles.delete(name);
    }
  }

  #usersOf(profile: string): readonly string[] {
    return this.#claims.keysWith((backend) => backend.profile.name === profile);
  }
}
