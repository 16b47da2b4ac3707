import { type Command, Option } from 'commander';
import type { Target } from '../client.ts';
import { print } from '../printable.ts';
import { idOf } from '../app-id.ts';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { jsonFollower, lineFollower } from './followers.ts';
import { LiveFollower } from './live-follower.ts';
import { seconds } from './start-flags.ts';
import { LOST_AFTER_SECONDS, type SettleOptions, untilSettled } from './until-settled.ts';

const HELP = `
In a terminal it is drawn, else there is a line for whatever happens. NO_COLOR=1 draws it without colours.

Examples:
  sluice rollout watch /shop
  sluice rollout watch /shop --json | jq -c .rollout.state

Exit codes: 0 the new app has all, 1 there is no such group or it has no rollout, 2 the command line is wrong, 3 no Sluice answers,
4 aborted by a gate or taken back, 6 it waited for too long, 7 lost: Sluice was away for too long,
130 not watched any more: it goes on`;

interface Flags extends TargetFlags {
  readonly lostAfter: number;
}

/** Whichever way it ends, and while it is stopped by Ctrl-Z: the terminal is as it was before a word is said. */
const draw = async (target: Target, options: SettleOptions): Promise<string> => {
  const { stdout } = process;
  const live = new LiveFollower(stdout, (process.env['NO_COLOR'] ?? '') === '');
  const stop = (): void => {
    live.close();
    process.kill(process.pid, 'SIGSTOP');
  };
  // Not by the loop's end alone: a second signal ends the process at once.
  process.once('exit', live.close);
  process.on('SIGTSTP', stop).on('SIGCONT', live.draw);
  stdout.on('resize', live.draw);
  try {
    return await untilSettled(target, live, { ...options, isCounted: true });
  } finally {
    stdout.off('resize', live.draw);
    process.off('SIGTSTP', stop).off('SIGCONT', live.draw);
    live.close();
    process.off('exit', live.close);
    for (const line of live.lines(stdout.columns)) stdout.write(`${line}\n`);
  }
};

const watch = async (given: string, flags: Flags): Promise<void> => {
  const options = { group: idOf(given), lostAfterSeconds: flags.lostAfter };
  const target = targetOf(flags);
  if (flags.json === true) await untilSettled(target, jsonFollower(), options);
  else print([process.stdout.isTTY ? await draw(target, options) : await untilSettled(target, lineFollower(), options)]);
};

export const addWatch = (parent: Command): void => {
  addTargetFlags(parent.command('watch'))
    .description('a rollout as it goes on, until it has ended')
    .argument('<group>', 'deployment group, e.g. /shop')
    .addOption(
      new Option('--lost-after <time>', 'how long Sluice may be away').argParser(seconds('1s', '1d')).default(LOST_AFTER_SECONDS, '5m'),
    )
    .addHelpText('after', HELP)
    .action(watch);
};
