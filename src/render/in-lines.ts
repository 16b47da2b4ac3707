/** A line of haproxy.cfg has 64 words. */
const WORDS_A_LINE = 40;

/** Words as many lines as they need, beside a few other words in each. */
export const inLines = (words: readonly string[]): readonly string[] =>
  Array.from({ length: Math.ceil(words.length / WORDS_A_LINE) }, (_, at) =>
    words.slice(at * WORDS_A_LINE, (at + 1) * WORDS_A_LINE).join(' '),
  );
