import type { RuntimeStep } from '../plan/plan.ts';
import { fitsHaproxy, type CliSession } from './cli-session.ts';
import { commandsFor, followUps, type Command } from './commands.ts';

/** What came of one step. */
export type StepOutcome =
  | { readonly kind: 'done'; readonly step: RuntimeStep }
  /** Not possible while connections remain: to be tried again later. */
  | { readonly kind: 'postponed'; readonly step: RuntimeStep; readonly answer: string }
  /** HAProxy said something else than expected: it is not as planned, a reload makes it so. */
  | { readonly kind: 'refused'; readonly step: RuntimeStep; readonly command: string; readonly answer: string };

/** In the order of the steps. */
export interface ApplyResult {
  readonly outcomes: readonly StepOutcome[];
}

const ANSWER_LIMIT_MS = 10_000;

const outcomeOf = (step: RuntimeStep, commands: readonly Command[], answers: readonly string[]): StepOutcome => {
  for (const [index, { line, accept, postpone }] of commands.entries()) {
    const answer = (answers[index] ?? '').trim();
    if (accept.test(answer)) continue;
    if (postpone?.test(answer) === true) return { kind: 'postponed', step, answer };
    return { kind: 'refused', step, command: line, answer };
  }
  return { kind: 'done', step };
};

interface Batch {
  readonly step: RuntimeStep;
  readonly commands: readonly Command[];
}

const TOLD_OF_A_COMMAND = 200;

/** A step that no command can do: all of it is left to the files, and the others are sent. */
const tooLong = ({ step, commands }: Batch): StepOutcome | undefined => {
  const long = commands.find(({ line }) => !fitsHaproxy(line));
  if (long === undefined) return undefined;
  return { kind: 'refused', step, command: `${long.line.slice(0, TOLD_OF_A_COMMAND)}…`, answer: 'not sent: too long for HAProxy' };
};

const send = async (session: CliSession, batches: readonly Batch[]): Promise<readonly StepOutcome[]> => {
  const judged = batches.map((batch) => ({ ...batch, refused: tooLong(batch) }));
  const answers = await session.ask(
    judged.flatMap(({ commands, refused }) => (refused === undefined ? commands.map(({ line }) => line) : [])),
    ANSWER_LIMIT_MS,
  );
  let read = 0;
  return judged.map(({ step, commands, refused }) => refused ?? outcomeOf(step, commands, answers.slice(read, (read += commands.length))));
};

const withFollowUps = async (session: CliSession, outcomes: readonly StepOutcome[]): Promise<readonly StepOutcome[]> => {
  const batches = outcomes.map(({ kind, step }) => ({ step, commands: followUps(step, kind === 'done' ? 'done' : 'not-done') }));
  if (batches.every(({ commands }) => commands.length === 0)) return outcomes;
  const followed = await send(session, batches);
  return outcomes.map((outcome, index) => (outcome.kind === 'done' ? (followed[index] ?? outcome) : outcome));
};

/** Sends all steps in order, many at a time. Throws SluiceError HAPROXY_SOCKET when the session ends: some may have been done then. */
export const applySteps = async (session: CliSession, steps: readonly RuntimeStep[]): Promise<ApplyResult> => {
  const outcomes = await send(
    session,
    steps.map((step) => ({ step, commands: commandsFor(step) })),
  );
  return { outcomes: await withFollowUps(session, outcomes) };
};
