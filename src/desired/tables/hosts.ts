import { equal } from '../../kit/equal.ts';
import type { Problem } from '../../kit/problem.ts';
import type { Claim, RouteClaim } from '../app-part.ts';
import type { FileTrouble } from '../file-trouble.ts';
import type { Guard, GuardedHost, HostTlsClaim, HostTls } from '../host-tls.ts';
import type { BuildOptions } from '../options.ts';
import { byPrecedence } from '../precedence.ts';
import { Claims } from './claims.ts';
import { NamedFiles } from './named-files.ts';

interface Decided {
  readonly tls: HostTls;
  readonly guard?: Guard;
  readonly problems: readonly Problem[];
}

const filesOf = ({ certificates, files }: HostTlsClaim): readonly string[] => [...certificates, ...files];

const told = ({ appId, portIndex }: Claim<HostTlsClaim>, label: string, message: string): Problem => ({
  appId,
  portIndex,
  label: `HAPROXY_${portIndex}_${label}`,
  message,
});

const labelOf = ({ value }: Claim<HostTlsClaim>): string => (value.certificates.length > 0 ? 'SSL_CERT' : 'BIND_OPTIONS');

/**
 * Certificates and options of the https frontend host by host. They are those of the app that has the host's route; `--compat strict` takes all, as
 * Marathon-LB did. A host whose options cannot be had is shut: nobody knows whom they would have kept out.
 */
export class HostTable {
  readonly #claims = new Claims<HostTlsClaim>(({ host }) => host, byPrecedence);
  readonly #decided = new Map<string, Decided>();
  readonly #files = new NamedFiles(filesOf);
  #troubles: ReadonlyMap<string, FileTrouble> = new Map();
  /** Options of a line -> what HAProxy says against them. */
  readonly #refused = new Map<string, string>();
  readonly #options: BuildOptions;
  readonly #ownerOf: (host: string) => Claim<RouteClaim> | undefined;
  #version = 0;

  /** @param ownerOf who has the host's routes; undefined: nobody has any */
  constructor(options: BuildOptions, ownerOf: (host: string) => Claim<RouteClaim> | undefined) {
    this.#options = options;
    this.#ownerOf = ownerOf;
  }

  /** Another number after each change of what is guarded. */
  get version(): number {
    return this.#version;
  }

  /** Files that are named, in force or not, each with the app that named it first. */
  get files(): Iterable<readonly [file: string, appId: string]> {
    return this.#files.firstOwners();
  }

