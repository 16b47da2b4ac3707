import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Overridden } from '../../rollout/edits/overrides.ts';
import { orderOf, type Override } from '../../rollout/override.ts';
import { EXIT, ExitError } from '../exit-codes.ts';
import { print, printJson } from '../printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from '../target-flags.ts';
import { idOf } from '../app-id.ts';
import { type Answered, decide, DECIDE_CODES, type DecideFlags, mustBeInForce } from '../decide.ts';
import { orderText } from './override-text.ts';

type Verb = ReturnType<typeof orderOf>['verb'];
type Flags = TargetFlags & DecideFlags & { readonly undo?: boolean };

/** `notes`: what to know about it. */
interface Told extends Answered {
  readonly notes?: readonly string[];
}

const tell = (subject: string, before: Override | null, after: Override | null, answered: Told, { json }: Flags): void => {
  const { notYet, notes = [] } = answered;
  const text = (override: Override | null): string => (override === null ? 'nothing ordered' : orderText(override));
  if (json === true) printJson({ before, after, notes, ...(notYet === undefined ? {} : { notYet }) });
  else print([`${subject}: ${text(before)} -> ${text(after)}`, ...notes.map((note) => `careful: ${note}`)]);
  mustBeInForce(answered);
};

const order = async (body: { readonly kind: Verb; readonly of: string; readonly weight?: number }, flags: Flags): Promise<void> => {
  const answer = await decide<Overridden & Answered>(targetOf(flags), 'POST', '/v2/overrides', flags, body);
  tell(orderOf(answer.override).subject, answer.before, answer.override, answer, flags);
};

const undo = async (verb: Verb, name: string, flags: Flags): Promise<void> => {
  const answer = await decide<{ readonly cleared: Override } & Answered>(targetOf(flags), 'DELETE', '/v2/overrides', flags, {
    kind: verb,
    of: name,
  });
  tell(orderOf(answer.cleared).subject, answer.cleared, null, answer, flags);
};

const weightOf = (text: string): number => {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 256) throw new InvalidArgumentError('must be a whole number, 0 to 256');
  return Number(text);
};

const addVerb = (program: Command, verb: Verb, description: string, examples: readonly string[]): Command =>
  addTargetFlags(program.command(verb))
    .description(description)
    .option('--reason <text>', 'why; `sluice status` shows it')
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  sluice ${line}\n`).join('')}\n${DECIDE_CODES}`);

const UNDO = '--undo';

const addWeight = (program: Command): void => {
  addVerb(program, 'weight', 'give the server of one task another weight, until it is undone', [
    'weight shop-green.1f2e 10',
    'weight shop-green.1f2e --undo',
  ])
    .argument('<task>', 'its id, the beginning of it, or its server in HAProxy; or behind an app or a group: /shop/TASK')
    .argument('[weight]', '0 to 256; 0: only clients that belong to it', weightOf)
    .addOption(new Option(UNDO, 'as it was'))
    .action(async (of: string, weight: number | undefined, flags: Flags) => {
      if ((weight === undefined) !== (flags.undo === true)) throw new ExitError(EXIT.usage, `give a weight, or ${UNDO}`);
      await (weight === undefined ? undo('weight', of, flags) : order({ kind: 'weight', of, weight }, flags));
    });
};

const addDrain = (program: Command): void => {
  addVerb(program, 'drain', 'nothing new for a task, or for all tasks of an agent, until it is undone', [
    'drain shop-green.1f2e',
    'drain agent-7.example.com',
    'drain agent-7.example.com --undo',
  ])
    .argument('<task-or-agent>', 'as for weight; an agent as Marathon names it')
    .addOption(new Option(UNDO, 'as it was'))
    .action(async (of: string, flags: Flags) => {
      await (flags.undo === true ? undo('drain', of, flags) : order({ kind: 'drain', of }, flags));
    });
};

const addMaintenance = (program: Command): void => {
  addVerb(program, 'maintenance', 'answer every request for an app with 503 and its sorry page, until it is turned off', [
    'maintenance /shop on',
    'maintenance /shop off',
  ])
    .argument('<app>', 'app or deployment group, e.g. /shop')
    .argument('<on-or-off>', 'on or off')
    .action(async (given: string, state: string, flags: Flags) => {
      if (state !== 'on' && state !== 'off') throw new ExitError(EXIT.usage, `'${state}' must be on or off`);
      const of = idOf(given);
      await (state === 'off' ? undo('maintenance', of, flags) : order({ kind: 'maintenance', of }, flags));
    });
};

/** The verbs for what is ordered by hand. */
export const addOverrides = (program: Command): void => {
  addWeight(program);
  addDrain(program);
  addMaintenance(program);
};
