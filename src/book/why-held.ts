import type { BookVersion } from './app.ts';

/**
 * Why what the app holds now is not put in force: a book that was emptied, cut off or put back says nothing of how traffic is to be shared out now.
 * undefined: it is put in force. @param known what is in force; undefined: nothing was seen or written yet
 */
export const whyHeld = ({ head }: Pick<BookVersion, 'head'>, known: Pick<BookVersion, 'head'> | undefined): string | undefined => {
  if (known?.head === undefined) return undefined;
  if (head === undefined) return 'the label SLUICE_BOOK is gone from it, or cannot be read';
  const [now, before] = [head.revision, known.head.revision];
  return now < before ? `it holds a book of revision ${now}, older than ${before}, which is in force` : undefined;
};