  /** By host. */
  get tls(): ReadonlyMap<string, HostTls> {
    return new Map([...this.#decided].map(([host, { tls }]) => [host, tls]));
  }

  /** Hosts with a say in who reaches them, in order. */
  get guarded(): readonly GuardedHost[] {
    return [...this.#decided]
      .flatMap(
        ([
          host,
          {
            guard,
            tls: { options },
          },
        ]) => (guard === undefined ? [] : [[host, guard, options] as const]),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  replace(before: readonly Claim<HostTlsClaim>[], after: readonly Claim<HostTlsClaim>[]): void {
    this.#files.replace(before, after);
    for (const host of this.#claims.replace(before, after)) this.#decide(host);
  }

  /** The routes of these hosts may be another's. */
  routesChanged(before: readonly Claim<RouteClaim>[], after: readonly Claim<RouteClaim>[]): void {
    if (this.#decided.size === 0) return;
    for (const host of new Set([...before, ...after].map(({ value }) => value.host))) if (this.#decided.has(host)) this.#decide(host);
  }

  /** What is wrong with files, by their paths, in place of what was. */
  setFileTroubles(troubles: ReadonlyMap<string, FileTrouble>): void {
    const before = this.#troubles;
    this.#troubles = troubles;
    const changed = new Set([...before.keys(), ...troubles.keys()].filter((file) => !equal(before.get(file), troubles.get(file))));
    if (changed.size > 0) this.#decideWith((claim) => filesOf(claim).some((file) => changed.has(file)));
  }

  /** HAProxy does not take these options of a line: it says why. */
  refuse(reasons: ReadonlyMap<string, string>): void {
    for (const [options, why] of reasons) this.#refused.set(options, why);
    this.#decideWith(() => true);
  }

  problems(): readonly Problem[] {
    return [...this.#decided.values()].flatMap(({ problems }) => problems);
  }

  #decideWith(isMeant: (claim: HostTlsClaim) => boolean): void {
    for (const host of this.#claims.keysWith(isMeant)) this.#decide(host);
  }

  #decide(host: string): void {
    const before = this.#decided.get(host);
    const decided = this.#decidedOf(host);
    if (decided === undefined) this.#decided.delete(host);
    else this.#decided.set(host, decided);
    if (before?.guard !== decided?.guard || before?.tls.options !== decided?.tls.options) this.#version += 1;
  }

  #decidedOf(host: string): Decided | undefined {
    const claims = this.#claims.of(host);
    const [first] = claims;
    if (first === undefined) return undefined;
    const owner = this.#ownerOf(host) ?? first;
    const isOwn = (claim: Claim<HostTlsClaim>): boolean => claim.appId === owner.appId;
    const isPort = (claim: Claim<HostTlsClaim>): boolean => isOwn(claim) && claim.portIndex === owner.portIndex;
    const taken = [...claims.filter(isPort), ...claims.filter((claim) => !isPort(claim) && (isOwn(claim) || this.#takesAll))];
    const problems = claims
      .filter((claim) => !taken.includes(claim))
      .map((claim) => told(claim, labelOf(claim), `is not for ${host} on the https frontend: ${owner.appId} has that host`));
    const certificates = [...new Set(taken.flatMap((claim) => this.#usable(host, claim, problems)))];
    const options = this.#optionsOf(host, taken, problems);
    const tls = { certificates, options: options ?? '', ...(taken.every(({ value }) => value.mustFit) ? { mustFit: true as const } : {}) };
    if (options === undefined) return { tls, guard: 'shut', problems };
    if (options === '') return { tls, problems };
    return { tls, guard: /(?:^| )verify required(?: |$)/.test(options) ? 'shown' : 'name', problems };
  }

  get #takesAll(): boolean {
    return this.#options.compat === 'strict';
  }

  #usable(host: string, claim: Claim<HostTlsClaim>, problems: Problem[]): readonly string[] {
    return claim.value.certificates.filter((file) => {
      const trouble = this.#troubles.get(file);
      // The listener on the service port tells of it as well.
      if (trouble !== undefined && !this.#options.bindServicePorts)
        problems.push(told(claim, 'SSL_CERT', `its file ${file} cannot be used for ${host}: ${trouble.why}`));
      return trouble?.last !== 'none';
    });
  }

  /** Of all ports together: of two that differ the first counts. Undefined: they cannot be had. */
  #optionsOf(host: string, taken: readonly Claim<HostTlsClaim>[], problems: Problem[]): string | undefined {
    const words = new Map<string, string>();
    const reasons: string[] = [];
    const shut = (claim: Claim<HostTlsClaim>, why: string): void => {
      reasons.push(why);
      problems.push(told(claim, 'BIND_OPTIONS', `${host} is shut on the https frontend, for its options cannot be had: ${why}`));
    };
    for (const claim of taken) {
      const { isWrong, files, options } = claim.value;
      const lost = files.find((file) => this.#troubles.get(file)?.last === 'none');
      if (isWrong === true) shut(claim, 'they are wrong');
      if (lost !== undefined) shut(claim, `its file ${lost} cannot be used: ${this.#troubles.get(lost)?.why ?? ''}`);
      for (const [word = '', ...value] of options) {
        const text = [word, ...value].join(' ');
        if (host.startsWith('*'))
          problems.push(
            told(claim, 'BIND_OPTIONS', `'${text}' is not for ${host}: a host with a wildcard has no options on the https frontend`),
          );
        else if (!words.has(word)) words.set(word, text);
        else if (words.get(word) !== text)
          problems.push(
            told(claim, 'BIND_OPTIONS', `'${text}' is not for ${host} on the https frontend: another port has '${words.get(word) ?? ''}'`),
          );
      }
    }
    const text = [...words.values()].sort().join(' ');
    const refused = this.#refused.get(text);
    const [first] = taken;
    if (refused !== undefined && first !== undefined) shut(first, refused);
    return reasons.length > 0 ? undefined : text;
  }
}
