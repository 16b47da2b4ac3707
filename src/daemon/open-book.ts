import type { Logger } from 'pino';
import { openFileBook } from '../book/file-book.ts';
import type { InForce } from '../book/in-force.ts';
import { BookKeeper } from '../book/keeper.ts';
import { MarathonBook } from '../book/marathon-book.ts';
import { noStore, type OpenStore } from '../book/store.ts';
import { LeaderRequests } from '../marathon/leader-requests.ts';
import type { AppEntry, Model } from '../model/model.ts';
import type { Picture } from '../picture/picture.ts';
import type { Loop } from '../reconcile/loop.ts';
import type { Book } from '../rollout/book.ts';
import type { Settings } from '../settings.ts';
import type { Made } from './made.ts';

interface OpenBookOptions {
  readonly settings: Settings;
  readonly log: Logger;
  readonly made: Made;
  readonly picture: Picture;
  readonly loop: Loop;
  readonly inForce: InForce;
  /** After each change of the book. */
  readonly onBook: () => void;
}

interface OpenBook {
  readonly bookKeeper: BookKeeper;
  /** To be called after each event: costs nothing unless it was about the app that keeps the book. */
  readonly noteBookApp: () => void;
}

/** Where the book is kept, and what is to be done with the model after each event. */
interface Store {
  readonly open: OpenStore;
  readonly note: (model: Model) => void;
}

/** The book rides in the model, as an app like any other. */
const inMarathon = (appId: string, { marathon }: Settings): Store => {
  let store: MarathonBook | undefined;
  let seen: AppEntry | undefined;
  return {
    open: (onEdition) => (store = new MarathonBook({ requests: new LeaderRequests(marathon), appId, onEdition })),
    note: ({ apps }) => {
      const entry = apps.get(appId);
      if (entry === seen) return;
      seen = entry;
      store?.see(entry?.app);
    },
  };
};

const storeOf = (settings: Settings): Store => {
  const { rollouts } = settings;
  const note = (): void => undefined;
  switch (rollouts.kind) {
    case 'marathon':
      return inMarathon(rollouts.appId, settings);
    case 'file':
      return { open: openFileBook(rollouts.path), note };
    case 'off':
      return { open: noStore, note };
  }
};

/** Opens the book: what its store has, and what is decided here, goes into the picture, and on to HAProxy. */
export const openBook = ({ settings, log, made, picture, loop, inForce, onBook }: OpenBookOptions): OpenBook => {
  const onChange = (book: Book): void => {
    const change = picture.takeBook(book);
    inForce.note(change, book.revision);
    loop.takeChange(change);
    onBook();
  };
  const store = storeOf(settings);
  const bookKeeper = made.add(new BookKeeper({ log, open: store.open, onChange }), (it) => it.close());
  const noteBookApp = (): void => store.note(picture.model);
  // What was saved has it too.
  noteBookApp();
  return { bookKeeper, noteBookApp };
};
