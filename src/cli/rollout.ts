import type { Command } from 'commander';
import type { Rollout } from '../rollout/rollout.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { print, printJson } from './printable.ts';
import { askAll, askGroup, postGroup, toGroup } from './rollout/ask-group.ts';
import { historyLines, listLines, phaseText } from './rollout/describe.ts';
import { picture } from './rollout/picture.ts';
import { addStart } from './rollout/start.ts';
import { toText } from './rollout/styled.ts';
import { addWatch } from './rollout/watch.ts';
import { addTargetFlags, type TargetFlags, targetOf } from './target-flags.ts';
import { who } from './who.ts';

/** What an operator can say to a rollout, and what it does then. */
const ACTIONS = {
  pause: 'stay at the present share until it is resumed',
  resume: 'go on from where it was paused',
  promote: 'do not wait for the end of this hold, nor for its gates: take the next step now',
  abort: 'give the old app all again at once, and end the new one',
  undo: 'go back to the old app, also when all is done',
} as const;

const SHOW_CODES = 'Exit codes: 0 told, 1 there is no such group or it has no rollout, 2 the command line is wrong, 3 no Sluice answers';

const addList = (parent: Command): void => {
  addTargetFlags(parent.command('list'))
    .description('every deployment group with its shares and its last rollout')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice rollout list\n\nExit codes: 0 told, 1 failed, 2 the command line is wrong, 3 no Sluice answers',
    )
    .action(async (flags: TargetFlags) => {
      const all = await askAll(targetOf(flags));
      if (flags.json === true) printJson(all);
      else print(listLines(all.groups, Date.now()));
    });
};

const PLAIN_WIDTH = 200;

const addShow = (parent: Command): void => {
  addTargetFlags(parent.command('show'))
    .description('one deployment group: shares, instances, gates, what its rollout waits for, what happened last')
    .argument('<group>', 'deployment group, e.g. /shop')
    .addHelpText(
      'after',
      `\nExamples:\n  sluice rollout show /shop\n  sluice rollout show /shop --json | jq .rollout.state\n\n${SHOW_CODES}`,
    )
    .action(async (group: string, flags: TargetFlags) => {
      const view = await askGroup(targetOf(flags), toGroup(group));
      if (flags.json === true) printJson(view);
      else print(picture({ view, nowMs: Date.now() }, PLAIN_WIDTH).map((line) => toText(line, PLAIN_WIDTH, false)));
    });
};

const addHistory = (parent: Command): void => {
  addTargetFlags(parent.command('history'))
    .description('all that happened in the last rollout of a group: when, by whom')
    .argument('<group>', 'deployment group, e.g. /shop')
    .addHelpText('after', `\nExamples:\n  sluice rollout history /shop\n\n${SHOW_CODES}`)
    .action(async (group: string, flags: TargetFlags) => {
      const { rollout } = await askGroup(targetOf(flags), toGroup(group));
      if (rollout === null) throw new ExitError(EXIT.failed, `${toGroup(group)} has no rollout`);
      if (flags.json === true) printJson(rollout.history);
      else print(historyLines(rollout.history));
    });
};

const addAction = (parent: Command, action: keyof typeof ACTIONS): void => {
  addTargetFlags(parent.command(action))
    .description(ACTIONS[action])
    .argument('<group>', 'deployment group, e.g. /shop')
    .option('--reason <text>', 'why; it is in the history')
    .addHelpText(
      'after',
      `\nExamples:\n  sluice rollout ${action} /shop\n\nExit codes: 0 it is so, 1 there is no such group, 2 the command line is wrong, 3 no Sluice answers, 5 refused: nothing was changed`,
    )
    .action(async (given: string, { reason, ...flags }: TargetFlags & { readonly reason?: string }) => {
      const group = toGroup(given);
      const body = { action, by: who(), ...(reason === undefined ? {} : { reason }) };
      const told = await postGroup<{ readonly rollout: Rollout }>(targetOf(flags), group, body);
      if (flags.json === true) printJson(told);
      else print([`${group}: ${phaseText(told.rollout)}`]);
    });
};

export const addRollout = (program: Command): void => {
  const parent = program
    .command('rollout')
    .description('an app takes the place of another one, step by step, and back')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice rollout start -f shop.json --wait\n  sluice rollout watch /shop\n  sluice rollout abort /shop',
    );
  addStart(parent);
  addList(parent);
  addShow(parent);
  addWatch(parent);
  addHistory(parent);
  for (const action of Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]) addAction(parent, action);
};
