import { editDistance } from '../../kit/edit-distance.ts';
import { shortText } from '../data-text.ts';
import { type Name, labelsOf, nameOf } from '../name.ts';
import { isThere, type KnownZone } from './known-names.ts';

const MOST_NEAREST = 5;

export const shown = (names: Iterable<Name | undefined>): readonly string[] =>
  [...new Set(names)].flatMap((name) => (name === undefined ? [] : [shortText(name)])).slice(0, MOST_NEAREST);

export const listed = (words: readonly string[]): string =>
  words.length > 10 ? `${words.slice(0, 10).join(', ')} and ${words.length - 10} more` : words.join(', ');

/** The nearest words, none that is another one altogether. */
export const alike = (word: string, known: Iterable<string>): readonly string[] => {
  const most = Math.max(1, Math.floor(word.length / 4));
  return [...new Set(known)]
    .filter((one) => Math.abs(one.length - word.length) <= most)
    .map((one) => ({ one, distance: editDistance(word, one) }))
    .filter(({ distance }) => distance <= most)
    .toSorted((a, b) => a.distance - b.distance || (a.one < b.one ? -1 : 1))
    .map(({ one }) => one);
};

/** Other ways to write the same task: as one label, as it stands in DiscoveryInfo, and the path of its app the other way round. */
export const spellings = (task: readonly string[]): readonly (readonly string[])[] => {
  const words = task.flatMap((label) => label.split('-'));
  const turned = task.toReversed();
  return [[task.join('-')], [turned.join('-')], turned, words, words.toReversed(), [words.toReversed().join('-')]];
};

/** The name with other ends: with the domain behind it, or in place of its last labels. */
export const withDomain = (zone: KnownZone, name: Name): readonly Name[] => {
  const labels = labelsOf(name);
  const domain = labelsOf(zone.naming.domain);
  const cut = labels.map((_, at) => nameOf([...labels.slice(0, labels.length - at), ...domain]));
  return cut.filter((one) => isThere(zone, one));
};
