import { messageOf } from '../kit/error.ts';
import { never } from '../kit/never.ts';
import type { FromResponder, Responder, Role, Tell, ToResponder } from './messages.ts';

/**
 * The first code of a responder's process. It lives as long as the main process: a signal that a terminal or a supervisor sends to all of Sluice's
 * processes is for that one to obey, and the end of the channel to it ends this.
 */

const FACTS_EVERY_MS = 1000;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));

const say = (message: FromResponder): void => {
  // Once the main process is gone there is nobody to tell.
  if (process.connected) process.send?.(message, () => undefined);
};

const open = async (role: Role, options: unknown, tell: Tell): Promise<Responder> => {
  switch (role) {
    case 'dns':
      return (await import('./dns-responder.ts')).openDns(options as never, tell);
    case 'records':
      return (await import('./records-responder.ts')).openRecords(options as never, tell);
    default:
      return never(role);
  }
};

let responder: Responder | undefined;

const sendFacts = (): void => {
  if (responder !== undefined) say({ kind: 'facts', facts: responder.facts() });
};

const tell: Tell = {
  facts: sendFacts,
  log: (level, message, fields = {}) => say({ kind: 'log', level, message, fields }),
};

const begin = async (options: unknown): Promise<void> => {
  responder = await open(process.argv[2] as Role, options, tell);
  sendFacts();
  setInterval(sendFacts, FACTS_EVERY_MS);
};

const answer = async (id: number, question: unknown): Promise<void> => {
  try {
    if (responder === undefined) throw new Error('it has not begun yet');
    say({ kind: 'answer', id, answer: await responder.ask(question) });
  } catch (error) {
    say({ kind: 'failed', id, because: messageOf(error) });
  }
};

/** What comes before it has begun waits for that, in order. */
let begun: Promise<void> = Promise.resolve();

const hear = (message: ToResponder): void => {
  switch (message.kind) {
    case 'begin':
      begun = begin(message.options);
      return;
    case 'feed':
      if (responder === undefined) void begun.then(() => hear(message));
      else {
        responder.take(message.message);
        say({ kind: 'taken' });
      }
      return;
    case 'ask':
      void answer(message.id, message.question);
      return;
    default:
      never(message);
  }
};

process.on('message', (message) => hear(message as ToResponder));
