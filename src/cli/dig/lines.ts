import type { Source } from '../../dns/explain/explanation.ts';
import { never } from '../../kit/never.ts';
import type { MeantApp } from '../../report/dns-explanation.ts';
import { table } from '../table.ts';
import type { DigReport, ReportedRecord } from './report.ts';

const sourceText = (source: Source): string => {
  switch (source.kind) {
    case 'task': {
      const { id, framework, appId, agentId, fitness } = source;
      const app = appId === undefined ? '' : ` of ${appId}`;
      const where = agentId === '' ? '' : `, agent ${agentId}`;
      return `task ${id}${app} (${framework}${where}${fitness === 'fit' ? '' : ', NOT FIT'})`;
    }
    case 'cluster':
      return 'masters, agents and frameworks, as Mesos has them';
    case 'file':
      return 'the file of static records';
    case 'zone':
      return 'the zone itself';
    default:
      return never(source);
  }
};

const MOST_SHOWN = 3;

const fromText = (from: readonly Source[]): string => {
  const shown = from.slice(0, MOST_SHOWN).map(sourceText).join('; ');
  return from.length > MOST_SHOWN ? `${shown}; and ${from.length - MOST_SHOWN} more` : shown;
};

const rowOf = ({ name, ttlSeconds, type, data, from }: ReportedRecord): readonly string[] => [
  `  ${name}`,
  `${ttlSeconds} s`,
  type,
  data,
  from.length === 0 ? '' : `<- ${fromText(from)}`,
];

const section = (title: string, records: readonly ReportedRecord[]): readonly string[] =>
  records.length === 0 ? [] : [title, ...table(records.map(rowOf)).map((line) => line.trimEnd())];

const appLine = ({ appId, instances, tasks }: MeantApp): string => {
  const states = Object.entries(tasks).map(([state, count]) => `${count} ${state}`);
  return `  app ${appId}: ${instances} instances wanted, ${states.length === 0 ? 'no task' : states.join(', ')}`;
};

const missingLines = ({ missing, apps = [] }: DigReport): readonly string[] => {
  if (missing === undefined) return [];
  return [
    `why: ${missing.message}`,
    ...(apps.length === 0 ? [] : ['what Marathon has of it:', ...apps.map(appLine), '  see: sluice explain APP']),
    ...(missing.nearest.length === 0 ? [] : ['what there is:', ...missing.nearest.map((name) => `  ${name}`)]),
  ];
};

/** An answer as lines for people. */
export const digLines = (report: DigReport): readonly string[] => {
  const { name, type, rcode, answers, server, transport, durationMs, bytes, flags, errors, authority, additional, notServed } = report;
  return [
    `${name} ${type}: ${rcode}, ${answers.length} records, from ${server} by ${transport} in ${durationMs.toFixed(1)} ms, ${bytes} bytes, flags ${flags.join(' ')}`,
    ...errors.map(({ code, meaning, text }) => `error ${code}: ${meaning}${text === '' ? '' : ` (${text})`}`),
    ...section('answer:', answers),
    ...section('authority:', authority),
    ...section('additional:', additional),
    ...section(
      'not served now, while others are fit:',
      notServed.map((record) => ({ ...record, ttlSeconds: 0 })),
    ).map((line) => line.replace('  0 s  ', '       ')),
    ...missingLines(report),
  ];
};
