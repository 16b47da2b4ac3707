import type { Command } from 'commander';
import { idOf } from '../app-id.ts';
import { EXIT, ExitError } from '../exit-codes.ts';
import { print, printJson } from '../printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { askGroup } from './ask-group.ts';
import { historyLines } from './describe.ts';
import { SHOW_CODES } from './show.ts';

export const addHistory = (parent: Command): void => {
  addTargetFlags(parent.command('history'))
    .description('all that happened in the last rollout of a group: when, by whom')
    .argument('<group>', 'deployment group, e.g. /shop')
    .addHelpText('after', `\nExamples:\n  sluice rollout history /shop\n\n${SHOW_CODES}`)
    .action(async (group: string, flags: TargetFlags) => {
      const { rollout } = await askGroup(targetOf(flags), idOf(group));
      if (rollout === null) throw new ExitError(EXIT.failed, `${idOf(group)} has no rollout`);
      if (flags.json === true) printJson(rollout.history);
      else print(historyLines(rollout.history));
    });
};
