import { type Command, Option } from 'commander';
import type { RolloutView } from '../../report/rollout-view.ts';
import type { Target } from '../client.ts';
import { type Answered, decide } from '../decide.ts';
import { print, printJson } from '../printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { ROLLOUTS } from './ask-group.ts';
import { jsonFollower, lineFollower } from './followers.ts';
import { readDefinition } from './read-definition.ts';
import { addStartFlags, givenOptions, seconds, type StartFlags } from './start-flags.ts';
import { LOST_AFTER_SECONDS, untilSettled } from './until-settled.ts';

interface Flags extends StartFlags, TargetFlags {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly reason?: string;
  readonly lostAfter: number;
}

const HELP = `
The new app is made from the file: its id gets the colour that is not in use, as zdd does it. Then it has one share after the other, each held
and judged by the gates. A gate that fails gives the old app all again at once.

Examples:
  sluice rollout start -f shop.json
  sluice rollout start -f shop.json --steps 1,10,50,100 --hold 5m --gate 'errors<1%' --gate 'p95<1.3x' --gate 'requests>=500'
  sluice rollout start -f shop.json --dry-run
  jq '.env.RELEASE = "4711"' shop.json | sluice rollout start -f - --wait --reason 'build 4711'

Exit codes: 0 begun; with --wait: the new app has all, 1 it could not be, 2 the command line or the file is wrong, 3 no Sluice answers,
4 aborted by a gate or taken back, 5 refused, nothing was changed, 6 it waited for too long, 7 lost: Sluice was away for too long,
130 not waited for any more: it goes on`;

const body = (flags: Flags): object => ({
  definition: readDefinition(flags.file),
  ...(flags.from === undefined ? {} : { from: flags.from }),
  options: givenOptions(flags),
});

const dryRun = async (target: Target, flags: Flags): Promise<void> => {
  const told = await decide<Answered & { readonly steps: readonly string[] }>(target, 'POST', ROLLOUTS, flags, {
    ...body(flags),
    dryRun: true,
  });
  if (flags.json === true) printJson(told);
  else print(told.steps);
};

interface Begun extends Answered {
  readonly rollout: RolloutView;
}

/** That it is not in force yet is nothing to fail for: the rollout itself waits until every Sluice has it. */
const begunLines = ({ rollout: { group, from, to }, notYet }: Begun): readonly string[] => [
  `the rollout of ${group} has begun: ${from === undefined ? '' : `${from} -> `}${to}`,
  ...(notYet === undefined ? [] : [`it is not in force here yet: ${notYet}`]),
  `sluice rollout watch ${group}   shows it; pause, promote, abort and undo have their say`,
];

const start = async (flags: Flags): Promise<void> => {
  const target = targetOf(flags);
  if (flags.dryRun === true) return dryRun(target, flags);
  const told = await decide<Begun>(target, 'POST', ROLLOUTS, flags, body(flags));
  const { rollout } = told;
  const asJson = flags.json === true;
  if (flags.wait === true) {
    const { group, id } = rollout;
    const line = await untilSettled(target, asJson ? jsonFollower() : lineFollower(), { group, id, lostAfterSeconds: flags.lostAfter });
    if (!asJson) print([line]);
    return;
  }
  if (asJson) printJson(told);
  else print(begunLines(told));
};

export const addStart = (parent: Command): void => {
  addTargetFlags(addStartFlags(parent.command('start')))
    .description('an app takes the place of another one, step by step')
    .option('--reason <text>', 'why; it is in the history')
    .option('--dry-run', 'print every step, and do nothing')
    .option('--wait', 'until the new app has all, or the old one again; the exit code says which')
    .addOption(
      new Option('--lost-after <time>', 'with --wait: how long Sluice may be away')
        .argParser(seconds('1s', '1d'))
        .default(LOST_AFTER_SECONDS, '5m'),
    )
    .addHelpText('after', HELP)
    .action(start);
};
