import { type Command, Option } from 'commander';
import { checkDefinitions } from '../check/check-definitions.ts';
import { readDefinitions, readExisting } from '../check/read.ts';
import type { Problem } from '../kit/problem.ts';
import { compileTemplates } from '../render/templates.ts';
import { type Settings, toSettings } from '../settings.ts';
import { buildOptions, globalsOf } from '../startup/from-settings.ts';
import { loadTemplates } from '../startup/template-files.ts';
import { addApiFlags } from './api-flags.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { findHaproxy } from './find-haproxy.ts';
import { orCannot } from './or-cannot.ts';
import { problemLine } from './problem-line.ts';
import { print, printJson } from './printable.ts';
import { collect } from './collect.ts';
import { addBuildFlags, addMarathonAccessFlags } from './run-flags.ts';

interface CheckFlags {
  readonly apps: readonly string[];
  readonly against?: string;
  readonly json?: boolean;
  readonly group?: readonly string[];
  readonly haproxy?: string;
}

/** What was found, as --json prints it. */
interface Report {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly apps: number;
  /** Version of the HAProxy that was asked; null: none was. */
  readonly haproxy: string | null;
}

const check = async (flags: CheckFlags, settings: Settings): Promise<{ readonly report: Report; readonly because: string }> => {
  if (flags.apps.filter((path) => path === '-').length + Number(flags.against === '-') > 1)
    throw new ExitError(EXIT.usage, "standard input can be read once: '-' is given more than once");
  const files = flags.apps.map((path) => readDefinitions('--apps', path));
  const existing = flags.against === undefined ? [] : await readExisting(flags.against, settings);
  const templates = compileTemplates(loadTemplates(settings.templatesDir));
  const haproxy = await findHaproxy(settings.haproxy, flags.haproxy !== undefined);
  // Without one it does not matter how it would be told.
  const capabilities = haproxy.path === undefined ? { sameNames: false, clientTimeout: false } : haproxy.capabilities;
  const found = await checkDefinitions(files, existing, {
    groups: flags.group,
    options: buildOptions(settings, settings.certificates, capabilities),
    globals: globalsOf(settings, templates.digest),
    templates,
    binary: haproxy.path,
  });
  return haproxy.path === undefined
    ? { report: { ...found, haproxy: null }, because: haproxy.because }
    : { report: { ...found, haproxy: haproxy.capabilities.version }, because: '' };
};

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

const describe = ({ problems, warnings, apps, haproxy }: Report, because: string): readonly string[] => [
  ...problems.map(problemLine),
  ...warnings.map((warning) => `warning: ${problemLine(warning)}`),
  `${count(problems.length, 'problem')} and ${count(warnings.length, 'warning')} in ${count(apps, 'app')}; ` +
    (haproxy === null ? `HAProxy was not asked: ${because}` : `HAProxy was asked: ${haproxy}`),
];

const HELP = `
FILE is an answer of GET /v2/apps?embed=apps.tasks, a Marathon group, a list of apps, or one app definition. What a definition leaves
out (service ports, its version) is taken to be chosen as Marathon does.

Without --group each group that the apps name is checked by itself, as if it had a load balancer of its own.
Of the apps in --against only what the checked ones do to them is told.

Examples:
  sluice check --apps shop.json
  sluice check --apps group.json --against http://marathon.example.com:8080 --json
  curl -s http://marathon:8080/v2/apps?embed=apps.tasks | sluice check --apps - --group external

Exit codes: 0 no problems (there may be warnings), 1 problems, 2 the command line or a file is wrong, or it could not be checked`;

export const addCheck = (program: Command): void => {
  const command = addMarathonAccessFlags(addApiFlags(addBuildFlags(program.command('check'))));
  command
    .description('every problem of apps before they are deployed; nothing is changed')
    .addOption(
      new Option('--apps <file>', "what to check; '-' reads standard input; may be given more than once")
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .option('--against <file or url>', 'the apps that run already: a file as above, or the address of Marathon')
    .option('--json', 'print { problems, warnings, apps, haproxy }')
    .addHelpText('after', HELP)
    .action(async (flags: CheckFlags) => {
      const settings = toSettings({ ...flags, group: flags.group ?? ['*'] }, process.env);
      const { because, report } = await orCannot(check(flags, settings));
      if (flags.json === true) printJson(report);
      else print(describe(report, because));
      if (report.problems.length > 0) throw new ExitError(EXIT.failed, '');
    });
};
