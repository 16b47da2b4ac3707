import type { AppSpec } from '../specs/run-spec.ts';

/** `id=` and `cmd=` mean "contains, whatever the case"; `label=` is a list of conditions that must all hold. */
export function matchesFilters({ id, definition }: AppSpec, query: URLSearchParams): boolean {
  const contains = (text: string, name: string): boolean => text.toLowerCase().includes((query.get(name) ?? '').toLowerCase());
  return contains(id, 'id') && contains(definition.cmd ?? '', 'cmd') && selects(query.get('label') ?? '', definition.labels);
}

/** Label selectors: `a, b==x, c!=y, d in (x,y), e notin (z)`. */
function selects(selector: string, labels: Readonly<Record<string, string>>): boolean {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .every((part) => holds(part, labels));
}

function holds(condition: string, labels: Readonly<Record<string, string>>): boolean {
  const set = /^(\S+)\s+(in|notin)\s+\((.*)\)$/.exec(condition);
  if (set !== null) {
    const [, name = '', operator, values = ''] = set;
    const isIn = values.split(',').some((value) => value.trim() === labels[name]);
    return operator === 'in' ? isIn : labels[name] !== undefined && !isIn;
  }
  const comparison = /^(.*?)\s*(==|!=)\s*(.*)$/.exec(condition);
  if (comparison === null) return condition in labels;
  const [, name = '', operator, value] = comparison;
  return operator === '==' ? labels[name] === value : labels[name] !== value;
}
