import { type Command, Option } from 'commander';
import { socketIn } from '../settings.ts';
import type { Target } from './client.ts';

interface TargetFlags {
  readonly runDir: string;
  readonly api?: string;
}

/** Flags of the verbs that ask a running Sluice. */
export const addTargetFlags = (command: Command): Command =>
  command
    .addOption(new Option('--run-dir <folder>', 'run directory of the Sluice to ask').env('SLUICE_RUN_DIR').default('/run/sluice'))
    .addOption(new Option('--api <url>', 'address of its API, in place of the socket in the run directory').env('SLUICE_API'))
    .option('--json', 'print JSON');

export const targetOf = ({ runDir, api }: TargetFlags): Target => ({
  socket: socketIn(runDir),
  ...(api === undefined ? {} : { url: api }),
});
