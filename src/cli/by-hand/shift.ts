import { type Command, Option } from 'commander';
import type { GroupView } from '../../report/book-views.ts';
import { SPLIT_BY } from '../../rollout/choices.ts';
import type { GroupShares } from '../../rollout/shares.ts';
import { EXIT, ExitError } from '../exit-codes.ts';
import { print, printJson } from '../printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { beforeAfter } from './before-after.ts';
import { idForPath } from '../app-id.ts';
import { type Answered, decide, DECIDE_CODES, type DecideFlags, mustBeInForce } from '../decide.ts';
import { askGroup } from '../rollout/ask-group.ts';

type ShiftFlags = TargetFlags & DecideFlags & { readonly splitBy?: string; readonly clear?: boolean };

interface Shared extends Answered {
  readonly shares: GroupShares;
}

const wrong = (message: string): never => {
  throw new ExitError(EXIT.usage, message);
};

/** Colour -> percent of 'green=25' and 'green=25%'. */
const askedIn = (words: readonly string[]): Readonly<Record<string, number>> => {
  const asked = new Map<string, number>();
  for (const word of words) {
    const [, colour = '', percent] = /^(.+)=(\d{1,3}(?:\.\d+)?)%?$/.exec(word) ?? [];
    if (percent === undefined) wrong(`'${word}' is no share: write green=25`);
    if (asked.has(colour)) wrong(`${colour} has two shares: give it one`);
    asked.set(colour, Number(percent));
  }
  return Object.fromEntries(asked);
};

const check = (words: readonly string[], { clear, splitBy }: ShiftFlags): void => {
  if (clear === true && (words.length > 0 || splitBy !== undefined)) wrong('--clear takes the shares away: give none with it');
  if (clear !== true && words.length === 0) wrong('no share is given: e.g. green=25, or --clear');
};

/** Tells what was changed, before -> after. */
export const tellShares = (before: GroupView, after: GroupShares | null, answered: Answered, { json }: Pick<TargetFlags, 'json'>): void => {
  const { group, shares } = before;
  const { notYet } = answered;
  if (json === true) printJson({ group, before: shares, after, ...(notYet === undefined ? {} : { notYet }) });
  else print(beforeAfter(before, after));
  mustBeInForce(answered);
};

const shift = async (group: string, words: readonly string[], flags: ShiftFlags): Promise<void> => {
  check(words, flags);
  const shares = askedIn(words);
  const target = targetOf(flags);
  const id = idForPath(group);
  const before = await askGroup(target, group);
  const { splitBy, clear } = flags;
  if (clear === true) {
    const cleared = await decide<Answered>(target, 'DELETE', `/v2/shares/${id}`, flags);
    tellShares(before, null, cleared, flags);
    return;
  }
  const body = { shares, ...(splitBy === undefined ? {} : { splitBy }) };
  const answer = await decide<Shared>(target, 'PUT', `/v2/shares/${id}`, flags, body);
  tellShares(before, answer.shares, answer, flags);
};

export const addShift = (program: Command): void => {
  addTargetFlags(program.command('shift'))
    .description('share the traffic of a deployment group out in percent, whatever the numbers of instances')
    .argument('<group>', 'deployment group, e.g. /shop')
    .argument('[shares...]', 'COLOUR=PERCENT, in tenths; of two colours one may be left out')
    .addOption(new Option('--split-by <what>', 'each request by itself, or each visitor').choices(SPLIT_BY))
    .option('--clear', 'no shares any more: as deployment tools have it')
    .option('--reason <text>', 'why; it is shown with the shares')
    .addHelpText(
      'after',
      `\nExamples:\n  sluice shift /shop green=25\n  sluice shift /shop blue=50 green=50 --split-by user\n  sluice shift /shop --clear\n\n${DECIDE_CODES}`,
    )
    .action(shift);
};
