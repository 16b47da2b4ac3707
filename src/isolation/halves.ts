import type { Section } from '../render/section.ts';

/** Backends take from profiles, listeners lead to backends. */
const NEEDED_FIRST: readonly Section['kind'][] = ['profile', 'backend', 'listener', 'block'];

/** What others need comes first: who needs it fails with it. */
export const neededFirst = (sections: readonly Section[]): readonly Section[] =>
  sections.toSorted((a, b) => NEEDED_FIRST.indexOf(a.kind) - NEEDED_FIRST.indexOf(b.kind));

export const inHalves = <T>(values: readonly T[]): readonly [readonly T[], readonly T[]] => {
  const middle = Math.ceil(values.length / 2);
  return [values.slice(0, middle), values.slice(middle)];
};
