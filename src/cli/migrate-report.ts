import type { AppReport, Change, Finding, Level, Report } from '../migrate/finding.ts';

/** Apps that need a hand are told one by one, so many of them; all others by what is told of them. */
const MOST_APPS = 50;
const MOST_PLACES = 5;

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

const where = ({ portIndex, about }: Finding): string => [...(portIndex === undefined ? [] : [`port ${portIndex}`]), about].join(' ');

const valueLines = (title: string, value: string | null): readonly string[] => {
  if (value === null) return [`      ${title} nothing`];
  const lines = value.trimEnd().split('\n');
  return lines.length === 1 ? [`      ${title} ${value}`] : [`      ${title}`, ...lines.map((line) => `        | ${line}`)];
};

const changeLines = ({ name, from, to }: Change, verb: string): readonly string[] => [
  `    ${verb} ${name}`,
  ...(from === null ? [] : valueLines('from', from)),
  ...valueLines('to  ', to),
];

/** `all`: also what need not be done. */
const findingLines = (finding: Finding, all: boolean): readonly string[] => {
  const { level, message, change, translated = [], strict } = finding;
  return [
    `  ${where(finding)}: ${message}${strict === true && level === 'better' ? ' (--compat strict keeps what it was)' : ''}`,
    ...(all
      ? translated.flatMap(({ from, to }) => [
          `    ${from}`,
          ...(to.length === 0 ? ['    -> nothing'] : to.map((line) => `    -> ${line}`)),
        ])
      : []),
    ...(change === undefined || (level !== 'hand' && !all)
      ? []
      : changeLines(change, level === 'hand' ? 'change' : 'may be written: change')),
  ];
};

const ofLevel = (findings: readonly Finding[], level: Level): readonly Finding[] => findings.filter((finding) => finding.level === level);

const setupLines = ({ setup }: Report, level: Level, title: string): readonly string[] => {
  const found = ofLevel(setup, level);
  return found.length === 0 ? [] : [title, ...found.flatMap((finding) => findingLines(finding, false)), ''];
};

const handLines = (apps: readonly AppReport[]): readonly string[] => {
  const found = apps.filter(({ verdict }) => verdict === 'hand');
  if (found.length === 0) return [];
  const more = found.length - MOST_APPS;
  return [
    `NEEDS A HAND: ${count(found.length, 'app')}`,
    ...found
      .slice(0, MOST_APPS)
      .flatMap(({ appId, findings }) => [appId, ...ofLevel(findings, 'hand').flatMap((one) => findingLines(one, false))]),
    ...(more > 0 ? [`and ${count(more, 'app')} more: --json has all of them, --app one`] : []),
    '',
  ];
};

/** What is told of many apps in the same words is told once. */
const betterLines = (apps: readonly AppReport[]): readonly string[] => {
  const places = new Map<string, string[]>();
  for (const { appId, findings } of apps)
    for (const finding of ofLevel(findings, 'better')) {
      const about = finding.about.replace(/^HAPROXY_\d+_/, 'HAPROXY_{n}_');
      const text = `${about}: ${finding.message}${finding.strict === true ? ' (--compat strict keeps what it was)' : ''}`;
      const port = finding.portIndex === undefined ? appId : `${appId} port ${finding.portIndex}`;
      const known = places.get(text);
      if (known === undefined) places.set(text, [port]);
      else known.push(port);
    }
  if (places.size === 0) return [];
  return [
    'BETTER here, nothing to do',
    ...[...places]
      .sort(([, a], [, b]) => b.length - a.length)
      .flatMap(([text, at]) => [
        `  ${text}`,
        `    ${at.slice(0, MOST_PLACES).join(', ')}${at.length > MOST_PLACES ? ` and ${at.length - MOST_PLACES} more` : ''}`,
      ]),
    '',
  ];
};

const swapLines = ({ marathonLb, args }: Report): readonly string[] => [
  ...(args === null ? [] : [`It is started by: sluice ${args.join(' ')}`, '']),
  ...(marathonLb === null
    ? []
    : [
        `To swap the image of ${marathonLb.appId} (now ${marathonLb.image}), put this into its definition; all else stays as it is:`,
        ...JSON.stringify(marathonLb.change, null, 2)
          .replaceAll(/\{\s+("key": .*),\s+("value": .*)\s+\}/g, '{ $1, $2 }')
          .split('\n')
          .map((line) => `  ${line}`),
        '',
      ]),
];

const lastLine = ({ counts, groups, compat, haproxy }: Report): string =>
  `${count(counts.hand, 'app')} to look at, ${counts.better} better, ${counts.same} the same, for group ${groups.join(', ')} with --compat ${compat}; ` +
  `${counts.otherGroups} of other groups; HAProxy was ${haproxy === null ? 'not asked' : `asked: ${haproxy}`}`;

/** For people: worst first. */
export const describeReport = (report: Report): readonly string[] => [
  ...setupLines(report, 'hand', 'NEEDS A HAND: the set-up'),
  ...handLines(report.apps),
  ...setupLines(report, 'better', 'BETTER here, for the set-up and for all apps'),
  ...betterLines(report.apps),
  ...setupLines(report, 'same', 'WORTH KNOWING of the set-up'),
  ...swapLines(report),
  lastLine(report),
];

const VERDICTS: Readonly<Record<Level, string>> = { hand: 'needs a hand', better: 'is better here', same: 'is the same' };

/** One app, with all that is known of it. */
export const describeApp = ({ apps }: Report): readonly string[] =>
  apps.flatMap(({ appId, verdict, findings }) => [
    `${appId} ${VERDICTS[verdict]}`,
    ...findings.flatMap((finding) => findingLines(finding, true)),
  ]);
