import { z } from 'zod';
import { SluiceError } from '../kit/error.ts';
import { inPath } from '../marathon/app-path.ts';
import type { LeaderRequests, MarathonAnswer } from '../marathon/leader-requests.ts';
import type { Edition } from './edition.ts';
import { fromLabels } from './labels.ts';
import { lineage, type Version } from './lineage.ts';

/** A version of the app that keeps a book. */
export interface BookVersion extends Version {
  readonly labels: Readonly<Record<string, string>>;
  readonly edition: Edition;
}

/** What Marathon has. `last`: the version that is in force in Marathon; `counted`: see lineage.ts, the last of these is the true one. */
export interface Present {
  readonly last: BookVersion;
  readonly counted: readonly BookVersion[];
}

const app = z.object({ version: z.string(), labels: z.record(z.string(), z.string()).default({}) });
const answerSchema = z.object({ app });
const versionsSchema = z.object({ versions: z.array(z.string()) });

/** What the app is apart from its labels. It never runs. */
const definitionOf = (id: string): object => ({
  id,
  cmd: 'echo "The labels of this app are what Sluice was told. It is not to be run."; exit 1',
  instances: 0,
  cpus: 0.01,
  mem: 16,
  portDefinitions: [],
});

/** The app in whose labels a book is kept, as Marathon has it. Throws a SluiceError as LeaderRequests does, and MARATHON_NONSENSE. */
export class BookApp {
  readonly #requests: Pick<LeaderRequests, 'get' | 'post' | 'put'>;
  readonly #id: string;
  readonly #path: string;

  constructor(requests: Pick<LeaderRequests, 'get' | 'post' | 'put'>, id: string) {
    this.#requests = requests;
    this.#id = id;
    this.#path = `/v2/apps/${inPath(id)}`;
  }

  /** undefined: there is no such app. @param from the version that is known to count; undefined: the one that the last was made from */
  async read(from?: string): Promise<Present | undefined> {
    const answer = await this.#requests.get(this.#path);
    if (answer.status === 404) return undefined;
    const last = this.#version(this.#parse(answer, answerSchema).app);
    const { versions } = this.#parse(await this.#requests.get(`${this.#path}/versions`), versionsSchema);
    const decisive = await this.#decisive(versions.sort(), last, from ?? last.head?.parentVersion ?? '');
    return { last, counted: lineage(decisive) };
  }

  /** 'exists': somebody else was first. */
  async create(labels: Readonly<Record<string, string>>): Promise<'done' | 'exists'> {
    const answer = await this.#requests.post('/v2/apps', { ...definitionOf(this.#id), labels });
    if (answer.status === 409) return 'exists';
    return this.#done(answer);
  }

  /** 'locked': a deployment of it is under way. */
  async put(labels: Readonly<Record<string, string>>): Promise<'done' | 'locked'> {
    const answer = await this.#requests.put(this.#path, { labels });
    if (answer.status === 409) return 'locked';
    return this.#done(answer);
  }

  /** From the version that the others were made from, which may be forgotten by now, to the last. @param versions oldest first */
  async #decisive(versions: readonly string[], last: BookVersion, from: string): Promise<readonly BookVersion[]> {
    const begin = versions.indexOf(from);
    if (begin < 0) return [last];
    const end = versions.indexOf(last.version);
    const between = versions.slice(begin, end < 0 ? undefined : end);
    const read = await Promise.all(between.map(async (version) => this.#readVersion(version)));
    return [...read, last];
  }

  async #readVersion(version: string): Promise<BookVersion> {
    return this.#version(this.#parse(await this.#requests.get(`${this.#path}/versions/${encodeURIComponent(version)}`), app));
  }

  #version({ version, labels }: z.infer<typeof app>): BookVersion {
    return { version, labels, ...fromLabels(this.#id, labels) };
  }

  #done({ status, message }: MarathonAnswer): 'done' {
    if (status < 300) return 'done';
    throw new SluiceError('MARATHON_REFUSED', `Marathon answered ${status} for ${this.#id}${message === '' ? '' : `: ${message}`}`);
  }

  #parse<T>({ status, json, message }: MarathonAnswer, schema: z.ZodType<T>): T {
    const read = schema.safeParse(json);
    if (status === 200 && read.success) return read.data;
    throw new SluiceError(
      'MARATHON_NONSENSE',
      `Marathon answered ${status} for ${this.#id}${message === '' ? ', and not as it should' : `: ${message}`}`,
    );
  }
}
