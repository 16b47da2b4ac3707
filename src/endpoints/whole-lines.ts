/** The same text in pieces that end where a line does, but for the last one. */
export async function* wholeLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest: string[] = [];
  for await (const piece of pieces) {
    const end = piece.lastIndexOf('\n') + 1;
    if (end === 0) {
      rest.push(piece);
      continue;
    }
    yield rest.join('') + piece.slice(0, end);
    rest = [piece.slice(end)];
  }
  const last = rest.join('');
  if (last !== '') yield last;
}
