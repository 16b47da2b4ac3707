import type { Problem } from '../../kit/problem.ts';
import type { Claim } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Bind, Frontend } from '../desired.ts';
import type { Draft } from '../draft.ts';
import { byPrecedence } from '../precedence.ts';
import { Claims } from './claims.ts';

/** A claim that goes without, and why. */
interface Refusal {
  readonly claim: Claim<Frontend>;
  readonly because: string;
}

const bindOf = (frontend: Frontend): Bind => {
  const [bind] = frontend.binds;
  if (bind === undefined) throw new Error(`frontend ${frontend.name} has no bind`);
  return bind;
};

export const bindKey = (bind: Pick<Bind, 'address' | 'port'>): string => `${bind.address}:${bind.port}`;

/** '::' takes IPv4 too where the system lets it (net.ipv6.bindv6only = 0, the default). */
const takesAll = ({ address }: Bind): boolean => address === '*' || address === '0.0.0.0' || address === '::';

const overlap = (a: Bind, b: Bind): boolean => a.address === b.address || takesAll(a) || takesAll(b);

const problemOf = ({ claim: { appId, portIndex, value }, because }: Refusal): Problem => ({
  appId,
  portIndex,
  message: `service port ${bindOf(value).port} is not opened: ${because}`,
});

/** Listeners on service ports. One port, one app; two apps may share a port on addresses that differ. */
export class ListenerTable {
  readonly #claims = new Claims<Frontend>((frontend) => String(bindOf(frontend).port), byPrecedence);
  readonly #refusals = new Map<string, readonly Refusal[]>();
  readonly #inForce = new Map<string, readonly Claim<Frontend>[]>();
  readonly #unbindable = new Map<string, string>();
  readonly #reserved: ReadonlyMap<number, string>;
  readonly #draft: Draft;

  constructor(draft: Draft, reserved: ReadonlyMap<number, string>) {
    this.#draft = draft;
    this.#reserved = reserved;
  }

  replace(before: readonly Claim<Frontend>[], after: readonly Claim<Frontend>[], change: Change): void {
    for (const port of this.#claims.replace(before, after)) this.#decide(port, change);
  }

  /** Listeners that cannot be opened on this host: bindKey -> reason. They are left out until told otherwise. */
  setUnbindable(reasons: ReadonlyMap<string, string>, change: Change): void {
    const ports = new Set([...this.#unbindable.keys(), ...reasons.keys()].map((key) => key.slice(key.lastIndexOf(':') + 1)));
    this.#unbindable.clear();
    for (const [key, reason] of reasons) this.#unbindable.set(key, reason);
    for (const port of ports) this.#decide(port, change);
  }

  problems(): readonly Problem[] {
    return [...this.#refusals.values()].flat().map(problemOf);
  }

  #decide(port: string, change: Change): void {
    const inForce: Claim<Frontend>[] = [];
    const refusals: Refusal[] = [];
    for (const claim of this.#claims.of(port)) {
      const because = this.#refuse(claim, inForce);
      if (because === undefined) inForce.push(claim);
      else refusals.push({ claim, because });
    }
    const names = new Set(inForce.map((claim) => claim.value.name));
    for (const gone of this.#inForce.get(port) ?? [])
      if (!names.has(gone.value.name)) this.#draft.setFrontend(gone.value.name, undefined, change);
    for (const claim of inForce) this.#draft.setFrontend(claim.value.name, claim.value, change);
    if (inForce.length === 0) this.#inForce.delete(port);
    else this.#inForce.set(port, inForce);
    if (refusals.length === 0) this.#refusals.delete(port);
    else this.#refusals.set(port, refusals);
  }

  #refuse(claim: Claim<Frontend>, inForce: readonly Claim<Frontend>[]): string | undefined {
    const bind = bindOf(claim.value);
    const reserved = this.#reserved.get(bind.port);
    if (reserved !== undefined) return `it belongs to ${reserved}`;
    const unbindable = this.#unbindable.get(bindKey(bind));
    if (unbindable !== undefined) return unbindable;
    const holder = inForce.find((other) => other.value.name === claim.value.name || overlap(bindOf(other.value), bind));
    return holder === undefined ? undefined : `${holder.appId} (port index ${holder.portIndex}) has it`;
  }
}
