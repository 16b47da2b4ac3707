import { compare } from '../kit/compare.ts';
import { equal } from '../kit/equal.ts';
import type { Problem } from '../kit/problem.ts';
import type { AppPart, Claim, PortFate, PortPlaces } from './app-part.ts';
import { type Change, noChange } from './change.ts';
import type { Backend, Desired, Globals } from './desired.ts';
import { Draft } from './draft.ts';
import type { FileTrouble } from './file-trouble.ts';
import type { HostTls } from './host-tls.ts';
import { DRAIN, MAPS, PASSTHROUGH_MAP } from './maps.ts';
import type { BuildOptions } from './options.ts';
import type { Refusal } from './refusal.ts';
import { reservedPorts, sharedFrontends, type SharedNeeds } from './shared-frontends.ts';
import { AppIdTable } from './tables/app-ids.ts';
import { BackendTable } from './tables/backends.ts';
import { blockConflicts } from './tables/block-conflicts.ts';
import { BlockTable, type MapClaim } from './tables/blocks.ts';
import { ColourTable } from './tables/colours.ts';
import { HostTable } from './tables/hosts.ts';
import { ListenerTable } from './tables/listeners.ts';
import { PassthroughTable } from './tables/passthrough.ts';
import { RouteTable } from './tables/routes.ts';

const nothing = (appId: string): AppPart => ({ appId, ports: [], backends: [], listeners: [], routes: [], problems: [] });

/** Most changes are about tasks: claims that are the same as before stay the very same, and nothing is decided anew for them. */
const withoutNewCopies = (before: AppPart, after: AppPart): AppPart => ({
  ...after,
  listeners: equal(before.listeners, after.listeners) ? before.listeners : after.listeners,
  routes: equal(before.routes, after.routes) ? before.routes : after.routes,
  ...(before.passthrough !== undefined && equal(before.passthrough, after.passthrough) ? { passthrough: before.passthrough } : {}),
  ...(before.hosts !== undefined && equal(before.hosts, after.hosts) ? { hosts: before.hosts } : {}),
  ...(before.byId !== undefined && equal(before.byId, after.byId) ? { byId: before.byId } : {}),
  ...(before.blocks !== undefined && equal(before.blocks, after.blocks) ? { blocks: before.blocks } : {}),
  ...(before.colours !== undefined && equal(before.colours, after.colours) ? { colours: before.colours } : {}),
});

const claimsOnMaps = ({ routes, byId }: AppPart): readonly MapClaim[] => (byId === undefined ? routes : [...routes, byId]);

/** Of a deployment group, in mode http: its response times are counted, too, so a first one is a reload anyway. */
const isGrouped = ({ value }: Claim<Backend>): boolean => value.profile.times === true;

/** Problems are shown and compared: their order is whole. */
const byApp = (a: Problem, b: Problem): number =>
  compare(a.appId, b.appId) || compare(a.portIndex ?? -1, b.portIndex ?? -1) || compare(a.message, b.message);

/**
 * Where the parts of all apps meet and become Desired. A part is put in the place of the app's last one, and only what this app claims, held or
 * gave up is decided anew. The result does not depend on the order of the puts: where two apps claim the same, the later in order of precedence
 * goes without, with a Problem.
 */
export class Assembly {
  readonly #options: BuildOptions;
  readonly #draft: Draft;
  readonly #parts = new Map<string, AppPart>();
  /** Parts without what leads to a backend that another app holds. */
  readonly #inForce = new Map<string, AppPart>();
  readonly #backends: BackendTable;
  readonly #listeners: ListenerTable;
  readonly #routes: RouteTable;
  readonly #hosts: HostTable;
  readonly #appIds: AppIdTable;
  readonly #blocks: BlockTable;
  readonly #colours: ColourTable;
  /** Backends to which other entries of maps lead than before. */
  readonly #moved = new Set<string>();
  /** Absent: the operator has not asked for it. */
  readonly #passthrough: PassthroughTable | undefined;
  /** Apps whose requests may be led to one colour. */
  readonly #grouped = new Set<string>();
  /** What the shared frontends were made for. */
  #placed: (SharedNeeds & { readonly blocks: number; readonly hosts: number }) | undefined;

  constructor(options: BuildOptions, globals: Globals) {
    this.#options = options;
    this.#draft = new Draft(globals, options.passthrough === undefined ? MAPS : [...MAPS, PASSTHROUGH_MAP]);
    this.#backends = new BackendTable(this.#draft);
    this.#listeners = new ListenerTable(this.#draft, reservedPorts(options));
    this.#routes = new RouteTable(this.#draft);
    this.#hosts = new HostTable(options, (host) => this.#routes.owner(host));
    this.#appIds = new AppIdTable(this.#draft);
    this.#blocks = new BlockTable(this.#draft);
    this.#colours = new ColourTable(this.#draft);
    this.#passthrough = options.passthrough === undefined ? undefined : new PassthroughTable(this.#draft);
    this.#placeSharedFrontends(noChange());
  }

