/** How long a label may be, and what it may begin with: RFC 1123, or RFC 952 as Mesos-DNS's `enforceRFC952` has it. */
export type LabelRule = 'rfc1123' | 'rfc952';

const MOST: Readonly<Record<LabelRule, number>> = { rfc1123: 63, rfc952: 24 };
const LEADING: Readonly<Record<LabelRule, RegExp>> = { rfc1123: /^-+/, rfc952: /^[-0-9]+/ };

/** ASCII letters in lower case, digits, and '-' in place of '-', '.' and '_': nothing else is left of it. */
const mapped = (text: string): string =>
  text
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .replace(/[._]/g, '-')
    .replace(/[^a-z0-9-]+/g, '');

export const withoutTrailingDashes = (text: string): string => text.replace(/-+$/, '');

/** Where dashes were cut off at the limit, what comes behind it moves up; unlike in Mesos-DNS no dash is last then. */
const fitted = (text: string, most: number): string => {
  const head = text.slice(0, most);
  const trimmed = withoutTrailingDashes(head);
  if (trimmed.length === head.length) return head;
  const rest = text.slice(most).replace(/^-+/, '');
  return withoutTrailingDashes(trimmed + rest.slice(0, head.length - trimmed.length));
};

/** A name of Mesos's as one label, the way of Mesos-DNS: 'web.prod' is 'web-prod'. '': no character of it is of use. */
export const toLabel = (text: string, rule: LabelRule): string => fitted(mapped(text).replace(LEADING[rule], ''), MOST[rule]);

/** A framework's name as labels: 'my.Frame Work' is 'my', 'framework'. None: no character of it is of use. */
export const toFragment = (text: string, rule: LabelRule): readonly string[] =>
  text
    .split('.')
    .map((part) => toLabel(part, rule))
    .filter((label) => label !== '');

/** The rule of DC/OS's own DNS (dcos-net, `mesos_state:label`): behind the limit only letters and digits move up. */
export const toDcosLabel = (text: string): string => {
  const label = mapped(text).replace(/^-+/, '');
  const head = withoutTrailingDashes(label.slice(0, 63));
  return head.length === 63 ? head : (head + label.slice(63).replace(/-/g, '')).slice(0, 63);
};
