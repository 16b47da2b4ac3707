import type { Command } from 'commander';
import type { GroupShares } from '../../rollout/shares.ts';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { idForPath } from '../app-id.ts';
import { type Answered, decide, DECIDE_CODES, type DecideFlags } from '../decide.ts';
import { askGroup } from '../rollout/ask-group.ts';
import { tellShares } from './shift.ts';

type SwitchFlags = TargetFlags & DecideFlags & { readonly to?: string; readonly force?: boolean };

interface Switched extends Answered {
  readonly shares: GroupShares;
}

const switchGroup = async (group: string, flags: SwitchFlags): Promise<void> => {
  const target = targetOf(flags);
  const id = idForPath(group);
  const before = await askGroup(target, group);
  const { to, force = false } = flags;
  const answer = await decide<Switched>(target, 'POST', `/v2/switch/${id}`, flags, { force, ...(to === undefined ? {} : { to }) });
  tellShares(before, answer.shares, answer, flags);
};

export const addSwitch = (program: Command): void => {
  addTargetFlags(program.command('switch'))
    .description('give all traffic of a deployment group to one of its apps')
    .argument('<group>', 'deployment group, e.g. /shop')
    .option('--to <colour>', 'which one; without it, of two the one that has nothing now')
    .option('--force', 'also to one without a healthy task')
    .option('--reason <text>', 'why; it is shown with the shares')
    .addHelpText('after', `\nExamples:\n  sluice switch /shop --to green\n  sluice switch /shop\n\n${DECIDE_CODES}`)
    .action(switchGroup);
};
