import { type Command, Option } from 'commander';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { toGroup } from './ask-group.ts';
import { jsonFollower, lineFollower } from './followers.ts';
import { seconds } from './start-flags.ts';
import { LOST_AFTER_SECONDS, untilSettled } from './until-settled.ts';

const HELP = `
Examples:
  sluice rollout watch /shop
  sluice rollout watch /shop --json | jq -c .rollout.state

Exit codes: 0 the new app has all, 1 there is no such group or it has no rollout, 2 the command line is wrong, 3 no Sluice answers,
4 aborted by a gate or taken back, 6 the new app was not healthy in time, 7 lost: Sluice was away for too long,
130 not watched any more: it goes on`;

interface Flags extends TargetFlags {
  readonly lostAfter: number;
}

const watch = async (given: string, flags: Flags): Promise<void> => {
  const asJson = flags.json === true;
  const options = { group: toGroup(given), lostAfterSeconds: flags.lostAfter, asJson };
  await untilSettled(targetOf(flags), asJson ? jsonFollower() : lineFollower(), options);
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
