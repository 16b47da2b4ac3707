import { labelsOf, nameOf, parentOf } from '../name.ts';
import type { Name } from '../name.ts';
import type { ZoneNode, ZoneView } from '../zone-view.ts';

const STAR = '\x01*';

/** Mesos-DNS overlooks a label '*' that is not the first: bob.*.mesos is bob.mesos. */
export const withoutStars = (name: Name, apex: Name): Name => {
  if (!name.includes(STAR, 2)) return name;
  const labels = labelsOf(name.slice(0, name.length - apex.length));
  const plain = nameOf(labels.filter((label, nth) => nth === 0 || label !== '*'));
  return plain === undefined ? name : plain.slice(0, -1) + apex;
};

/** What stands for all names that do not exist below the closest one that does (RFC 4592, 3.3). @param name one of ours that is not there */
export const wildcardOf = (zone: ZoneView, name: Name): ZoneNode | undefined => {
  if (!zone.hasWildcards) return undefined;
  for (let encloser = parentOf(name); encloser !== undefined; encloser = parentOf(encloser)) {
    if (zone.node(encloser) !== undefined) return zone.node(STAR + encloser);
  }
  return undefined;
};
