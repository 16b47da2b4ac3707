import { compare } from '../../kit/compare.ts';
import { editDistance } from '../../kit/edit-distance.ts';

const MOST_TOLD = 5;
/** Longer ones cost too much to compare, and nobody types them. */
const LONGEST = 100;

/** What somebody may have meant, for the end of a sentence: "; is it blue or green?". '' where nothing is near. */
export const nearest = (typed: string, names: Iterable<string>): string => {
  const most = Math.max(2, Math.ceil(typed.length / 3));
  const near = [...names]
    .filter((name) => name.length <= LONGEST && typed.length <= LONGEST)
    .map((name) => ({ name, distance: name.includes(typed) && typed !== '' ? 0 : editDistance(typed, name) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || compare(a.name, b.name))
    .slice(0, MOST_TOLD)
    .map(({ name }) => name);
  return near.length === 0 ? '' : `; is it ${near.join(' or ')}?`;
};
