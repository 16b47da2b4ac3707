import { isWithin, type Name, parentOf, ROOT } from '../name.ts';
import { CLASS_IN } from '../packet/codes.ts';
import { TYPE } from '../record.ts';
import { type Place, placeText } from './place.ts';
import { Upstream } from './upstream.ts';

/** Who is asked. */
export interface RouteOptions {
  /** For all that no zone covers; none: it is refused. */
  readonly resolvers: readonly Place[];
  /** The longest one at or above a name counts. */
  readonly zones: readonly { readonly zone: Name; readonly upstreams: readonly Place[] }[];
  /** At and below these nobody is asked, but the servers of a zone that is there too: `mesos`, `directory`. */
  readonly neverAsked: readonly Name[];
}

/** Record type of delegations' keys: it is answered by the zone above (RFC 4035, 3.1.4.1). */
const DS = 43;

/** OPT, and what is of one connection: TKEY to MAILA, AXFR and IXFR among them. ANY (255) is a question. */
const isForwardable = (type: number, klass: number): boolean =>
  klass === CLASS_IN && type !== 0 && type !== TYPE.OPT && !(type >= 249 && type <= 254);

/** Which servers are asked which name. A server that is named twice is one: what is remembered of it holds for all zones. */
export class Routes {
  readonly #byZone = new Map<Name, readonly Upstream[]>();
  readonly #known = new Map<string, Upstream>();
  readonly #neverAsked: readonly Name[];

  constructor({ resolvers, zones, neverAsked }: RouteOptions) {
    this.#neverAsked = neverAsked;
    for (const { zone, upstreams: places } of zones) {
      const upstreams = places.map((place) => this.#upstream(place));
      this.#byZone.set(zone, upstreams);
    }
    this.setResolvers(resolvers);
  }

  /** In place of those before; what is remembered of those that stay is kept. */
  setResolvers(resolvers: readonly Place[]): void {
    const upstreams = resolvers.map((place) => this.#upstream(place));
    this.#byZone.set(ROOT, upstreams);
    const used = new Set([...this.#byZone.values()].flat());
    for (const [text, upstream] of this.#known) if (!used.has(upstream)) this.#known.delete(text);
  }

  get upstreams(): readonly Upstream[] {
    return [...this.#known.values()];
  }

  /** None: nobody may be asked that. @param name in lower case */
  upstreamsFor(name: Name, type: number, klass: number): readonly Upstream[] {
    if (!isForwardable(type, klass)) return [];
    const start = type === DS ? (parentOf(name) ?? ROOT) : name;
    for (let zone: Name | undefined = start; zone !== undefined; zone = parentOf(zone)) {
      const upstreams = this.#byZone.get(zone);
      if (upstreams !== undefined) return this.#isKeptFrom(zone, name) ? [] : upstreams;
    }
    return [];
  }

  /** A zone below one of those, which somebody has named himself, is for its own servers. */
  #isKeptFrom(zone: Name, name: Name): boolean {
    return this.#neverAsked.some((never) => isWithin(name, never) && !isWithin(zone, never));
  }

  #upstream(place: Place): Upstream {
    const text = placeText(place);
    const known = this.#known.get(text) ?? new Upstream(place);
    this.#known.set(text, known);
    return known;
  }
}
