import { headOf } from '../desired/shared-texts.ts';
import { type PieceName, pieceOf } from '../pieces/catalogue.ts';
import type { Override, Overrides } from '../pieces/overrides.ts';
import type { Difference, Differences } from './differences.ts';
import type { Finding } from './finding.ts';
import { translatedText } from './translated-text.ts';

/** What a Marathon-LB was told by its operator, in names alone: values may be secret. */
export interface Operator {
  /** Long names of flags that were given, '--group'. */
  readonly flags: readonly string[];
  /** Names of variables. */
  readonly variables: readonly string[];
  readonly pieces: Overrides;
}

const ofRow = (about: string, row: Difference | undefined): readonly Finding[] => {
  if (row === undefined || row.fate === 'same') return [];
  return row.fate === 'fixed'
    ? [{ level: 'better', about, message: row.text }]
    : [{ level: 'same', about, message: `has no effect: ${row.text}` }];
};

const flagFindings = (flags: readonly string[], differences: Differences): readonly Finding[] =>
  flags.flatMap((flag) => ofRow(flag, differences.flags.get(flag)));

/** HAPROXY_SSL_CERT0 to HAPROXY_SSL_CERT100 are one row. */
const rowName = (variable: string): string => variable.replace(/^(HAPROXY_SSL_CERT)\d+$/, '$10');

/** Variables of one row are told once. */
const variableFindings = (variables: readonly string[], { variables: rows, templates }: Differences): readonly Finding[] => {
  const told = new Set<string>();
  return variables.flatMap((variable): readonly Finding[] => {
    const row = rows.get(rowName(variable));
    if (row === undefined)
      return variable.startsWith('HAPROXY_') && !templates.has(variable)
        ? [{ level: 'same', about: variable, message: 'has no effect: it is no variable that Marathon-LB 1.15 or Sluice reads' }]
        : [];
    if (row.text !== '' && told.has(row.text)) return [];
    told.add(row.text);
    return ofRow(variable, row);
  });
};

/** Of pieces that have no effect here: the flag with which Marathon-LB used them; undefined: it never did. */
const usedWith = (name: PieceName): string | undefined =>
  name.startsWith('MAP_') ? '--haproxy-map' : name.startsWith('HTTPS_GROUPED_') ? '--group-https-by-vhost' : undefined;

const idleFinding = (name: PieceName, row: Difference, { flags }: Operator): Finding => {
  const flag = usedWith(name);
  const wasUsed = flag !== undefined && flags.includes(flag);
  return {
    level: wasUsed ? 'hand' : 'same',
    about: `HAPROXY_${name}`,
    message: wasUsed
      ? `has no effect: ${row.text}. With ${flag} Marathon-LB used it: what it does beside its default must be said elsewhere, in HAPROXY_HTTP_FRONTEND_HEAD or HAPROXY_HTTPS_FRONTEND_HEAD`
      : `has no effect: ${row.text}`,
  };
};

/** Where Marathon-LB's container had what came with its templates. */
const COPIED = /\/marathon-lb\/templates\/[^\s"']+/g;
/** Where Docker tasks of Mesos have their sandbox. */
const SANDBOX = '/mnt/mesos/sandbox';

const fileFinding = (name: PieceName, { text }: Override): readonly Finding[] => {
  const files = [...new Set(text.match(COPIED) ?? [])];
  if (files.length === 0) return [];
  const moved = text.replaceAll('/marathon-lb/templates/', `${SANDBOX}/templates/`);
  return [
    {
      level: 'hand',
      about: `HAPROXY_${name}`,
      message: `names ${files.join(', ')}: what Marathon fetches is not copied there, it is in the task's sandbox (or mount the folder there)`,
      change: { name: `HAPROXY_${name}`, from: text, to: moved },
    },
  ];
};

const translation = (name: PieceName, override: Override): readonly Finding[] => {
  const translated = translatedText(name, override);
  if (translated === undefined) return [];
  const isSecret = pieceOf(name).place === 'userlist';
  return [
    {
      level: 'same',
      about: `HAPROXY_${name}`,
      message: 'has words that HAProxy refuses since 2.1: they are read as what they mean, and may be written so',
      ...(isSecret ? {} : { translated: translated.lines, change: { name: `HAPROXY_${name}`, from: override.text, to: translated.text } }),
    },
  ];
};

const leftLines = (pieces: Overrides): readonly Finding[] => {
  const left = headOf({ overrides: pieces })?.left ?? [];
  if (left.length === 0) return [];
  return [
    {
      level: 'same',
      about: 'HAPROXY_HEAD',
      message: `these lines are left out, since Sluice has its own in their place: ${left.join('; ')}`,
    },
  ];
};

const pieceFindings = (operator: Operator, { templates }: Differences): readonly Finding[] =>
  [...operator.pieces].flatMap(([name, override]) => {
    const row = templates.get(`HAPROXY_${name}`);
    if (row?.fate === 'no effect') return [idleFinding(name, row, operator)];
    const own = [...fileFinding(name, override), ...translation(name, override)];
    return own.length > 0 || row?.fate !== 'fixed' ? own : [{ level: 'same' as const, about: `HAPROXY_${name}`, message: row.text }];
  });

/** What becomes of the operator's own part of a set-up. `pieces`: texts that Sluice can start with. */
export const operatorFindings = (operator: Operator, differences: Differences): readonly Finding[] => [
  ...flagFindings(operator.flags, differences),
  ...variableFindings(operator.variables, differences),
  ...pieceFindings(operator, differences),
  ...leftLines(operator.pieces),
];
