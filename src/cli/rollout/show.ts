import type { Command } from 'commander';
import { idOf } from '../app-id.ts';
import { print, printJson } from '../printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { askGroup } from './ask-group.ts';
import { drawing } from './drawing.ts';
import { toText } from './styled.ts';

/** Of `show` and `history`. */
export const SHOW_CODES =
  'Exit codes: 0 told, 1 there is no such group or it has no rollout, 2 the command line is wrong, 3 no Sluice answers';

const PLAIN = { width: 200, isColoured: false };

export const addShow = (parent: Command): void => {
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
      else print(drawing({ view, nowMs: Date.now() }, PLAIN.width).map((line) => toText(line, PLAIN)));
    });
};
