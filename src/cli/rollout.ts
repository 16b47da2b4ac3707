import type { Command } from 'commander';
import { addHistory } from './rollout/history.ts';
import { addList } from './rollout/list.ts';
import { addSay } from './rollout/say.ts';
import { addShow } from './rollout/show.ts';
import { addStart } from './rollout/start.ts';
import { addWatch } from './rollout/watch.ts';

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
  addSay(parent);
};
