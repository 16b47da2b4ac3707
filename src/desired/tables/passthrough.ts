import type { Problem } from '../../kit/problem.ts';
import type { AppPart, Claim, HostClaim } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Draft } from '../draft.ts';
import { PASSTHROUGH_MAP } from '../maps.ts';
import { DECRYPTED } from '../names.ts';
import { byWeight } from '../precedence.ts';
import { Claims } from './claims.ts';
import { count } from './count.ts';
import { levelsIn, wildcardLevel } from './wildcard-levels.ts';

const hostOf = ({ host }: HostClaim): string => host;

/** What an app wants of TLS connections to hosts. */
interface Wanted {
  /** As they are. */
  readonly passed: readonly Claim<HostClaim>[];
  /** Decrypted, whatever the path. */
  readonly decrypted: readonly Claim<HostClaim>[];
}

const NOTHING: Wanted = { passed: [], decrypted: [] };

/** One claim for each host of a port, however many paths it has there. */
const decryptedBy = ({ routes, blocks = [] }: AppPart): readonly Claim<HostClaim>[] => {
  const claims = [
    ...routes.filter(({ value }) => value.isPassthrough !== true),
    ...blocks
      .filter(({ value }) => value.frontend === 'https')
      .flatMap(({ value, ...claim }) =>
        [...value.hosts, ...(value.wildcards ?? [])].map((host) => ({
          ...claim,
          value: { host, weight: value.weight, backend: value.backend },
        })),
      ),
  ];
  const byPort = new Map(
    claims.map(({ value: { host, weight, backend }, ...claim }): [string, Claim<HostClaim>] => [
      `${host} ${backend}`,
      { ...claim, value: { host, weight, backend } },
    ]),
  );
  return [...byPort.values()];
};

const problemOf = ({ appId, portIndex }: Claim<HostClaim>, message: string): Problem => ({
  appId,
  portIndex,
  label: `HAPROXY_${portIndex}_VHOST`,
  message,
});

const named = ({ appId, portIndex, value: { weight } }: Claim<HostClaim>): string => `${appId} (port index ${portIndex}, weight ${weight})`;

/**
 * Who gets the TLS connections to a host: an app that decrypts them itself, or the https frontend for those that do not. All hosts are in the map, so
 * that one that is decrypted goes before a wildcard that is passed through, and the other way round.
 */
export class PassthroughTable {
  readonly #passed = new Claims<HostClaim>(hostOf, byWeight);
  readonly #decrypted = new Claims<HostClaim>(hostOf, byWeight);
  readonly #wanted = new Map<string, Wanted>();
  /** Hosts that are in the map. */
  readonly #hosts = new Set<string>();
  /** Hosts that more than one claims, and at least one as it is. */
  readonly #contested = new Set<string>();
  /** Wildcard level -> number of its hosts in the map. */
  readonly #levels = new Map<number, number>();
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** In the place of the app's last part; undefined: it is gone. */
  put(appId: string, part: AppPart | undefined, change: Change): void {
    const before = this.#wanted.get(appId) ?? NOTHING;
    const after = part === undefined ? NOTHING : { passed: part.passthrough ?? [], decrypted: decryptedBy(part) };
    if (after.passed.length + after.decrypted.length === 0) this.#wanted.delete(appId);
    else this.#wanted.set(appId, after);
    const hosts = [...this.#passed.replace(before.passed, after.passed), ...this.#decrypted.replace(before.decrypted, after.decrypted)];
    for (const host of new Set(hosts)) this.#decide(host, change);
  }

  /** Levels of the wildcards in the map, most first. */
  wildcardLevels(): readonly number[] {
    return levelsIn(this.#levels);
  }

  problems(): readonly Problem[] {
    return [...this.#contested].flatMap((host) => this.#problemsOf(host));
  }

  /** Who has it as it is, unless somebody for whom it is decrypted comes first; undefined: it is decrypted. Another port of the same app gives way. */
  #winner(host: string): Claim<HostClaim> | undefined {
    const [first] = this.#passed.of(host);
    const other = this.#decrypted.of(host).find(({ appId }) => appId !== first?.appId);
    return first === undefined || (other !== undefined && byWeight(other, first) < 0) ? undefined : first;
  }

  #decide(host: string, change: Change): void {
    const [passed, decrypted] = [this.#passed.of(host).length, this.#decrypted.of(host).length];
    const backend = this.#winner(host)?.value.backend ?? (decrypted > 0 ? DECRYPTED : undefined);
    if (passed > 0 && passed + decrypted > 1) this.#contested.add(host);
    else this.#contested.delete(host);
    this.#draft.setEntry(PASSTHROUGH_MAP, host, backend, change);
    this.#note(host, backend !== undefined);
  }

  #note(host: string, isThere: boolean): void {
    if (this.#hosts.has(host) === isThere) return;
    if (isThere) this.#hosts.add(host);
    else this.#hosts.delete(host);
    const level = wildcardLevel(host);
    if (level !== undefined) count(this.#levels, level, isThere ? 1 : -1);
  }

  #problemsOf(host: string): readonly Problem[] {
    const winner = this.#winner(host);
    const [first] = this.#decrypted.of(host);
    const holder = winner ?? first;
    if (holder === undefined) return [];
    const losers = this.#passed.of(host).filter(({ value }) => value.backend !== holder.value.backend);
    const told = losers.map((claim) => problemOf(claim, `${host} is not passed through to this port: ${named(holder)} takes it by https`));
    if (winner === undefined) return told;
    const others = this.#decrypted.of(host).filter(({ appId }) => appId !== winner.appId);
    return [
      ...told,
      ...others.map((claim) =>
        problemOf(claim, `${host} does not lead here by https: ${named(winner)} takes it as it is, by TLS_PASSTHROUGH`),
      ),
    ];
  }
}
