import { lower, type Name, labelsOf, nameOf } from '../name.ts';

/** A name of a task as it was meant, whether or not there is one. */
export interface AskedTask {
  /** '_http', or none. */
  readonly port?: string;
  /** '_tcp'; absent: no service was asked for. */
  readonly protocol?: string;
  /** 'web', 'prod', or 'web-prod'. */
  readonly task: readonly string[];
  /** 'marathon'; none: it is not known which of the labels are a framework's. */
  readonly framework: readonly string[];
  readonly slave: boolean;
}

const endsIn = (labels: readonly string[], end: readonly string[]): boolean =>
  end.length > 0 && labels.length >= end.length && end.every((label, at) => labels[labels.length - end.length + at] === label);

/** The labels of a name in front of an ancestor. */
export const labelsBefore = (name: Name, ancestor: Name): readonly string[] => labelsOf(name).slice(0, -labelsOf(ancestor).length);

/** '_http', '_web', 'prod', '_tcp' apart: the last that begins with '_' is the protocol. */
const splitService = (labels: readonly string[]): Pick<AskedTask, 'port' | 'protocol' | 'task'> & { readonly rest: readonly string[] } => {
  const at = labels.findLastIndex((label) => label.startsWith('_'));
  if (at < 1) return { task: [], rest: labels };
  const [first = '', second, ...others] = labels.slice(0, at);
  const protocol = labels[at] ?? '';
  const rest = labels.slice(at + 1);
  const bare = (label: string): string => label.replace(/^_/, '');
  return second?.startsWith('_') === true
    ? { port: first, protocol, task: [bare(second), ...others], rest }
    : { protocol, task: [bare(first), ...(second === undefined ? [] : [second]), ...others], rest };
};

/**
 * Takes the name of a task apart: `[_PORT.]_TASK._PROTOCOL.FRAMEWORK[.slave]`, `TASK.FRAMEWORK[.slave]`.
 * @param labels in front of the domain
 * @param frameworks each as labels
 */
export const askedTask = (labels: readonly string[], frameworks: readonly (readonly string[])[]): AskedTask => {
  const { rest, ...service } = splitService(labels.map(lower));
  const slave = rest.length > 1 && rest.at(-1) === 'slave';
  const plain = slave ? rest.slice(0, -1) : rest;
  const framework = frameworks.filter((one) => endsIn(plain, one)).toSorted((a, b) => b.length - a.length)[0] ?? [];
  const before = plain.slice(0, plain.length - framework.length);
  return { ...service, task: service.protocol === undefined ? before : [...service.task, ...before], framework, slave };
};

/** The name that this would be. Undefined: it is none. */
export const nameFor = ({ port, protocol, task, framework, slave }: AskedTask, domain: Name): Name | undefined => {
  const [first = '', ...others] = task;
  const own = protocol === undefined ? task : [...(port === undefined ? [] : [port]), `_${first}`, ...others, protocol];
  return nameOf([...own, ...framework, ...(slave ? ['slave'] : []), ...labelsOf(domain)]);
};
