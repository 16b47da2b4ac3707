/** An option of a `bind` with its value, if it has one. */
export type OptionWords = readonly string[];

/** What a line of the certificate list may say of a handshake; all else is of the socket, or of all that come by it. */
const ALONE: ReadonlySet<string> = new Set(['no-ca-names']);
const WITH_VALUE: ReadonlySet<string> = new Set(
  'alpn ca-file ca-verify-file ciphers ciphersuites crl-file curves ecdhe verify ssl-min-ver ssl-max-ver'.split(' '),
);
/** Others with a value. */
const WITH_OTHER_VALUE: ReadonlySet<string> = new Set(
  'crt npn sigalgs client-sigalgs maxconn backlog mss tcp-ut name nice proto ca-ignore-err crt-ignore-err'.split(' '),
);

/** Words of BIND_OPTIONS that hold for a single name, and those that cannot. */
export const bindOptionsOf = (words: readonly string[]): { readonly taken: readonly OptionWords[]; readonly left: readonly string[] } => {
  const taken: OptionWords[] = [];
  const left: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (ALONE.has(word)) taken.push([word]);
    else if (WITH_VALUE.has(word)) taken.push([word, words[(at += 1)] ?? '']);
    else {
      left.push(word);
      if (WITH_OTHER_VALUE.has(word)) at += 1;
    }
  }
  return { taken, left };
};
