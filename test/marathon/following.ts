import type { TestContext } from 'node:test';
import { pino } from 'pino';
import type { Problem } from '../../src/kit/problem.ts';
import { openMarathon } from '../../src/marathon/source.ts';
import type { MarathonOptions, MarathonState } from '../../src/marathon/options.ts';
import { commit, emptyModel, type OwnedModel } from '../../src/model/commit.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import { reduce } from '../../src/model/reduce.ts';
import { startFake, type FakeMarathon } from './fake-marathon.ts';

/** A source under test, with the model that its events make. */
export interface Followed {
  readonly source: ReturnType<typeof openMarathon>;
  readonly model: OwnedModel;
  readonly events: ModelEvent[];
  readonly problems: Problem[];
  readonly states: MarathonState[];
  /** What was logged, a line each. */
  readonly log: string[];
}

/** Waits until a condition holds; fails with its text when it does not in time. */
export const until = async (condition: () => boolean, limitMs = 60_000): Promise<void> => {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`never came true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
};

/** Small settings, so that tests wait for conditions and not for defaults. */
const QUICK: Pick<MarathonOptions, 'mode' | 'pollIntervalMs' | 'heartbeatMs' | 'maxBackoffMs' | 'limits'> = {
  mode: 'sse',
  pollIntervalMs: 60_000,
  heartbeatMs: 10_000,
  maxBackoffMs: 50,
  limits: { backoffBaseMs: 10, attachMs: 10_000, spacingMs: 20 },
};

export const follow = (t: TestContext, urls: readonly string[], options: Partial<MarathonOptions> = {}): Followed => {
  const model = emptyModel();
  const followed = { model, events: [] as ModelEvent[], problems: [] as Problem[], states: [] as MarathonState[], log: [] as string[] };
  const log = pino({ level: 'trace' }, { write: (line: string) => void followed.log.push(line) });
  const limits = { ...QUICK.limits, ...options.limits };
  const source = openMarathon(
    { urls, log, ...QUICK, ...options, limits },
    {
      onEvent: (event) => {
        followed.events.push(event);
        commit(model, reduce(model, event));
      },
      onProblem: (problem) => followed.problems.push(problem),
      onState: (state) => followed.states.push(state),
    },
  );
  t.after(async () => source.close());
  return { ...followed, source };
};

export const fake = async (t: TestContext, apps: unknown[] = []): Promise<FakeMarathon> => {
  const marathon = await startFake(apps);
  t.after(async () => marathon.close());
  return marathon;
};
