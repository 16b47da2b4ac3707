import type { GroupObservation, Observations } from '../rollout/observation.ts';
import { askPeer, type Login, type NoAnswer } from './ask-peer.ts';
import type { PeerAnswer } from './peer-answer.ts';
import { type PeerPlace, peerPlaces } from './peer-places.ts';
import type { Self } from './self.ts';

interface PeersOptions {
  readonly who: { readonly kind: 'auto' | 'off' } | { readonly kind: 'urls'; readonly urls: readonly string[] };
  /** undefined: this Sluice does not run in Marathon. */
  readonly self: Self | undefined;
  /** See PeerAnswer. */
  readonly instance: string;
  /** Of all Sluices of an app: they have the same settings. */
  readonly statsPort: number;
  readonly login: Login | undefined;
  /** All that Marathon tells of an app; undefined: it has none. @throws SluiceError when it does not answer */
  readonly told: (appId: string) => Promise<unknown>;
  readonly signal: AbortSignal;
}

/** Another Sluice, as it was found the last time. */
export interface KnownPeer {
  /** Its task id, or its host and port. */
  readonly name: string;
  /** Who it says that it is: a task's id where it is one; absent: it never said. */
  readonly sluice?: string;
  /** Absent: it cannot be asked. */
  readonly url?: string;
  /** When it last answered, ISO 8601; absent: never. */
  readonly answeredAt?: string;
  /** When its process began. */
  readonly startedAt?: string;
  /** Why it did not answer the last time; absent: it did. */
  readonly because?: string;
  /** See NoAnswer. */
  readonly kind?: NoAnswer['kind'];
  /** See PeerAnswer. */
  readonly version?: string;
  readonly behindMs?: number;
}

interface Asked {
  readonly place: PeerPlace;
  readonly answer: PeerAnswer | NoAnswer;
}

type Missing = Observations['missing'][number];

const isAnswer = (answer: PeerAnswer | NoAnswer): answer is PeerAnswer => 'observation' in answer;

const saidBy = ({ startedAt, version, behindMs, observation: { sluice } }: PeerAnswer): Omit<KnownPeer, 'name'> => ({
  ...{ startedAt, sluice },
  ...(version === undefined ? {} : { version }),
  ...(behindMs === undefined ? {} : { behindMs }),
});

/** The other Sluices that send to the same apps: who they are, and what they see. */
export class Peers {
  readonly #options: PeersOptions;
  #known: ReadonlyMap<string, KnownPeer> = new Map();

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  /** As of the last look. */
  get known(): readonly KnownPeer[] {
    return [...this.#known.values()];
  }

  /** What each of the others sees of a group. Who does not say it is missing. @throws SluiceError when Marathon does not say who they are */
  async observe(group: string): Promise<Observations> {
    const asked = await this.#ask(group);
    const seen: GroupObservation[] = [];
    const missing: Missing[] = [];
    for (const { place, answer } of asked) {
      if (isAnswer(answer)) seen.push({ ...answer.observation, sluice: place.name });
      else missing.push({ sluice: place.name, because: answer.because });
    }
    return { seen, missing };
  }

  /** Asks whether they are there. @throws as observe */
  async look(): Promise<void> {
    await this.#ask(undefined);
  }

  async #ask(group: string | undefined): Promise<readonly Asked[]> {
    const places = await this.#places();
    const { instance } = this.#options;
    const all = await Promise.all(places.map(async (place): Promise<Asked> => ({ place, answer: await this.#askAt(place, group) })));
    // Where all have one list of URLs, this one is in it.
    const others = all.filter(({ answer }) => !isAnswer(answer) || answer.instance !== instance);
    const asked = onceEach(others);
    this.#known = new Map(asked.map((one) => [one.place.name, this.#knownOf(one)]));
    return asked;
  }

  async #askAt(place: PeerPlace, group: string | undefined): Promise<PeerAnswer | NoAnswer> {
    const { login, signal, who } = this.#options;
    if (!('url' in place)) return { kind: 'unreached', because: place.because };
    const answer = await askPeer({ url: place.url, group, login, signal });
    // At the address of a task there may be another one by now.
    const isAnother = isAnswer(answer) && who.kind === 'auto' && answer.observation.sluice !== place.name;
    return isAnother ? { kind: 'other', because: 'another Sluice answers there' } : answer;
  }

  async #places(): Promise<readonly PeerPlace[]> {
    const { who, self, told, statsPort } = this.#options;
    if (who.kind === 'urls') return who.urls.map((url) => ({ name: new URL(url).host, url }));
    if (who.kind === 'off' || self === undefined) return [];
    const places = peerPlaces(await told(self.appId), self.taskId, statsPort);
    return places ?? [{ name: self.appId, because: 'Marathon does not have this Sluice among its apps: name the others by --peers' }];
  }

  #knownOf({ place, answer }: Asked): KnownPeer {
    const { name } = place;
    const url = 'url' in place ? { url: place.url } : {};
    if (isAnswer(answer)) return { name, ...url, answeredAt: new Date().toISOString(), ...saidBy(answer) };
    const { answeredAt, sluice } = this.#known.get(name) ?? {};
    return { name, ...url, ...(answeredAt === undefined ? {} : { answeredAt }), ...(sluice === undefined ? {} : { sluice }), ...answer };
  }
}

/** One that answers at two places would count twice: the second is told of. */
const onceEach = (all: readonly Asked[]): readonly Asked[] => {
  const instances = new Map<string, string>();
  return all.map(({ place, answer }) => {
    if (!isAnswer(answer)) return { place, answer };
    const other = instances.get(answer.instance);
    instances.set(answer.instance, other ?? place.name);
    const because = `the same Sluice answers there as at ${other ?? ''}: leave one out of --peers`;
    return { place, answer: other === undefined ? answer : { kind: 'other', because } };
  });
};
