import { compare } from '../../kit/compare.ts';
import { editDistance } from '../../kit/edit-distance.ts';

const MOST_TOLD = 5;
/** Longer ones cost too much to compare, and nobody types them. */
const LONGEST = 100;
/** So that a wrong name costs as much in a large cluster as in a small one. */
const MOST_COMPARED = 1000;

/** What somebody may have meant, for the end of a sentence: "; is it blue or green?". '' where nothing is near. */
export const nearest = (typed: string, names: Iterable<string>): string => {
  const most = Math.max(2, Math.ceil(typed.length / 3));
  const holds = (name: string): boolean => name.includes(typed) && typed !== '';
  const near = [...names]
    .filter((name) => name.length <= LONGEST && typed.length <= LONGEST)
    .filter((name) => holds(name) || Math.abs(name.length - typed.length) <= most)
    .slice(0, MOST_COMPARED)
    .map((name) => ({ name, distance: holds(name) ? 0 : editDistance(typed, name) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || compare(a.name, b.name))
    .slice(0, MOST_TOLD)
    .map(({ name }) => name);
  return near.length === 0 ? '' : `; is it ${near.join(' or ')}?`;
};
