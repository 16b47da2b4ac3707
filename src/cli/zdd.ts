import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { messageOf, SluiceError } from '../kit/error.ts';
import { openDirect } from '../marathon/direct.ts';
import { toSettings } from '../settings.ts';
import { Answers } from '../zdd/answers.ts';
import { readDefinition } from '../zdd/app.ts';
import { Balancers } from '../zdd/balancers.ts';
import { deploy } from '../zdd/deploy.ts';
import { ZDD_EXIT, ZddError } from '../zdd/exits.ts';
import { programHook } from '../zdd/hook.ts';
import { ZddMarathon } from '../zdd/marathon.ts';
import type { ZddOptions } from '../zdd/options.ts';
import type { Way } from '../zdd/walk.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { longHelp } from './long-help.ts';
import { Progress } from './progress.ts';
import { addMarathonAccessFlags } from './run-flags.ts';
import { TERMINAL_SIGNALS, untilSignal } from './until-signal.ts';

interface ZddFlags {
  readonly marathon?: readonly string[];
  readonly marathonLb?: string;
  readonly json?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly stepDelay: number;
  readonly initialInstances: number;
  readonly linearIncrease: number;
  readonly resume?: boolean;
  readonly maxWait: number;
  readonly newInstances: number;
  readonly completeCur?: boolean;
  readonly completePrev?: boolean;
  readonly preKillHook?: string;
  readonly longhelp?: boolean;
  readonly syslogSocket?: string;
  readonly logFormat?: string;
  readonly logLevel?: string;
}

/** Of zdd.py, for its log. */
const LEGACY = ['--syslog-socket <path>', '--log-format <format>', '--log-level <level>'] as const;

const legacyIn = ({ syslogSocket, logFormat, logLevel }: ZddFlags): readonly string[] =>
  LEGACY.filter((_, at) => [syslogSocket, logFormat, logLevel][at] !== undefined).map((flags) => flags.replace(/ .*/, ''));

const HELP = `
FILE is the definition of one app with the labels HAPROXY_DEPLOYMENT_GROUP and HAPROXY_DEPLOYMENT_ALT_PORT. The first one is created as it is, with
-blue behind its id. Each further one is created beside the one that is there, blue or green in turn, and takes its place step by step: a task of the old one
is killed when one of the new one serves in every balancer and nothing is left of its connections.

The definition as it is deployed goes to standard output, all else to standard error. Ctrl-C ends it between two steps: both apps serve on, and --resume goes on.

Examples:
  sluice zdd --json shop.json --marathon http://marathon:8080 --marathon-lb http://edge.example.com:9090 --force
  sluice zdd -j shop.json -m http://marathon:8080 -l http://edge.example.com:9090 --new-instances 1 --force
  sluice zdd -j shop.json -m http://marathon:8080 -l http://edge.example.com:9090 --complete-prev --force

Exit codes: 0 done, 1 a question was answered with no, 2 whatever has no other number, 3 flags that do not go together,
4 a field of the definition is missing, 5 the balancer cannot be seen, 6 Marathon cannot be read, 7 the app cannot be created, 8 it cannot be deleted,
9 it cannot be scaled or tasks not be killed, 130 ended by a signal`;

const numberOf =
  (pattern: RegExp, must: string) =>
  (text: string): number => {
    if (!pattern.test(text)) throw new InvalidArgumentError(`must be ${must}`);
    return Number(text);
  };
const count = numberOf(/^\d{1,6}$/, 'a whole number, 0 or more');
const seconds = numberOf(/^\d{1,6}(\.\d+)?$/, 'a number of seconds');

const needed = (flag: string, value: string | undefined): string => {
  if (value !== undefined) return value;
  throw new ExitError(EXIT.usage, `${flag} is needed (see --help)`);
};

const fileText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ExitError(EXIT.usage, `--json: ${path} cannot be read: ${messageOf(error)}`);
  }
};

/** A user or a password may be written with %. */
const isReadable = ({ username, password }: URL): boolean => !/%(?![0-9a-f]{2})/i.test(username + password);

const balancerUrl = (text: string): URL => {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && isReadable(url)) return url;
  throw new ZddError(ZDD_EXIT.arguments, '--marathon-lb must be the URL of its statistics port, such as http://edge.example.com:9090');
};

const foundOf = ({ completeCur, completePrev, resume }: ZddFlags): ZddOptions['found'] => {
  if (completeCur === true && completePrev === true)
    throw new ZddError(ZDD_EXIT.arguments, '--complete-cur and --complete-prev are two ways: give one of them');
  if (completeCur === true) return 'complete current';
  if (completePrev === true) return 'complete previous';
  return resume === true ? 'resume' : 'refuse';
};

