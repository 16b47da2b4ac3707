import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Definition } from '../check/definitions.ts';
import { entriesOf } from '../check/entries.ts';
import { isPod } from '../check/pod-definition.ts';
import { readDefinitions, readDeployed } from '../check/read.ts';
import type { BuildOptions } from '../desired/options.ts';
import { headOf } from '../desired/shared-texts.ts';
import { SluiceError } from '../kit/error.ts';
import { readDifferences } from '../migrate/differences.ts';
import { readEnvFile } from '../migrate/env-file.ts';
import { byLevel, type Finding, type Report, verdictOf } from '../migrate/finding.ts';
import { hideArguments } from '../migrate/hide-arguments.ts';
import { judge } from '../migrate/judge.ts';
import { type MarathonLb, marathonLbsIn } from '../migrate/marathon-lb-app.ts';
import { usablePieces } from '../migrate/shared-pieces.ts';
import { swapOf } from '../migrate/swap.ts';
import { commandWords } from '../migrate/words.ts';
import { compileTemplates } from '../render/templates.ts';
import { environmentSettings } from '../settings-environment.ts';
import { type Settings, toSettings } from '../settings.ts';
import { buildOptions, globalsOf } from '../startup/from-settings.ts';
import { loadTemplates } from '../startup/template-files.ts';
import { version } from '../version.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { findHaproxy } from './find-haproxy.ts';
import { type MarathonLbArgs, readMarathonLbArgs } from './marathon-lb-args.ts';

export interface MigrateFlags {
  readonly apps?: string;
  readonly marathon?: readonly string[];
  readonly templates?: string;
  readonly env?: string;
  readonly args?: string;
  readonly lb?: string;
  readonly image?: string;
  readonly group?: readonly string[];
  readonly haproxy?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Who may ask Marathon is no matter of what is served; files that the flags name are elsewhere. */
const OF_LOGIN = ['authCredentials', 'marathonAuthCredentialFile', 'dcosAuthCredentials', 'marathonCaCert', 'marathon'];
const LOGIN_VARIABLES = /^(MARATHON_USER|MARATHON_PASSWORD|VAULT_\w+|DCOS_SERVICE_ACCOUNT_CREDENTIAL)$/;

const without = <T>(record: Readonly<Record<string, T>>, isOut: (name: string) => boolean): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !isOut(name)));

const readDefined = async (flags: MigrateFlags): Promise<readonly Definition[]> => {
  const { apps, marathon } = flags;
  if ((apps === undefined) === (marathon === undefined))
    throw new ExitError(EXIT.usage, 'give --marathon URL or --apps FILE: where the apps are that a Marathon-LB serves');
  // Marathon-LB served no pods.
  if (apps !== undefined) return readDefinitions('--apps', apps).filter((definition) => !isPod(definition));
  return readDeployed(toSettings({ ...flags, group: ['*'] }, process.env));
};

const groupsOf = ({ args, env }: MarathonLb): readonly string[] => {
  const { flags } = readMarathonLbArgs(args, env);
  return Array.isArray(flags['group']) ? (flags['group'] as readonly string[]) : [];
};

/** The Marathon-LB that is meant, of those that are there; undefined: none is there, or it was not asked for. */
const chooseMarathonLb = (found: readonly MarathonLb[], { lb, group }: MigrateFlags): MarathonLb | undefined => {
  const told = found.map((one) => `${one.appId} (${groupsOf(one).join(', ') || 'no group'})`).join(', ');
  if (lb !== undefined) {
    const one = found.find(({ appId }) => appId === lb);
    if (one === undefined)
      throw new ExitError(EXIT.usage, `--lb: ${lb} is no Marathon-LB among the apps${told === '' ? '' : `; there is ${told}`}`);
    return one;
  }
  const meant = found.length > 1 && group !== undefined ? found.filter((one) => groupsOf(one).some((name) => group.includes(name))) : found;
  if (meant.length > 1) throw new ExitError(EXIT.usage, `more than one Marathon-LB is there: ${told}; say by --lb which is meant`);
  return meant[0];
};

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** Where Marathon-LB's templates are; a folder may also hold them in one of that name, as what was fetched does. */
const templatesIn = (folder: string | undefined): readonly string[] => {
  if (folder === undefined) return [];
  if (!isFolder(folder)) throw new SluiceError('SETTINGS', `--templates: ${folder} is no folder that can be read`);
  const inner = join(folder, 'templates');
  return [resolve(folder), ...(isFolder(inner) ? [resolve(inner)] : [])];
};

/** Variables that Sluice can start with, and what is to be told of the others. */
const usableVariables = (environment: Environment): { readonly usable: Environment; readonly findings: readonly Finding[] } => {
  const findings = Object.entries(environment).flatMap(([name, value]): readonly Finding[] => {
    try {
      environmentSettings({ [name]: value });
      return [];
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      return [{ level: 'hand', about: name, message: `ends the start with exit code 2: ${error.message}` }];
    }
  });
  return { usable: without(environment, (name) => findings.some(({ about }) => about === name)), findings };
};

/** Certificates whose bytes nobody tells are there all the same. */
const withSecrets = (environment: Environment, secrets: readonly string[]): Environment => ({
  ...environment,
  ...Object.fromEntries(secrets.filter((name) => /^HAPROXY_SSL_CERT\d*$/.test(name)).map((name) => [name, 'told by nobody'])),
});

