import { shortText } from '../data-text.ts';
import { isWithin, type Name, labelsOf, nameOf } from '../name.ts';
import { labelsBefore } from './asked.ts';
import type { Missing } from './explanation.ts';
import { isThere, type KnownZone } from './known-names.ts';
import { shown, spellings, withDomain } from './nearest.ts';
import { noSuchName } from './no-such-name.ts';

const noSuchKind = (zone: KnownZone, name: Name, kinds: readonly Name[]): Missing => {
  const words = kinds.map((one) => labelsOf(one)[0] ?? '');
  const domain = zone.naming.dcos?.domain ?? zone.naming.domain;
  const own = labelsBefore(name, domain).slice(0, -1);
  const meant = kinds.map((one) => nameOf([...own, ...labelsOf(one)])).filter((one) => isThere(zone, one));
  return {
    ...noSuchName(zone, name),
    message: `${shortText(name)} is not there: names of tasks in DC/OS's zone are TASK.FRAMEWORK.KIND.${shortText(domain)}, KIND one of ${words.join(', ')}`,
    nearest: shown([...meant, ...withDomain(zone, name)]),
  };
};

/** Of a name in the zone of DC/OS's own DNS. */
export const whyNotInDcos = (zone: KnownZone, name: Name): Missing => {
  const { dcos } = zone.naming;
  const kinds = dcos === undefined ? [] : [dcos.autoip, dcos.agentip, dcos.containerip];
  const kind = kinds.find((one) => isWithin(name, one));
  if (kind === undefined) return noSuchKind(zone, name, kinds);
  const labels = labelsBefore(name, kind);
  const framework = labels.at(-1) ?? '';
  const task = labels.slice(0, -1);
  const names = spellings(task).map((one) => nameOf([one.join('-'), framework, ...labelsOf(kind)]));
  return {
    because: 'no-such-task',
    message: `no task of ${framework} that runs is called ${task.join('.')}: here names are TASK.FRAMEWORK, the whole of each with dashes in place of dots`,
    nearest: shown(names.filter((one) => isThere(zone, one))),
    ...(task.length > 0 && { task: { name: task.join('.'), framework } }),
  };
};
