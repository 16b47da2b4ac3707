import type { Command } from 'commander';
import { print, printJson } from '../printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { askAll } from './ask-group.ts';
import { listLines } from './describe.ts';

export const addList = (parent: Command): void => {
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
