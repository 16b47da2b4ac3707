const RUNNING = 2;
const ENDING = 3;
const ENDED = 4;

/** How far in its life a task is; states that may come and go again (UNREACHABLE, LOST, ...) are as far as RUNNING. */
const STAGES: ReadonlyMap<string, number> = new Map([
  ['TASK_STAGING', 0],
  ['TASK_STARTING', 1],
  ['TASK_KILLING', ENDING],
  ...['FINISHED', 'FAILED', 'KILLED', 'ERROR', 'DROPPED', 'GONE', 'GONE_BY_OPERATOR'].map((state): [string, number] => [
    `TASK_${state}`,
    ENDED,
  ]),
]);

const stageOf = (state: string): number => STAGES.get(state) ?? RUNNING;

/** It runs, or it did when Marathon last heard of it (UNREACHABLE, LOST): it may take traffic. */
export const isLive = (state: string): boolean => stageOf(state) === RUNNING;

export const hasEnded = (state: string): boolean => stageOf(state) === ENDED;

/** Events overtake each other: one that would lead a task back in its life came late. Only a read of the app may. */
export const comesLate = (known: string, told: string): boolean => stageOf(told) < stageOf(known);