/** What was told of a Marathon-LB by its operator, and what of that Sluice would refuse. */
interface Told {
  readonly lb: MarathonLb | undefined;
  /** undefined: nobody said. */
  readonly words: readonly string[] | undefined;
  readonly args: MarathonLbArgs;
  readonly environment: Environment;
  readonly variables: readonly string[];
  readonly folders: readonly string[];
  readonly findings: readonly Finding[];
}

const unseen = (lb: MarathonLb | undefined, flags: MigrateFlags, hasFolder: boolean): readonly Finding[] => [
  ...(lb === undefined && flags.args === undefined && flags.env === undefined && !hasFolder
    ? [
        {
          level: 'same' as const,
          about: 'set-up',
          message: 'was not looked at: no app here is a Marathon-LB. Give what it is told by --args, --env and --templates',
        },
      ]
    : []),
  ...(lb !== undefined && lb.fetched.length > 0 && !hasFolder
    ? [
        {
          level: 'hand' as const,
          about: 'templates',
          message: `may be in what is fetched for it and were not looked at (${hideArguments(lb.fetched).join(', ')}): unpack it and give --templates FOLDER`,
        },
      ]
    : []),
];

const untold = (lb: MarathonLb | undefined, environment: Environment): readonly Finding[] =>
  (lb?.secrets ?? [])
    .filter((name) => environment[name] === undefined && !LOGIN_VARIABLES.test(name) && !name.startsWith('HAPROXY_SSL_CERT'))
    .map((name) => ({
      level: 'hand',
      about: name,
      message: 'is a secret whose value Marathon does not tell: it was not looked at; give it by --env',
    }));

const toldOf = (flags: MigrateFlags, definitions: readonly Definition[]): Told => {
  const lb = chooseMarathonLb(marathonLbsIn(definitions), flags);
  const folders = templatesIn(flags.templates);
  const given: Environment = { ...lb?.env, ...(flags.env === undefined ? {} : readEnvFile(flags.env, process.env)) };
  const words = flags.args === undefined ? lb?.args : commandWords(flags.args);
  const args = readMarathonLbArgs(words ?? [], given);
  const { usable, findings } = usableVariables(given);
  return {
    lb,
    words,
    args,
    environment: withSecrets(
      without(usable, (name) => LOGIN_VARIABLES.test(name)),
      lb?.secrets ?? [],
    ),
    variables: [...new Set([...Object.keys(given), ...(lb?.secrets ?? [])])],
    folders,
    findings: [
      ...args.wrong.map((message) => ({ level: 'hand' as const, about: 'arguments', message })),
      ...findings,
      ...untold(lb, given),
      ...unseen(lb, flags, folders.length > 0),
    ],
  };
};

/** As Sluice would be told by the same arguments and variables, with what this command line says before them. */
const settingsOf = (flags: MigrateFlags, { args, environment, folders }: Told): Settings => {
  const own = without(flags as Readonly<Record<string, unknown>>, (name) => OF_LOGIN.includes(name));
  const theirs = without(args.flags, (name) => OF_LOGIN.includes(name));
  if (own['group'] === undefined && theirs['group'] === undefined)
    throw new ExitError(EXIT.usage, '--group is needed: no Marathon-LB among the apps says which of them it takes (see --lb, --args)');
  return { ...toSettings({ ...theirs, ...own }, environment), pieceFolders: folders };
};

/** It may be the wrong one. */
const emptyFolder = ({ templates }: MigrateFlags, { overrides }: BuildOptions): readonly Finding[] => {
  if (templates === undefined || [...overrides.values()].some(({ from }) => from === 'file')) return [];
  return [
    { level: 'same', about: '--templates', message: `${templates} holds no template of Marathon-LB: they are files such as HAPROXY_HEAD` },
  ];
};

/** Reads all that the flags name, and judges it. @throws SluiceError, ExitError */
export const migrationReport = async (flags: MigrateFlags): Promise<Report> => {
  const definitions = await readDefined(flags);
  const told = toldOf(flags, definitions);
  const settings = settingsOf(flags, told);
  const found = await findHaproxy(settings.haproxy, flags.haproxy !== undefined);
  const haproxy = found.path === undefined ? undefined : found;
  const templates = compileTemplates(loadTemplates(settings.templatesDir));
  const built = buildOptions(settings, settings.certificates, haproxy?.capabilities ?? { sameNames: true, clientTimeout: true });
  const { usable, findings } = usablePieces(built.overrides);
  const options = { ...built, overrides: usable };
  const head = headOf(options);
  const plain = { ...settings, environment: { ...settings.environment, pieces: {} }, pieceFolders: [] };
  const { entries, problems } = entriesOf(definitions, [], new Date().toISOString());
  const judged = await judge({
    entries: entries.filter(({ app }) => app.id !== told.lb?.appId),
    problems,
    options,
    globals: {
      ...globalsOf(plain, templates.digest),
      ...(head === undefined ? {} : { head: { global: head.global, defaults: head.defaults, others: head.others } }),
    },
    operator: { flags: told.args.given, variables: told.variables, pieces: usable },
    differences: readDifferences(),
    haproxy: haproxy && { path: haproxy.path, templates },
  });
  const setup = [...told.findings, ...emptyFolder(flags, built), ...findings, ...judged.setup].sort(byLevel);
  return {
    verdict: verdictOf([judged.verdict, ...setup.map(({ level }) => level)]),
    compat: settings.compat,
    groups: settings.groups,
    args: told.words === undefined ? null : hideArguments(told.words),
    marathonLb: told.lb === undefined ? null : swapOf(told.lb, flags.image ?? `sluice:${version()}`),
    setup,
    apps: judged.apps,
    counts: judged.counts,
    haproxy: haproxy?.capabilities.version ?? null,
  };
};
