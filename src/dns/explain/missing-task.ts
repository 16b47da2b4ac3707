import { shortText } from '../data-text.ts';
import { toFragment, toLabel } from '../labels.ts';
import type { Name } from '../name.ts';
import type { NamedTask } from '../named-task.ts';
import { calledName } from '../records/task-forms.ts';
import { type AskedTask, askedTask, labelsBefore, nameFor } from './asked.ts';
import type { Missing } from './explanation.ts';
import { isThere, knownFrameworks, type KnownZone } from './known-names.ts';
import { alike, listed, shown, spellings } from './nearest.ts';
import { noSuchName } from './no-such-name.ts';

/** Names of other frameworks under which there is such a task. */
const elsewhere = (zone: KnownZone, asked: AskedTask, frameworks: readonly (readonly string[])[]): readonly Name[] => {
  const { domain } = zone.naming;
  // Without a known framework its labels were taken for the task's: it is one of the ends that was meant.
  const cuts = asked.framework.length > 0 ? [asked.task] : asked.task.map((_, at) => asked.task.slice(0, asked.task.length - at));
  const names = cuts.flatMap((cut) =>
    [cut, ...spellings(cut)].flatMap((task) => frameworks.map((framework) => nameFor({ ...asked, task, framework }, domain))),
  );
  return names.filter((one) => isThere(zone, one));
};

const noSuchFramework = (zone: KnownZone, name: Name, asked: AskedTask, frameworks: readonly (readonly string[])[]): Missing => {
  const words = frameworks.map((labels) => labels.join('.'));
  const last = asked.task.at(-1) ?? '';
  const meant = alike(last, words).map((word) =>
    nameFor({ ...asked, task: asked.task.slice(0, -1), framework: word.split('.') }, zone.naming.domain),
  );
  const known = words.length === 0 ? 'no framework is known here' : `frameworks here are ${listed(words)}`;
  return {
    because: 'no-such-framework',
    message: `${shortText(name)} ends in no framework's name: names of tasks are TASK.FRAMEWORK.${shortText(zone.naming.domain)}, and ${known}`,
    nearest: shown([...meant.filter((one) => isThere(zone, one)), ...elsewhere(zone, asked, frameworks)]),
  };
};

const CANONICAL = /^(?<task>.+)-[13-9a-km-uw-z]{5}-[a-z0-9]+$/;

/** Names of the task that there are, by all ports and protocols. */
const servicesOf = (zone: KnownZone, asked: AskedTask, ports: Iterable<string>): readonly Name[] => {
  const protocols = ['_tcp', '_udp'];
  const plain = { task: asked.task, framework: asked.framework, slave: asked.slave };
  const withPorts = [...ports].flatMap((port) => protocols.map((protocol) => nameFor({ ...plain, port, protocol }, zone.naming.domain)));
  const without = protocols.map((protocol) => nameFor({ ...plain, protocol }, zone.naming.domain));
  return [...withPorts, ...without].filter((one) => isThere(zone, one));
};

/** Tasks that are called so, by either spelling. */
const tasksCalled = (zone: KnownZone, { task, framework }: AskedTask): readonly NamedTask[] => {
  const { rule } = zone.naming;
  const label = task.join('-');
  return [...zone.tasks()].filter(
    (one) => toLabel(calledName(one), rule) === label && toFragment(one.framework, rule).join('.') === framework.join('.'),
  );
};

const plainOf = ({ task, framework, slave }: AskedTask): AskedTask => ({ task, framework, slave });

const noSuchPort = (zone: KnownZone, name: Name, asked: AskedTask): Missing => {
  const ports = tasksCalled(zone, asked).flatMap(({ discovery }) => discovery?.ports.map((port) => port.name) ?? []);
  const named = [...new Set(ports.filter((port) => port !== '').map((port) => `_${toLabel(port, zone.naming.rule)}`))];
  const nearest = servicesOf(zone, asked, named);
  const has = nearest.length === 0 ? 'it has no ports' : `its ports are those of ${listed(nearest.map(shortText))}`;
  return {
    because: 'no-such-port',
    message: `${shortText(name)}: the task ${asked.task.join('.')} is there, and not with that port or protocol; ${has}`,
    nearest: shown(nearest),
  };
};

const noSuchInstance = (zone: KnownZone, name: Name, asked: AskedTask, label: string): Missing => ({
  because: 'no-such-instance',
  message: `${shortText(name)} is the name of one task of ${label}, which is not there any more; others are under the name that stays`,
  nearest: shown([nameFor({ ...asked, task: [...asked.task.slice(0, -1), label] }, zone.naming.domain)]),
});

const labelsIn = (zone: KnownZone, framework: string): ReadonlySet<string> => {
  const { rule } = zone.naming;
  const labels = new Set<string>();
  for (const task of zone.tasks())
    if (toFragment(task.framework, rule).join('.') === framework) labels.add(toLabel(calledName(task), rule));
  return labels;
};

const noSuchTask = (zone: KnownZone, asked: AskedTask, frameworks: readonly (readonly string[])[]): Missing => {
  const { domain } = zone.naming;
  const sure = spellings(asked.task).map((task) => nameFor({ ...asked, task }, domain));
  const near = alike(asked.task.join('-'), labelsIn(zone, asked.framework.join('.'))).map((task) =>
    nameFor({ ...asked, task: [task] }, domain),
  );
  const nearest = [...sure, ...near].filter((one) => isThere(zone, one));
  return {
    because: 'no-such-task',
    message: `no task of ${asked.framework.join('.')} that runs is called ${asked.task.join('.')}`,
    nearest: shown(nearest.length > 0 ? nearest : elsewhere(zone, asked, frameworks)),
    task: { name: asked.task.join('.'), framework: asked.framework.join('.') },
  };
};

const OF_MASTERS = /^(?:_leader|leader|master\d*)$/;

const noMasters = (name: Name): Missing => ({
  because: 'no-masters',
  message: `${shortText(name)} is a name of Mesos masters, and they are not known: Marathon does not tell; give --mesos-master, or masters or zk in the file of --mesos-dns-config`,
  nearest: [],
});

/** Of a name in Mesos-DNS's part: what is wrong with it as the name of a task. */
export const whyNoTask = (zone: KnownZone, name: Name): Missing => {
  const labels = labelsBefore(name, zone.naming.domain);
  if (zone.cluster.leader === undefined && OF_MASTERS.test(labels[0] ?? '')) return noMasters(name);
  const frameworks = knownFrameworks(zone);
  const asked = askedTask(labels, frameworks);
  if (asked.task.length === 0) return noSuchName(zone, name);
  if (asked.framework.length === 0) return noSuchFramework(zone, name, asked, frameworks);
  if (asked.protocol !== undefined && isThere(zone, nameFor(plainOf(asked), zone.naming.domain))) return noSuchPort(zone, name, asked);
  const label = CANONICAL.exec(asked.task.at(-1) ?? '')?.groups?.['task'];
  if (label !== undefined && isThere(zone, nameFor({ ...asked, task: [...asked.task.slice(0, -1), label] }, zone.naming.domain)))
    return noSuchInstance(zone, name, asked, label);
  return noSuchTask(zone, asked, frameworks);
};
