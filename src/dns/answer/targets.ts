import type { Name } from '../name.ts';
import type { Deck } from './deck.ts';
import { begun, ended, roomOf, writeBytes, writeText } from './frame.ts';
import type { Frame, Reply } from './frame.ts';
import type { AddressSet, Prepared } from './prepared.ts';

const POINTER_LENGTH = 2;
/** Pointers have 14 bits (RFC 1035, 4.1.4). */
const MOST_POINTED = 0x3fff;

/** Writes addresses behind their owner, a pointer where one reaches. Gives the end, or -1: there is no room for them all. */
const writeAddresses = (reply: Buffer, start: number, last: number, set: AddressSet, name: Name, nameAt: number): number => {
  const isNear = nameAt <= MOST_POINTED;
  if (start + (set.each + (isNear ? POINTER_LENGTH : name.length)) * set.count > last) return -1;
  let at = start;
  for (let nth = 0; nth < set.count; nth += 1) {
    at = isNear ? reply.writeUInt16BE(0xc000 | nameAt, at) : writeText(reply, at, name);
    at = writeBytes(reply, at, set.bytes, nth * set.each, (nth + 1) * set.each);
  }
  return at;
};

/** Answers with records that point to names, and with the addresses of these names. */
export class TargetAnswers {
  readonly #deck: Deck;
  /** Of each target, where its name stands first; 0: nowhere. */
  #places = new Uint32Array(64);

  constructor(deck: Deck) {
    this.#deck = deck;
  }

  /**
   * All records in a random order, cut as `answerSet` does it. Then addresses of those names that were told, as far as there is room: all of
   * one family or none, and nothing is said of those left out (RFC 2181, 9).
   */
  answer(frame: Frame, prepared: Prepared): Reply {
    const room = roomOf(frame);
    const reply = begun(frame, Math.min(room, prepared.bytes.length + prepared.additionalLength));
    const start = frame.query.questionEnd;
    const answers = this.#writeRecords(reply, start, start + room, prepared);
    const isCut = answers.count < prepared.targetOf.length;
    const additional = isCut ? { count: 0, end: answers.end } : this.#writeAddresses(reply, answers.end, start + room, prepared);
    return ended(frame, reply, additional.end, { answers: answers.count, additional: additional.count }, 0, isCut);
  }

  #writeRecords(reply: Buffer, start: number, last: number, prepared: Prepared): { readonly count: number; readonly end: number } {
    const { bytes, starts, targetOf, targets, targetAt } = prepared;
    const all = targetOf.length;
    if (targets.length > this.#places.length) this.#places = new Uint32Array(targets.length * 2);
    this.#places.fill(0, 0, targets.length);
    this.#deck.begin(all);
    let at = start;
    for (let count = 0; count < all; count += 1) {
      const nth = this.#deck.draw();
      const from = starts[nth] ?? 0;
      const to = starts[nth + 1] ?? 0;
      if (at + to - from > last) return { count, end: at };
      const target = targetOf[nth] ?? 0;
      if (this.#places[target] === 0) this.#places[target] = at + targetAt;
      at = writeBytes(reply, at, bytes, from, to);
    }
    return { count: all, end: at };
  }

  #writeAddresses(reply: Buffer, start: number, last: number, prepared: Prepared): { readonly count: number; readonly end: number } {
    let at = start;
    let count = 0;
    prepared.targets.forEach(({ name, sets }, nth) => {
      for (const set of sets) {
        const end = writeAddresses(reply, at, last, set, name, this.#places[nth] ?? 0);
        if (end < 0) continue;
        at = end;
        count += set.count;
      }
    });
    return { count, end: at };
  }
}
