import type { Change } from '../marathon/changes.ts';
import { createApp } from '../marathon/changes.ts';
import type { Direct } from '../marathon/direct.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import { type Definition, readApp, readGroup, type ZddApp } from './app.ts';
import { ZDD_EXIT, ZddError } from './exits.ts';

/** What became of a change. `later`: it may not have been made, and can be tried again once it was looked at. */
export type Outcome =
  { readonly kind: 'done' } | { readonly kind: 'later'; readonly because: string; readonly isLocked: boolean; readonly isUnknown: boolean };

/** The world fails: with the exit code that zdd.py had for it. */
const orFail = async <T>(work: Promise<T>, exitCode: number, what: string): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SluiceError) throw new ZddError(exitCode, `${what}: ${messageOf(error)}`);
    throw error;
  }
};

/** Marathon as zdd needs it. */
export class ZddMarathon {
  readonly #direct: Direct;

  constructor(direct: Direct) {
    this.#direct = direct;
  }

  /** @throws ZddError `read` */
  async group(name: string, signal: AbortSignal): Promise<readonly ZddApp[]> {
    return readGroup(await orFail(this.#direct.apps(signal), ZDD_EXIT.read, 'the apps cannot be read'), name);
  }

  /** undefined: there is none. @throws ZddError `read` */
  async app(id: string, signal: AbortSignal): Promise<ZddApp | undefined> {
    const found = await orFail(this.#direct.app(id, signal), ZDD_EXIT.read, `${id} cannot be read`);
    return found === undefined ? undefined : readApp(found);
  }

  /** @throws ZddError `create` */
  async create(definition: Definition): Promise<void> {
    const what = `${definition.id} could not be created`;
    const { status, message } = await orFail(this.#direct.change(createApp(definition)), ZDD_EXIT.create, `${what}, or it is not known`);
    if (status >= 300) throw new ZddError(ZDD_EXIT.create, `${what}: Marathon answered ${status}: ${message}`);
  }

  /** @throws ZddError with this exit code where Marathon refuses it for good */
  async change(change: Change, exitCode: number, what: string): Promise<Outcome> {
    let answer: Awaited<ReturnType<Direct['change']>>;
    try {
      answer = await this.#direct.change(change);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      if (error.code === 'MARATHON_REFUSED') throw new ZddError(exitCode, `${what}: ${messageOf(error)}`);
      return { kind: 'later', because: messageOf(error), isLocked: false, isUnknown: true };
    }
    const { status, message } = answer;
    if (status < 300) return { kind: 'done' };
    const because = `Marathon answered ${status}: ${message}`;
    // Locked by a deployment, or gone already.
    if (![404, 409].includes(status)) throw new ZddError(exitCode, `${what}: ${because}`);
    return { kind: 'later', because, isLocked: status === 409, isUnknown: false };
  }

  async close(): Promise<void> {
    await this.#direct.close();
  }
}
