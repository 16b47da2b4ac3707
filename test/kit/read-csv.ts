/** A row of HAProxy's statistics, by the names of its columns. */
export type Row = Readonly<Record<string, string>>;

/**
 * HAProxy's CSV as zdd reads it: the names of the head become fields of a Python namedtuple, and each row has as many words as there are fields.
 * Throws where zdd would.
 */
export const readCsvAsZdd = (csv: string): readonly Row[] => {
  const [head = '', ...lines] = csv.split(/\r?\n/).slice(0, csv.endsWith('\n') ? -1 : undefined);
  const names = head
    .replace(/^[# ]+/, '')
    .replace(/[,\n]+$/, '')
    .split(',');
  const bad = names.filter((name, at) => !/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || names.indexOf(name) !== at);
  if (bad.length > 0) throw new Error(`no names of fields: ${bad.join(' ')}`);
  return lines.map((line) => {
    const words = line.split(',').slice(0, -1);
    if (words.length !== names.length) throw new Error(`${words.length} words for ${names.length} fields: '${line}'`);
    return Object.fromEntries(names.map((name, at) => [name, words[at] ?? '']));
  });
};
