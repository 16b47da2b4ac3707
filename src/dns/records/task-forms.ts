import { canonicalLabel, canonicalSuffix } from '../canonical.ts';
import { wire } from '../flat.ts';
import { toFragment, toLabel, withoutTrailingDashes } from '../labels.ts';
import { lower, type Name } from '../name.ts';
import type { NamedTask } from '../named-task.ts';
import type { Naming } from '../naming.ts';
import { below } from './emit.ts';

/** A task under one spelling of its name. */
export interface TaskForm {
  /** 'marathon.mesos' */
  readonly framework: Name;
  /** 'marathon.slave.mesos' */
  readonly slaveFramework: Name;
  /** 'web-prod', or 'web', 'prod'. */
  readonly labels: readonly string[];
  /** The same as a service of SRV records: '_web-prod'. */
  readonly service: readonly string[];
  /** 'web-prod-rr6oj-s0.marathon.mesos'; absent: the task's agent is not known, or there is no room for it. */
  readonly canonical?: Name;
  /** 'web-prod-rr6oj-s0.marathon.slave.mesos' */
  readonly slaveCanonical?: Name;
}

const MOST_LABEL = 63;

/** A name of DiscoveryInfo as it is, in lower case (in Mesos-DNS one with capitals is never found). None: it cannot stand in DNS. */
const rawLabels = (name: string): readonly string[] => {
  const labels = lower(wire(name)).split('.');
  return labels.every((label) => label !== '' && label.length <= MOST_LABEL) ? labels : [];
};

/** '_' in front must fit too. */
const serviceLabels = ([first = '', ...rest]: readonly string[]): readonly string[] => [
  `_${withoutTrailingDashes(first.slice(0, MOST_LABEL - 1))}`,
  ...rest,
];

const canonicalLabels = (labels: readonly string[], suffix: string): readonly string[] | undefined => {
  const last = canonicalLabel(labels.at(-1) ?? '', suffix);
  return last === undefined ? undefined : [...labels.slice(0, -1), last];
};

/** What a task is known by: the name of its DiscoveryInfo if that has one. */
export const calledName = (task: NamedTask): string =>
  task.discovery === undefined || task.discovery.name === '' ? task.name : task.discovery.name;

export const hasDiscovery = (task: NamedTask): boolean => task.discovery !== undefined && task.discovery.name !== '';

/**
 * A task with DiscoveryInfo has records under its name as it is ('web.prod'), as DC/OS's documents tell people to ask for it, and under the name as one
 * label ('web-prod'). None: the task, or its framework, has no character that a label could have.
 */
export const taskForms = (task: NamedTask, naming: Naming): readonly TaskForm[] => {
  const fragment = toFragment(task.framework, naming.rule);
  const label = toLabel(calledName(task), naming.rule);
  const framework = fragment.length === 0 ? undefined : below(naming.domain, ...fragment);
  const slaveFramework = below(naming.slave, ...fragment);
  if (label === '' || framework === undefined || slaveFramework === undefined) return [];
  const suffix = task.agentId === '' ? undefined : canonicalSuffix(task.id, task.agentId);
  const formOf = (labels: readonly string[]): TaskForm => {
    const canonical = suffix === undefined ? undefined : canonicalLabels(labels, suffix);
    const plainName = canonical && below(framework, ...canonical);
    const slaveName = canonical && below(slaveFramework, ...canonical);
    return {
      framework,
      slaveFramework,
      labels,
      service: serviceLabels(labels),
      ...(plainName !== undefined && { canonical: plainName }),
      ...(slaveName !== undefined && { slaveCanonical: slaveName }),
    };
  };
  const raw = hasDiscovery(task) ? rawLabels(calledName(task)) : [];
  const isTwin = raw.length > 0 && raw.join('.') !== label;
  return isTwin ? [formOf(raw), formOf([label])] : [formOf([label])];
};
