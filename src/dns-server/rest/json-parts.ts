import { setImmediate as nextTurn } from 'node:timers/promises';
import { never } from '../../kit/never.ts';

/** JSON that is never there as a whole: lists and objects whose elements are made when they are written. */
export type Told =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: Iterable<Told> }
  | { readonly kind: 'object'; readonly entries: Iterable<readonly [key: string, told: Told]> };

export const value = (plain: unknown): Told => ({ kind: 'value', value: plain });
export const list = (items: Iterable<Told>): Told => ({ kind: 'list', items });
export const object = (entries: Iterable<readonly [string, Told]>): Told => ({ kind: 'object', entries });

/** As Mesos-DNS prints it. */
export const pretty = (plain: unknown): string => JSON.stringify(plain, undefined, 1);

function* elements<T>(all: Iterable<T>, depth: number, [open, close]: readonly [string, string], write: (one: T) => Iterable<string>) {
  const line = `\n${' '.repeat(depth + 1)}`;
  let before = open;
  for (const one of all) {
    yield before + line;
    yield* write(one);
    before = ',';
  }
  yield before === open ? open + close : `${line.slice(0, -1)}${close}`;
}

/** The text, in as many parts as it has elements; indented by one blank. */
export function* jsonParts(told: Told, depth = 0): Generator<string, void, undefined> {
  switch (told.kind) {
    case 'value':
      yield pretty(told.value).replaceAll('\n', `\n${' '.repeat(depth)}`);
      return;
    case 'list':
      yield* elements(told.items, depth, ['[', ']'], (one) => jsonParts(one, depth + 1));
      return;
    case 'object':
      yield* elements(told.entries, depth, ['{', '}'], function* ([key, one]) {
        yield `${JSON.stringify(key)}: `;
        yield* jsonParts(one, depth + 1);
      });
      return;
    default:
      never(told);
  }
}

/** Characters: about a millisecond's work. */
const PIECE = 64 * 1024;

/** The same in pieces worth sending. Between them the event loop has its turn: others are answered meanwhile, and changes applied. */
export async function* inPieces(parts: Iterable<string>): AsyncGenerator<string> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
    await nextTurn();
  }
  yield piece;
}
