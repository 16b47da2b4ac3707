import { shortText } from '../data-text.ts';
import type { Name } from '../name.ts';
import type { Missing } from './explanation.ts';
import type { KnownZone } from './known-names.ts';
import { shown, withDomain } from './nearest.ts';

/** Where no more can be said. */
export const noSuchName = (zone: KnownZone, name: Name): Missing => ({
  because: 'no-such-name',
  message: `${shortText(name)} is not there`,
  nearest: shown(withDomain(zone, name)),
});
