import type { Command } from 'commander';
import type { ToldPlan } from '../plan/plan.ts';
import { ask } from './client.ts';
import { describePlan } from './describe-plan.ts';
import { print, printJson } from './printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from './target-flags.ts';

export const addPlan = (program: Command): void => {
  addTargetFlags(program.command('plan'))
    .description('what would change in HAProxy now, and why; changes nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice plan\n  sluice plan --json\n\nExit codes: 0 the plan was made (also when there is nothing to do), 1 it could not be, 2 the command line is wrong, 3 no Sluice answers',
    )
    .action(async (flags: TargetFlags) => {
      const plan = await ask<ToldPlan>(targetOf(flags), '/plan');
      if (flags.json === true) printJson(plan);
      else print(describePlan(plan));
    });
};
