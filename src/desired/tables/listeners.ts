import { equal } from '../../kit/equal.ts';
import type { Problem } from '../../kit/problem.ts';
import type { Claim } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Bind, Frontend } from '../desired.ts';
import type { Draft } from '../draft.ts';
import type { FileTrouble } from '../file-trouble.ts';
import { byPrecedence } from '../precedence.ts';
import type { RefusedListener } from '../refusal.ts';
import { Claims } from './claims.ts';
import { NamedFiles } from './named-files.ts';

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

const portOf = (frontend: Frontend): string => String(bindOf(frontend).port);

export const bindKey = (bind: Pick<Bind, 'address' | 'port'>): string => `${bind.address}:${bind.port}`;

/** '::' takes IPv4 too where the system lets it (net.ipv6.bindv6only = 0, the default). */
const takesAll = ({ address }: Bind): boolean => address === '*' || address === '0.0.0.0' || address === '::';

const overlap = (a: Bind, b: Bind): boolean => a.address === b.address || takesAll(a) || takesAll(b);

const filesOf = ({ binds }: Frontend): readonly string[] => binds.flatMap(({ files = [] }) => files);

const problemOf = ({ claim: { appId, portIndex, value }, because }: Refusal): Problem => ({
  appId,
  portIndex,
  message: `service port ${bindOf(value).port} is not opened: ${because}`,
});

/** Listeners on service ports. One port, one app; two apps may share a port on addresses that differ. */
export class ListenerTable {
  readonly #claims = new Claims<Frontend>(portOf, byPrecedence);
  readonly #refusals = new Map<string, readonly Refusal[]>();
  readonly #inForce = new Map<string, readonly Claim<Frontend>[]>();
  readonly #unbindable = new Map<string, string>();
  /** What HAProxy refuses, by name: each for as long as somebody claims just that. */
  readonly #refused = new Map<string, RefusedListener>();
  readonly #files = new NamedFiles(filesOf);
  #troubles: ReadonlyMap<string, FileTrouble> = new Map();
  readonly #reserved: ReadonlyMap<number, string>;
  readonly #draft: Draft;

  constructor(draft: Draft, reserved: ReadonlyMap<number, string>) {
    this.#draft = draft;
    this.#reserved = reserved;
  }

  replace(before: readonly Claim<Frontend>[], after: readonly Claim<Frontend>[], change: Change): void {
    const ports = this.#claims.replace(before, after);
    this.#files.replace(before, after);
    for (const { value } of before) if (this.#refused.has(value.name) && !this.#isClaimed(value)) this.#refused.delete(value.name);
    for (const port of ports) this.#decide(port, change);
  }

  /** HAProxy does not take these. */
  refuse(refusals: readonly RefusedListener[], change: Change): void {
    for (const refusal of refusals) this.#refused.set(refusal.value.name, refusal);
    for (const port of new Set(refusals.map(({ value }) => portOf(value)))) this.#decide(port, change);
  }

  /** Listeners that cannot be opened on this host: bindKey -> reason. They are left out until told otherwise. */
  setUnbindable(reasons: ReadonlyMap<string, string>, change: Change): void {
    const ports = new Set([...this.#unbindable.keys(), ...reasons.keys()].map((key) => key.slice(key.lastIndexOf(':') + 1)));
    this.#unbindable.clear();
    for (const [key, reason] of reasons) this.#unbindable.set(key, reason);
    for (const port of ports) this.#decide(port, change);
  }

  /** Files that are named by those who claim something, in force or not, each with the app that named it first. */
  get files(): Iterable<readonly [file: string, appId: string]> {
    return this.#files.firstOwners();
  }

  /** What is wrong with files, by their paths, in place of what was: a listener goes without as long as there is no version of one. */
  setFileTroubles(troubles: ReadonlyMap<string, FileTrouble>, change: Change): void {
    const before = this.#troubles;
    this.#troubles = troubles;
    const changed = new Set([...before.keys(), ...troubles.keys()].filter((file) => !equal(before.get(file), troubles.get(file))));
    for (const port of this.#portsWith(changed)) this.#decide(port, change);
  }

  problems(): readonly Problem[] {
    return [...[...this.#refusals.values()].flat().map(problemOf), ...this.#keptFiles()];
  }

  #keptFiles(): readonly Problem[] {
    const ports = this.#portsWith(new Set(this.#troubles.keys()));
    const claims = ports.flatMap((port) => this.#inForce.get(port) ?? []);
    return claims.flatMap(({ appId, portIndex, value }) =>
      [...new Set(filesOf(value))].flatMap((file) => {
        const trouble = this.#troubles.get(file);
        if (trouble?.last !== 'kept') return [];
        return [
          { appId, portIndex, message: `its file ${file} cannot be used, and the last good version of it stays in force: ${trouble.why}` },
        ];
      }),
    );
  }

  /** Looks at all claims where there is a file at all: files are seldom in trouble. */
  #portsWith(files: ReadonlySet<string>): readonly string[] {
    return files.size === 0 ? [] : this.#claims.keysWith((listener) => filesOf(listener).some((file) => files.has(file)));
  }

  #isClaimed(listener: Frontend): boolean {
    return this.#claims.of(portOf(listener)).some(({ value }) => equal(value, listener));
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
    const lost = filesOf(claim.value).find((file) => this.#troubles.get(file)?.last === 'none');
    if (lost !== undefined) return `its file ${lost} cannot be used: ${this.#troubles.get(lost)?.why ?? ''}`;
    const refused = this.#refused.get(claim.value.name);
    if (refused !== undefined && equal(refused.value, claim.value)) return `HAProxy refuses it: ${refused.because}`;
    const holder = inForce.find((other) => other.value.name === claim.value.name || overlap(bindOf(other.value), bind));
    return holder === undefined ? undefined : `${holder.appId} (port index ${holder.portIndex}) has it`;
  }
}
