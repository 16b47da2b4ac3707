import type { Command } from 'commander';
import type { Verb } from '../rollout/actions.ts';
import type { RolloutView } from '../report/rollout-view.ts';
import { idOf } from './app-id.ts';
import { type Answered, decide, DECIDE_CODES, type DecideFlags, mustBeInForce } from './decide.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { print, printJson } from './printable.ts';
import { askAll, askGroup, pathOf } from './rollout/ask-group.ts';
import { historyLines, listLines, phaseText } from './rollout/describe.ts';
import { picture } from './rollout/picture.ts';
import { addStart } from './rollout/start.ts';
import { toText } from './rollout/styled.ts';
import { addWatch } from './rollout/watch.ts';
import { addTargetFlags, type TargetFlags, targetOf } from './target-flags.ts';

/** What an operator can say to a rollout, and what it does then. */
const ACTIONS: Readonly<Record<Verb, string>> = {
  pause: 'stay at the present share until it is resumed',
  resume: 'go on from where it was paused',
  promote: 'end what it waits for: a hold without its gates, the time for which the old app is kept, connections on drained tasks',
  abort: 'give the old app all again at once, and end the new one',
  undo: 'go back to the old app when all is done, also where it was deleted',
};

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
      const view = await askGroup(targetOf(flags), idOf(group));
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
      const { rollout } = await askGroup(targetOf(flags), idOf(group));
      if (rollout === null) throw new ExitError(EXIT.failed, `${idOf(group)} has no rollout`);
      if (flags.json === true) printJson(rollout.history);
      else print(historyLines(rollout.history));
    });
};

const addAction = (parent: Command, action: Verb): void => {
  addTargetFlags(parent.command(action))
    .description(ACTIONS[action])
    .argument('<group>', 'deployment group, e.g. /shop')
    .option('--reason <text>', 'why; it is in the history')
    .addHelpText('after', `\nExamples:\n  sluice rollout ${action} /shop\n\n${DECIDE_CODES}`)
    .action(async (group: string, flags: TargetFlags & DecideFlags) => {
      const told = await decide<Answered & { readonly rollout: RolloutView }>(targetOf(flags), 'POST', pathOf(group), flags, { action });
      if (flags.json === true) printJson(told);
      else print([`${idOf(group)}: ${phaseText(told.rollout)}`]);
      mustBeInForce(told);
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
  for (const action of Object.keys(ACTIONS) as Verb[]) addAction(parent, action);
};
