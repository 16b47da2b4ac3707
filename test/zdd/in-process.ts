import { Readable } from 'node:stream';
import { Answers } from '../../src/zdd/answers.ts';
import { readDefinition } from '../../src/zdd/app.ts';
import { Balancers } from '../../src/zdd/balancers.ts';
import { deploy } from '../../src/zdd/deploy.ts';
import { ZddError } from '../../src/zdd/exits.ts';
import { programHook } from '../../src/zdd/hook.ts';
import { openDirect } from '../../src/marathon/direct.ts';
import { ZddMarathon } from '../../src/zdd/marathon.ts';
import type { ZddOptions } from '../../src/zdd/options.ts';
import type { Cluster } from './cluster.ts';

export interface Given {
  readonly definition: unknown;
  readonly options?: Partial<ZddOptions>;
  /** What is answered; without it nothing is asked. */
  readonly input?: string;
  readonly marathon?: string;
  readonly balancer?: string;
  readonly signal?: AbortSignal;
}

export interface Came {
  readonly code: number;
  readonly printed: readonly string[];
  /** Everything that people see, the last message included. */
  readonly told: string;
}

const OPTIONS: ZddOptions = {
  force: true,
  dryRun: false,
  stepDelayMs: 10,
  maxWaitMs: 60_000,
  initialInstances: 1,
  linearIncrease: 0,
  newInstances: 0,
  found: 'refuse',
  hook: undefined,
};

/** The verb without its command line. */
export const runZdd = async (cluster: Cluster, given: Given): Promise<Came> => {
  const options = { ...OPTIONS, ...given.options };
  const told: string[] = [];
  const printed: string[] = [];
  const say = (line: string): void => void told.push(line);
  const signal = given.signal ?? new AbortController().signal;
  const marathon = new ZddMarathon(openDirect({ urls: [given.marathon ?? cluster.marathon] }));
  const answers = new Answers(Readable.from([given.input ?? '']), say, signal);
  try {
    const text = typeof given.definition === 'string' ? given.definition : JSON.stringify(given.definition);
    const definition = readDefinition(text, 'app.json');
    const way = {
      marathon,
      balancers: new Balancers(new URL(given.balancer ?? cluster.balancer)),
      hook: options.hook === undefined ? undefined : programHook(options.hook),
      confirm: async (question: string) => given.input === undefined || answers.isYes(question),
      say,
      still: (line: string) => say(`waits: ${line}`),
      signal,
    };
    await deploy({ definition, options, way, print: (json) => void printed.push(json) });
    return { code: 0, printed, told: told.join('\n') };
  } catch (error) {
    if (!(error instanceof ZddError)) throw error;
    return { code: error.exitCode, printed, told: [...told, error.message].join('\n') };
  } finally {
    answers.close();
    await marathon.close();
  }
};
