import assert from 'node:assert/strict';
import dnsPacket from 'dns-packet';
import type { Authority } from '../../../src/dns/answer/authority.ts';
import type { Reply } from '../../../src/dns/answer/frame.ts';
import { knownName } from '../../../src/dns/name.ts';
import type { Expected } from './model.ts';
import { opt, question, shown } from './rig.ts';
import type { Shown } from './rig.ts';
import { readReply } from './wire.ts';

const allOf = (groups: ReadonlyMap<string, readonly string[]>): readonly string[] => [...groups.values()].flat().toSorted();

/** By owner and type. */
const grouped = (lines: readonly string[]): Map<string, string[]> => Map.groupBy(lines, (line) => line.split(' ').slice(0, 2).join(' '));

interface Given {
  readonly bytes: Buffer;
  readonly limit: number;
  readonly query: Buffer;
}

/** What holds for each reply, whatever was asked. */
const checkForm = ({ bytes, limit, query }: Given): ReturnType<typeof readReply> => {
  const reply = readReply(bytes);
  const end = query.indexOf(0, 12) + 5;
  assert.ok(bytes.length <= limit, `${bytes.length} bytes, ${limit} at most`);
  assert.deepEqual(bytes.subarray(12, end), query.subarray(12, end), 'the question as it was asked');
  assert.ok((reply.third & 0x04) !== 0, 'authoritative');
  const asked = query.toString('latin1', 12, end - 4);
  for (const { name } of reply.answers)
    if (name.toLowerCase() === asked.toLowerCase()) assert.equal(name, asked, 'the name as it was asked');
  return reply;
};

const inLowerCase = (lines: readonly string[]): readonly string[] => lines.map((line) => line.toLowerCase()).toSorted();

/** Without regard to case: names are compressed against the question, and so have its letters. */
const shownIn = (bytes: Buffer): Shown => {
  const { rcode, answers, authority, additional } = shown(dnsPacket.decode(bytes));
  return { rcode, answers: inLowerCase(answers), authority: inLowerCase(authority), additional: inLowerCase(additional) };
};

/** In full, as over TCP. */
const checkWhole = (given: Given, expected: Expected & { kind: 'reply' }): number => {
  const reply = checkForm(given);
  const { rcode, answers, authority, additional } = shownIn(given.bytes);
  assert.equal(rcode, expected.rcode);
  assert.deepEqual(answers, inLowerCase(expected.answers));
  assert.deepEqual(
    authority.map((line) => line.split(' soa ')[0]),
    expected.apex === undefined ? [] : [expected.apex],
  );
  assert.deepEqual(additional, inLowerCase(allOf(expected.additional)));
  assert.equal(reply.third & 0x02, 0, 'nothing is cut over TCP');
  return reply.authorityEnd;
};

/** Over UDP: as much as fits, and TC exactly if that is not all. @param wholeEnd where answers and authority end if all is there */
const checkCut = (given: Given, expected: Expected & { kind: 'reply' }, wholeEnd: number): void => {
  const reply = checkForm(given);
  const optLength = reply.opt === undefined ? 0 : 11;
  const fits = wholeEnd + optLength <= given.limit;
  assert.equal((reply.third & 0x02) !== 0, !fits, `TC; answers and authority take ${wholeEnd} bytes of ${given.limit}`);
  const { answers, authority, additional } = shownIn(given.bytes);
  if (fits) {
    assert.deepEqual(answers, inLowerCase(expected.answers));
    assert.equal(authority.length, expected.apex === undefined ? 0 : 1);
  } else {
    assert.equal(new Set(answers).size, answers.length, 'each once');
    const possible = new Set(inLowerCase(expected.answers));
    for (const answer of answers) assert.ok(possible.has(answer), `${answer} is none of the answers`);
    assert.deepEqual(additional, []);
  }
  for (const [set, lines] of grouped(additional))
    assert.deepEqual(
      lines,
      inLowerCase(expected.additional.get(set.replace(/ a+$/, (type) => type.toUpperCase())) ?? []),
      `not all of ${set}`,
    );
};

export interface Question {
  readonly name: string;
  readonly type: string;
  /** What the client takes over UDP; 0: it knows no EDNS. */
  readonly payload: number;
}

/** Asks over UDP and TCP, and holds both against what is expected. @param which question it is, for whoever looks why @returns the reply over UDP */
export const hold = (authority: Authority, expected: Expected, { name, type, payload }: Question, which: string): Reply => {
  const query = question(name, type, payload === 0 ? {} : opt(payload));
  const reply = authority.answer(query, { transport: 'udp', address: '127.0.0.1' });
  const whole = authority.answer(query, { transport: 'tcp', address: '127.0.0.1' });
  try {
    assert.equal(reply.kind, expected.kind);
    if (reply.kind !== 'reply' || whole.kind !== 'reply' || expected.kind !== 'reply') return reply;
    const end = checkWhole({ bytes: whole.bytes, limit: 65_535, query }, expected);
    checkCut({ bytes: reply.bytes, limit: Math.min(Math.max(payload, 512), 1232), query }, expected, end);
    assert.equal(whole.continueAt, expected.continueAt === undefined ? undefined : knownName(expected.continueAt));
  } catch (error) {
    throw new Error(`${which}: ${name} ${type} with ${payload} bytes`, { cause: error });
  }
  return reply;
};
