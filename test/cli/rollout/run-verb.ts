import type { TestContext } from 'node:test';
import { Command, CommanderError } from 'commander';
import { EXIT, ExitError } from '../../../src/cli/exit-codes.ts';
import { addRollout } from '../../../src/cli/rollout.ts';

/** What a verb has come to. */
export interface Told {
  readonly code: number;
  readonly stdout: string;
  /** The error itself, without what the command line puts in front of it. */
  readonly stderr: string;
}

/** `sluice rollout ...` in this process: starting one for each would take minutes. What it prints is kept. */
export const runVerb = async (t: TestContext, runDir: string, args: readonly string[]): Promise<Told> => {
  const { mock } = t.mock.method(console, 'log', () => undefined);
  const written: string[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: (text) => void written.push(text) });
  addRollout(program);
  const stdout = (): string => mock.calls.map(({ arguments: [line] }: { arguments: unknown[] }) => `${String(line)}\n`).join('');
  try {
    await program.parseAsync(['rollout', ...args, '--run-dir', runDir], { from: 'user' });
    return { code: 0, stdout: stdout(), stderr: '' };
  } catch (error) {
    if (error instanceof ExitError) return { code: error.exitCode, stdout: stdout(), stderr: error.message };
    if (error instanceof CommanderError) return { code: EXIT.usage, stdout: stdout(), stderr: written.join('') };
    throw error;
  } finally {
    mock.restore();
  }
};
