import { shortText, typeText } from '../data-text.ts';
import type { Name } from '../name.ts';
import type { Missing } from './explanation.ts';
import type { KnownZone } from './known-names.ts';
import { whyNotInDcos } from './missing-dcos.ts';
import { whyNoTask } from './missing-task.ts';
import { listed, shown, withDomain } from './nearest.ts';
import { noSuchName } from './no-such-name.ts';

const notOurs = (zone: KnownZone, name: Name): Missing => ({
  because: 'not-ours',
  message: `${shortText(name)} is in no zone of this Sluice: such a question goes to other DNS servers, or is refused; what is ours ends in ${shortText(zone.naming.domain)}`,
  nearest: shown(withDomain(zone, name)),
});

const otherType = (zone: KnownZone, name: Name, type: number): Missing => ({
  because: 'other-type',
  message: `${shortText(name)} has no ${typeText(type)} records; it has ${listed((zone.node(name)?.types() ?? []).map(typeText))}`,
  nearest: [],
});

const onlyBelow = (name: Name): Missing => ({
  because: 'only-below',
  message: `${shortText(name)} itself has no records: only names below it have`,
  nearest: [],
});

/** Why there is no such answer. */
export const whyMissing = (zone: KnownZone, name: Name, type: number): Missing => {
  const apex = zone.apexOf(name);
  if (apex === undefined) return notOurs(zone, name);
  const types = zone.node(name)?.types();
  if (types !== undefined) return types.length > 0 ? otherType(zone, name, type) : onlyBelow(name);
  if (apex === zone.naming.domain) return whyNoTask(zone, name);
  return apex === zone.naming.dcos?.domain ? whyNotInDcos(zone, name) : noSuchName(zone, name);
};
