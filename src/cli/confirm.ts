import type { Command } from 'commander';
import type { Held } from '../belief/gate.ts';
import { ask } from './client.ts';
import { print, printJson } from './printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from './target-flags.ts';

interface Confirmed {
  readonly confirmed: Held;
}

const describeConfirmed = ({ because, apps, tasks }: Held): readonly string[] => [
  `confirmed: ${because}`,
  `${apps.lost} of ${apps.known} apps and ${tasks.lost} of ${tasks.known} running tasks are taken out`,
];

export const addConfirm = (program: Command): void => {
  addTargetFlags(program.command('confirm'))
    .description('take the list of apps that is held because too much is gone from it: the status has a note of it')
    .option('--id <id>', 'only if this is what is held: the note of the status has it')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice status\n  sluice confirm --id 3f2a9c01b4d7\n  sluice confirm --json\n\nExit codes: 0 what was held is in force, 1 nothing is held, or something else by now, 2 the command line is wrong, 3 no Sluice answers',
    )
    .action(async (flags: TargetFlags & { readonly id?: string }) => {
      const answer = await ask<Confirmed>(targetOf(flags), '/confirm', flags.id === undefined ? {} : { id: flags.id });
      if (flags.json === true) printJson(answer);
      else print(describeConfirmed(answer.confirmed));
    });
};
