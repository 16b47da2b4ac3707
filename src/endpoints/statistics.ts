/** HAProxy 2.3 and later put a column of this name between those that are always there and those of modules. */
const NAMELESS = ',-,';
const NAMED = ',modules,';

/**
 * HAProxy's CSV with a name for each column: scripts make fields of the names (zdd's `namedtuple`), and '-' can be none. Nothing else is touched.
 */
export async function* withNamedColumns(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let head: string | undefined = '';
  for await (const piece of pieces) {
    if (head === undefined) {
      yield piece;
      continue;
    }
    head += piece;
    const end = head.indexOf('\n');
    if (end < 0) continue;
    yield head.slice(0, end).replace(NAMELESS, NAMED) + head.slice(end);
    head = undefined;
  }
  if (head !== undefined && head !== '') yield head;
}