  /** A live view: it is other after the next put. */
  get desired(): Desired {
    return this.#draft.desired;
  }

  /** The app's new part; undefined: the app is gone. What it changed is noted in `change`. */
  put(appId: string, part: AppPart | undefined, change: Change): void {
    this.#put(appId, part, change);
    this.#settle(change);
  }

  /** The same for many apps, with what depends on all of them decided once. Gives those that could not be put, with what went wrong. */
  putAll(parts: Iterable<readonly [appId: string, part: AppPart | undefined]>, change: Change): ReadonlyMap<string, unknown> {
    const failed = new Map<string, unknown>();
    for (const [appId, part] of parts) {
      try {
        this.#put(appId, part, change);
      } catch (error) {
        failed.set(appId, error);
      }
    }
    this.#settle(change);
    return failed;
  }

  /** HAProxy does not take these: they are left out until they are others. */
  refuse(refusals: readonly Refusal[], change: Change): void {
    const affected = this.#backends.refuse(
      refusals.filter((refusal) => refusal.kind === 'profile' || refusal.kind === 'backend'),
      change,
    );
    for (const id of affected) this.#enforce(id, change);
    this.#listeners.refuse(
      refusals.filter((refusal) => refusal.kind === 'listener'),
      change,
    );
    this.#blocks.refuse(refusals.filter((refusal) => refusal.kind === 'block'));
    this.#settle(change);
  }

  /** Service ports that this host does not let us open: '<address>:<port>' -> reason. */
  setUnbindable(reasons: ReadonlyMap<string, string>, change: Change): void {
    this.#listeners.setUnbindable(reasons, change);
  }

  /** Files that apps name in labels, by their paths, each with the app that it counts for: HAProxy is given copies. */
  appFiles(): ReadonlyMap<string, string> {
    return new Map([...this.#hosts.files, ...this.#listeners.files]);
  }

  /** What is wrong with such files, by their paths, in place of what was. */
  setFileTroubles(troubles: ReadonlyMap<string, FileTrouble>, change: Change): void {
    this.#listeners.setFileTroubles(troubles, change);
    this.#hosts.setFileTroubles(troubles);
    this.#placeSharedFrontends(change);
  }

  /** What the https frontend has for hosts besides their routes. */
  get hosts(): ReadonlyMap<string, HostTls> {
    return this.#hosts.tls;
  }

  /** HAProxy does not take these options of hosts: they are left out, and their hosts shut. */
  refuseHostOptions(reasons: ReadonlyMap<string, string>, change: Change): void {
    this.#hosts.refuse(reasons);
    this.#placeSharedFrontends(change);
  }

  /** HAProxy's health check fails from now on: this node is to be taken out of rotation. */
  drain(change: Change): void {
    this.#draft.setEntry(DRAIN.map, DRAIN.key, DRAIN.value, change);
  }

  /** The port that has this backend; undefined: none has. */
  portOf(backend: string): Pick<Claim<unknown>, 'appId' | 'portIndex'> | undefined {
    return this.#backends.holderOf(backend);
  }

  /** Those of one colour each, of the ports that this app has. */
  backendsBeside(appId: string): readonly Backend[] {
    const claims = this.#parts.get(appId)?.backends ?? [];
    return claims
      .filter((claim) => claim.value.beside !== undefined && this.#backends.holds(claim.value.name, claim))
      .map(({ value }) => value);
  }

  /** Whose the servers of the app's backends are. */
  places(appId: string): readonly PortPlaces[] {
    return this.#parts.get(appId)?.places ?? [];
  }

  /** What became of the app's service ports: those of a part, and those without their backend: another holds its name, or HAProxy refuses it. */
  fates(appId: string): readonly PortFate[] {
    return (this.#parts.get(appId)?.ports ?? []).map((fate) => {
      const port = { appId: fate.kind === 'taken' ? (fate.of ?? appId) : appId, portIndex: fate.index };
      if (fate.kind === 'left' || this.#backends.holds(fate.backend, port)) return fate;
      return { kind: 'left', index: fate.index, because: `${this.#backends.whyNotHeld(fate.backend, port)}: see the problems` };
    });
  }

  /** All problems, by app. Looks at every app: for people, not for the hot path. */
  problems(): readonly Problem[] {
    const own = [...this.#parts.values()].flatMap((part) => part.problems);
    return [
      ...own,
      ...this.#backends.problems(),
      ...this.#listeners.problems(),
      ...this.#routes.problems(),
      ...this.#hosts.problems(),
      ...this.#appIds.problems(),
      ...this.#blocks.problems(),
      ...blockConflicts(this.#blocks.claimsOf('http'), (host) => this.#routes.onHost(host)),
      ...(this.#passthrough?.problems() ?? []),
    ].sort(byApp);
  }

  #put(appId: string, part: AppPart | undefined, change: Change): void {
    const before = this.#parts.get(appId);
    if (part === undefined) this.#parts.delete(appId);
    else this.#parts.set(appId, part);
    if (part?.backends.some(isGrouped) === true) this.#grouped.add(appId);
    else this.#grouped.delete(appId);
    const affected = this.#backends.replace(before?.backends ?? [], part?.backends ?? [], change);
    for (const id of new Set([appId, ...affected])) this.#enforce(id, change);
  }

  #enforce(appId: string, change: Change): void {
    const before = this.#inForce.get(appId) ?? nothing(appId);
    const part = this.#parts.get(appId);
    const after = withoutNewCopies(before, part === undefined ? nothing(appId) : this.#held(part));
    if (part === undefined) this.#inForce.delete(appId);
    else this.#inForce.set(appId, after);
    if (after.listeners !== before.listeners) this.#listeners.replace(before.listeners, after.listeners, change);
    if (after.routes !== before.routes) {
      this.#routes.replace(before.routes, after.routes, change);
      this.#hosts.routesChanged(before.routes, after.routes);
    }
    if (after.hosts !== before.hosts) this.#hosts.replace(before.hosts ?? [], after.hosts ?? []);
    if (after.byId !== before.byId) this.#appIds.replace(before.byId, after.byId, change);
    if (after.blocks !== before.blocks) this.#blocks.replace(before.blocks ?? [], after.blocks ?? []);
    if (after.colours !== before.colours) this.#colours.replace(before.colours ?? [], after.colours ?? [], change);
    if (after.routes !== before.routes || after.blocks !== before.blocks || after.passthrough !== before.passthrough)
      this.#passthrough?.put(appId, part === undefined ? undefined : after, change);
    if (this.#blocks.isEmpty || (after.routes === before.routes && after.byId === before.byId)) return;
    for (const { value } of [...claimsOnMaps(before), ...claimsOnMaps(after)]) this.#moved.add(value.backend);
  }

  /** Nobody's traffic may reach a backend that another app holds under the same name. */
  #held(part: AppPart): AppPart {
    const lost = new Set(part.backends.filter((claim) => !this.#backends.holds(claim.value.name, claim)));
    if (lost.size === 0) return part;
    const ports = new Set([...lost].filter(({ value }) => value.beside === undefined).map((claim) => claim.portIndex));
    // A port that goes without a colour is served by all of its servers as before.
    const names = new Set([...lost].map(({ value }) => value.name));
    const { byId, ...rest } = part;
    const keepsId = part.backends.some((claim) => !lost.has(claim) && claim.value.name === byId?.value.backend);
    return {
      ...rest,
      listeners: part.listeners.filter((claim) => !ports.has(claim.portIndex)),
      routes: part.routes.filter((claim) => !ports.has(claim.portIndex) && !names.has(claim.value.backend)),
      hosts: (part.hosts ?? []).filter((claim) => !ports.has(claim.portIndex)),
      blocks: (part.blocks ?? []).filter((claim) => !ports.has(claim.portIndex)),
      passthrough: (part.passthrough ?? []).filter((claim) => !ports.has(claim.portIndex)),
      colours: (part.colours ?? []).filter((claim) => !ports.has(claim.portIndex) && !names.has(claim.value.value)),
      ...(keepsId && byId !== undefined ? { byId } : {}),
    };
  }

  /** Decides what depends on all apps. */
  #settle(change: Change): void {
    this.#blocks.settle(() => this.#inForce.values().flatMap(claimsOnMaps), change);
    for (const backend of this.#moved) this.#blocks.place(backend, this.#claimsOn(backend), change);
    this.#moved.clear();
    this.#placeSharedFrontends(change);
  }

  #claimsOn(backend: string): readonly MapClaim[] {
    const part = this.#inForce.get(this.#backends.holderOf(backend)?.appId ?? '');
    return part === undefined ? [] : claimsOnMaps(part).filter(({ value }) => value.backend === backend);
  }

  #placeSharedFrontends(change: Change): void {
    const levels = this.#routes.wildcardLevels();
    const passed = this.#passthrough?.wildcardLevels() ?? [];
    const colours = this.#grouped.size > 0;
    const placed = { levels, passed, colours, blocks: this.#blocks.version, hosts: this.#hosts.version };
    if (equal(placed, this.#placed)) return;
    this.#placed = placed;
    const { guarded } = this.#hosts;
    for (const frontend of sharedFrontends(this.#options, { levels, passed, colours }, (kind) => this.#blocks.of(kind), guarded))
      this.#draft.setFrontend(frontend.name, frontend, change);
  }
}