const optionsOf = (flags: ZddFlags): ZddOptions => ({
  force: flags.force === true,
  dryRun: flags.dryRun === true,
  stepDelayMs: flags.stepDelay * 1000,
  maxWaitMs: flags.maxWait * 1000,
  initialInstances: flags.initialInstances,
  linearIncrease: flags.linearIncrease,
  newInstances: flags.newInstances,
  found: foundOf(flags),
  hook: flags.preKillHook,
});

const stopAtSignal = (progress: Progress): AbortSignal => {
  const stop = new AbortController();
  void untilSignal(TERMINAL_SIGNALS, 'both apps may be there: see --resume and --complete-prev').then((signal) => {
    progress.say(`${signal}: ends after this step`);
    stop.abort(signal);
  });
  return stop.signal;
};

const zdd = async (flags: ZddFlags): Promise<void> => {
  const path = needed('--json', flags.json);
  const url = balancerUrl(needed('--marathon-lb', flags.marathonLb));
  const urls = [needed('--marathon', flags.marathon?.[0]), ...(flags.marathon ?? []).slice(1)];
  const options = optionsOf(flags);
  const settings = toSettings({ ...flags, marathon: urls, group: ['*'] }, process.env).marathon;
  const definition = readDefinition(fileText(path), path);
  const progress = new Progress(process.stderr);
  for (const name of legacyIn(flags)) progress.say(`${name} has no effect: what is done is told on standard error`);
  const signal = stopAtSignal(progress);
  const answers = new Answers(process.stdin, (question) => progress.ask(question), signal);
  const marathon = new ZddMarathon(openDirect(settings));
  const way: Way = {
    marathon,
    balancers: new Balancers(url),
    hook: options.hook === undefined ? undefined : programHook(options.hook),
    confirm: async (question) => options.force || answers.isYes(question),
    say: (line) => progress.say(line),
    still: (line) => progress.still(line),
    signal,
  };
  try {
    await deploy({ definition, options, way, print: (text) => void process.stdout.write(`${text}\n`) });
  } finally {
    progress.end();
    answers.close();
    await marathon.close();
  }
};

/** The room's errors with the exit codes that they carry; 1 is for a question that was answered with no. */
const orExit = async (work: Promise<void>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof ZddError) throw new ExitError(error.exitCode, error.message);
    if (error instanceof ExitError || error instanceof SluiceError) throw error;
    throw new ExitError(ZDD_EXIT.failed, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
};

const addFlags = (command: Command): Command => {
  const numbers: readonly (readonly [flags: string, what: string, preset: number, read: (text: string) => number])[] = [
    ['-s, --step-delay <seconds>', 'pause between two looks', 5, seconds],
    ['-i, --initial-instances <n>', 'instances of the new app when it is created', 1, count],
    ['--linear-increase <n>', 'so many are added at a time; 0: half as many again each time', 0, count],
    ['-w, --max-wait <seconds>', 'how long connections of drained tasks are waited for, and what fails is tried again', 300, seconds],
    ['-n, --new-instances <n>', 'so many of the new app beside the old one, and no more; 0: it takes its place', 0, count],
  ];
  for (const [flags, what, preset, read] of numbers) command.addOption(new Option(flags, what).argParser(read).default(preset));
  for (const flags of LEGACY) command.addOption(new Option(flags, 'of zdd.py; no effect').hideHelp());
  return command;
};

export const addZdd = (program: Command): void => {
  const command = program
    .command('zdd')
    .description("replace an app by its next version step by step, with the flags and exit codes of Marathon-LB's zdd.py")
    .option('-m, --marathon <url...>', 'one or more addresses of one Marathon')
    .option('-l, --marathon-lb <url>', 'statistics port of the balancer: all addresses of its host are asked')
    .option('-j, --json <file>', 'the definition of the app')
    .option('-d, --dry-run', 'print the definition as it would be deployed; nothing is changed')
    .option('-f, --force', 'ask nothing')
    .option('-r, --resume', 'where two apps of the group are there: go on')
    .option('-c, --complete-cur', 'where two apps of the group are there: the newer takes the place of the older')
    .option('-p, --complete-prev', 'where two apps of the group are there: the older takes the place of the newer')
    .option(
      '--pre-kill-hook <path>',
      'program to run before tasks are killed, with the old app, the ids and the new app as JSON; not 0: it ends there',
    )
    .option('--longhelp', 'print docs/deployments.md');
  addMarathonAccessFlags(addFlags(command))
    .addHelpText('after', HELP)
    .action(async (flags: ZddFlags) => {
      if (flags.longhelp === true) process.stdout.write(longHelp(['deployments']));
      else await orExit(zdd(flags));
    });
};
