import type { Name } from '../name.ts';
import { begun, ended, roomOf } from './frame.ts';
import type { Frame, Reply } from './frame.ts';
import { Packer } from './packer.ts';
import type { ShownRecord } from './packer.ts';

/** What stands in a reply that is not of one set of records. */
export interface Sections {
  readonly rcode: number;
  readonly answers: readonly ShownRecord[];
  readonly authority?: readonly ShownRecord[];
  /** Sets that belong together: all of one, or none. */
  readonly additional?: readonly (readonly ShownRecord[])[];
  readonly continueAt?: Name | undefined;
}

const addAll = (packer: Packer, records: readonly ShownRecord[]): number => {
  const missing = records.findIndex((record) => !packer.add(record));
  return missing < 0 ? records.length : missing;
};

const sizeOf = (records: readonly ShownRecord[]): number =>
  records.reduce((sum, { name, data }) => sum + name.length + 10 + data.length, 0);

const addSets = (packer: Packer, sets: readonly (readonly ShownRecord[])[], last: number): number => {
  let count = 0;
  for (const set of sets) if (packer.end + sizeOf(set) <= last) count += addAll(packer, set);
  return count;
};

/** Any reply, names compressed against all before them; for what is asked seldom. Answers are cut where the room ends. */
export const compose = (frame: Frame, sections: Sections): Reply => {
  const { answers, authority = [], additional = [], rcode, continueAt } = sections;
  const room = roomOf(frame);
  const { name, questionEnd } = frame.query;
  const reply = begun(frame, Math.min(room, sizeOf([...answers, ...authority, ...additional.flat()])));
  const packer = new Packer(reply, name, questionEnd, questionEnd + room);
  const answered = addAll(packer, answers);
  const told = answered < answers.length ? 0 : addAll(packer, authority);
  const isCut = answered < answers.length || told < authority.length;
  const beside = isCut ? 0 : addSets(packer, additional, questionEnd + room);
  const whole = ended(frame, reply, packer.end, { answers: answered, authority: told, additional: beside }, rcode, isCut);
  return continueAt === undefined || whole.kind !== 'reply' || isCut ? whole : { ...whole, continueAt };
};
