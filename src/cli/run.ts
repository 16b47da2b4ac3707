import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Logger } from 'pino';
import { StandardOutput } from '../access-log/standard-output.ts';
import { type Daemon, startDaemon } from '../daemon/daemon.ts';
import { type Settings, toSettings } from '../settings.ts';
import { dryRun } from './dry-run.ts';
import { addLegacyFlags, legacyNotes } from './legacy-flags.ts';
import { longHelp } from './long-help.ts';
import { openLog } from './open-log.ts';
import { addRunFlags } from './run-flags.ts';
import { untilSignal } from './until-signal.ts';

const EXAMPLES = `
Examples:
  sluice run --marathon http://marathon.example.com:8080 --group external
  sluice run --group external --health-check --ssl-certs /etc/ssl/site.pem
  sluice sse --group external        the arguments of a Marathon-LB container work as they are
  sluice sse --group external --dry  prints what HAProxy would be given

Exit codes: 0 ended by SIGTERM or SIGINT, 1 it cannot run, 2 the command line is wrong,
130 ended at once by a second signal, HAProxy may still run`;

/** Serves on while whoever balances in front of this node takes it out. */
const drain = async (daemon: Daemon, graceMs: number, log: Logger): Promise<void> => {
  log.info({ graceMs }, 'drains: it serves on, and health checks say that traffic is to go elsewhere');
  if (await daemon.drain()) await wait(graceMs);
};

const run = async (flags: Readonly<Record<string, unknown>>): Promise<void> => {
  if (flags['longhelp'] === true) {
    process.stdout.write(longHelp());
    return;
  }
  const settings = toSettings(flags, process.env);
  if (flags['dry'] === true) return dryRun(settings);
  const output = settings.accessLog ? new StandardOutput() : undefined;
  try {
    await follow(settings, flags, output);
  } finally {
    await output?.close();
  }
};

const follow = async (settings: Settings, flags: Readonly<Record<string, unknown>>, output: StandardOutput | undefined): Promise<void> => {
  const log = openLog(settings.logLevel, output);
  for (const note of [...legacyNotes(flags), ...settings.environment.notes]) log.warn(note);
  // From here on: a signal that comes while it starts must not leave a half-started HAProxy behind.
  const ending = untilSignal(['SIGINT', 'SIGTERM'], 'HAProxy may still run');
  // Marathon-LB's signals for 'read all' and 'reload'. At the start both is done anyway, but the signals must not do what they do in Node: end it, and
  // open a debugger for everybody on this host.
  const started: { daemon?: Daemon } = {};
  process.on('SIGHUP', () => {
    log.info({ signal: 'SIGHUP' }, 'reads all of Marathon and looks at all of HAProxy');
    started.daemon?.refresh();
  });
  process.on('SIGUSR1', () => {
    log.info({ signal: 'SIGUSR1' }, 'checks the configuration and reloads HAProxy');
    started.daemon?.reload();
  });
  const daemon = await startDaemon(settings, log, (pipe) => output?.follow(pipe));
  started.daemon = daemon;
  const signal = await ending;
  // Ctrl-C is a person's, who does not want to wait.
  if (signal === 'SIGTERM' && !settings.keepHaproxy && settings.drainGraceMs > 0) await drain(daemon, settings.drainGraceMs, log);
  log.info({ signal, haproxy: settings.keepHaproxy ? 'left running' : 'stopped' }, 'sluice ends');
  await daemon.close();
};

const add = (program: Command, verb: string, description: string, mode: object): void => {
  addLegacyFlags(addRunFlags(program.command(verb)))
    .description(description)
    .option('-d, --dry', 'read Marathon once, print what HAProxy would be given, and end')
    .option('--longhelp', 'print the whole reference, in Markdown')
    .addHelpText('after', EXAMPLES)
    .action((flags: Readonly<Record<string, unknown>>) => run({ ...flags, ...mode }));
};

export const addRun = (program: Command): void => {
  add(program, 'run', 'follow Marathon and keep HAProxy as its apps want it', {});
  add(program, 'sse', 'the same as run, as Marathon-LB called it', {});
  add(program, 'poll', 'the same as run --poll, as Marathon-LB called it', { poll: true });
};
