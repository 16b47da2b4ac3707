import type { Command } from 'commander';
import type { RolloutView } from '../../report/rollout-view.ts';
import type { Verb } from '../../rollout/edits/say.ts';
import { idOf } from '../app-id.ts';
import { type Answered, decide, DECIDE_CODES, type DecideFlags, mustBeInForce } from '../decide.ts';
import { print, printJson } from '../printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { pathOf } from './ask-group.ts';
import { phaseText } from './describe.ts';

/** What an operator can say to a rollout, and what it does then. */
const VERBS: Readonly<Record<Verb, string>> = {
  pause: 'stay at the present share until it is resumed',
  resume: 'go on from where it was paused',
  promote: 'end what it waits for: a hold without its gates, the time for which the old app is kept, connections on drained tasks',
  abort: 'give the old app all again at once, and end the new one',
  undo: 'go back to the old app when all is done, also where it was deleted',
};

const addVerb = (parent: Command, verb: Verb, description: string): void => {
  addTargetFlags(parent.command(verb))
    .description(description)
    .argument('<group>', 'deployment group, e.g. /shop')
    .option('--reason <text>', 'why; it is in the history')
    .addHelpText('after', `\nExamples:\n  sluice rollout ${verb} /shop\n\n${DECIDE_CODES}`)
    .action(async (group: string, flags: TargetFlags & DecideFlags) => {
      const path = pathOf(group);
      const told = await decide<Answered & { readonly rollout: RolloutView }>(targetOf(flags), 'POST', path, flags, { action: verb });
      if (flags.json === true) printJson(told);
      else print([`${idOf(group)}: ${phaseText(told.rollout)}`]);
      mustBeInForce(told);
    });
};

/** Each verb by which an operator has his say. */
export const addSay = (parent: Command): void => {
  for (const verb of Object.keys(VERBS) as Verb[]) addVerb(parent, verb, VERBS[verb]);
};
