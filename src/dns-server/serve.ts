import { messageOf } from '../kit/error.ts';
import { never } from '../kit/never.ts';
import type { FromResponder, Responder, Tell, ToResponder } from './messages.ts';

const FACTS_EVERY_MS = 1000;

const say = (message: FromResponder): void => {
  // Once the main process is gone there is nobody to tell.
  if (process.connected) process.send?.(message, () => undefined);
};

/** A role in this process, which is its own: what the main process says, to the responder, and back. */
class Serving {
  readonly #open: (options: unknown, tell: Tell) => Responder;
  #responder: Responder | undefined;

  constructor(open: (options: unknown, tell: Tell) => Responder) {
    this.#open = open;
  }

  hear(message: ToResponder): void {
    switch (message.kind) {
      case 'begin':
        this.#begin(message.options);
        return;
      case 'feed':
        this.#responder?.take(message.message);
        say({ kind: 'taken' });
        return;
      case 'ask':
        void this.#answer(message.id, message.question);
        return;
      default:
        never(message);
    }
  }

  #begin(options: unknown): void {
    const facts = (): void => {
      if (this.#responder !== undefined) say({ kind: 'facts', facts: this.#responder.facts() });
    };
    this.#responder = this.#open(options, {
      facts,
      log: (level, message, fields = {}) => say({ kind: 'log', level, message, fields }),
    });
    facts();
    setInterval(facts, FACTS_EVERY_MS);
  }

  async #answer(id: number, question: unknown): Promise<void> {
    try {
      if (this.#responder === undefined) throw new Error('it has not begun yet');
      say({ kind: 'answer', id, answer: await this.#responder.ask(question) });
    } catch (error) {
      say({ kind: 'failed', id, because: messageOf(error) });
    }
  }
}

/**
 * All that a responder's process does. It lives as long as the main process: a signal that a terminal or a supervisor sends to all of Sluice's
 * processes is for that one to obey, and the end of the channel to it ends this.
 * @param open makes the responder out of its role's options, which come first
 */
export const serve = (open: (options: never, tell: Tell) => Responder): void => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
  const serving = new Serving((options, tell) => open(options as never, tell));
  process.on('message', (message) => serving.hear(message as ToResponder));
};
