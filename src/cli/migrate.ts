import type { Command } from 'commander';
import type { Report } from '../migrate/finding.ts';
import { addApiFlags } from './api-flags.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { describeApp, describeReport } from './migrate-report.ts';
import { type MigrateFlags, migrationReport } from './migration-report.ts';
import { orCannot } from './or-cannot.ts';
import { print, printJson } from './printable.ts';
import { addBuildFlags, addMarathonAccessFlags } from './run-flags.ts';

const HELP = `
Reads what a Marathon-LB was given, and says what becomes of it here: what stays as it is, what was a mistake there and is right here, and what needs a
hand, with the text to change. Nothing is changed, and no HAProxy is touched.

FILE of --apps is an answer of GET /v2/apps?embed=apps.tasks, a list of apps, or one definition. A Marathon-LB among the apps tells its arguments and its
variables itself; else give --args and --env. Flags of run (--group, --compat, ...) go before its arguments. Its templates are looked at where
--templates names their folder.

Examples:
  sluice migrate --marathon http://marathon.example.com:8080 --templates /srv/marathon-lb/templates
  sluice migrate --apps apps.json --args 'sse --group external --health-check' --env marathon-lb.env
  sluice migrate --apps apps.json --group external --app /shop/cart
  sluice migrate --apps apps.json --group external --compat strict --json

Exit codes: 0 nothing needs a hand, 1 something does, 2 the command line or a file is wrong, or Marathon could not be read`;

const oneApp = (report: Report, appId: string): Report => {
  const app = report.apps.find((one) => one.appId === appId);
  if (app === undefined)
    throw new ExitError(EXIT.usage, `--app: ${appId} is no app that a balancer of ${report.groups.join(', ')} takes, as /shop/cart`);
  return { ...report, verdict: app.verdict, apps: [app] };
};

export const addMigrate = (program: Command): void => {
  addMarathonAccessFlags(addApiFlags(addBuildFlags(program.command('migrate'))))
    .description('what becomes of the apps and the set-up of a Marathon-LB, and what to change; nothing is changed')
    .option('-m, --marathon <url...>', 'the Marathon whose apps it serves: one or more addresses')
    .option('--apps <file>', "its apps, in place of --marathon: an answer of GET /v2/apps; '-' reads standard input")
    .option('--templates <folder>', 'its templates, in files such as HAPROXY_HEAD')
    .option('--env <file>', 'its environment: lines NAME=VALUE, as docker --env-file takes them')
    .option('--args <text>', "its arguments, e.g. 'sse --group external'")
    .option('--lb <app>', 'which of the apps it is, where there are several')
    .option('--image <name>', 'the image that is to take its place (default: sluice and this version)')
    .option('--app <app>', 'tell of this app alone, and all of it')
    .option('--json', 'print { verdict, compat, groups, args, marathonLb, setup, apps, counts, haproxy }')
    .addHelpText('after', HELP)
    .action(async (flags: MigrateFlags & { readonly app?: string; readonly json?: boolean }) => {
      const whole = await orCannot(migrationReport(flags));
      const report = flags.app === undefined ? whole : oneApp(whole, flags.app);
      if (flags.json === true) printJson(report);
      else print(flags.app === undefined ? describeReport(report) : describeApp(report));
      if (report.verdict === 'hand') throw new ExitError(EXIT.failed, '');
    });
};
