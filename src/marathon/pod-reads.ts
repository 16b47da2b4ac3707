import type { Logger } from 'pino';
import { messageOf } from '../kit/error.ts';
import type { Problem } from '../kit/problem.ts';
import type { Client, PodsAnswer } from './client.ts';
import type { ReadApp } from './payload/entry.ts';

interface PodReadsOptions {
  readonly client: Pick<Client, 'readPods'>;
  readonly log: Logger;
  /** See MarathonLimits. */
  readonly patienceMs: number;
}

/** `unread`: nothing is known of pods yet. */
type State =
  | { readonly kind: 'unread' | 'read' }
  | { readonly kind: 'none'; readonly because: string }
  | { readonly kind: 'failing'; readonly message: string };

/**
 * Reads all pods beside all apps. Where that fails apps go on without, the pods that are known stay, and it is told once: a Marathon that is older than
 * pods, or does not show them, is no worse a Marathon for its apps.
 */
export class PodReads {
  readonly #options: PodReadsOptions;
  #state: State = { kind: 'unread' };
  #beganMs: number | undefined;

  constructor(options: PodReadsOptions) {
    this.#options = options;
  }

  /** Whether it is worth asking this Marathon for a pod. */
  get areThere(): boolean {
    return this.#state.kind !== 'none';
  }

  problems(): readonly Problem[] {
    if (this.#state.kind !== 'failing') return [];
    // Marathon's root group: it is about all pods.
    return [{ appId: '/', message: `pods cannot be read, and those that are known stay as they are: ${this.#state.message}` }];
  }

  /**
   * Undefined: nothing is known of what pods there are.
   * @throws SluiceError when the first picture is to wait for them; the reason of the signal
   */
  async readAll(signal: AbortSignal): Promise<readonly ReadApp[] | undefined> {
    this.#beganMs ??= performance.now();
    try {
      return this.#understand(await this.#options.client.readPods(signal));
    } catch (error) {
      signal.throwIfAborted();
      if (this.#mayWait(this.#beganMs)) throw error;
      this.#fail(messageOf(error));
      return undefined;
    }
  }

  #mayWait(beganMs: number): boolean {
    return this.#state.kind === 'unread' && performance.now() - beganMs < this.#options.patienceMs;
  }

  #understand(answer: PodsAnswer): readonly ReadApp[] | undefined {
    const { log } = this.#options;
    const before = this.#state;
    if (answer.kind === 'none') {
      const { because } = answer;
      this.#state = { kind: 'none', because };
      if (before.kind !== 'none' || before.because !== because) log.info(`pods are not read: ${because}`);
      return undefined;
    }
    this.#state = { kind: 'read' };
    if (before.kind === 'failing' || before.kind === 'none') log.info('pods are read again');
    return answer.read;
  }

  #fail(message: string): void {
    const before = this.#state;
    this.#state = { kind: 'failing', message };
    if (before.kind !== 'failing') this.#options.log.warn(`pods cannot be read, and those that are known stay as they are: ${message}`);
  }
}
