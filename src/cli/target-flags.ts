import { type Command, InvalidArgumentError, Option } from 'commander';
import { socketIn } from '../settings.ts';
import type { Target } from './client.ts';

interface TargetFlags {
  readonly runDir: string;
  readonly api?: string;
}

const url = (text: string): string => {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) throw new InvalidArgumentError('must be a URL such as http://127.0.0.1:9092');
  return text;
};

/** Flags of the verbs that ask a running Sluice. */
export const addTargetFlags = (command: Command): Command =>
  command
    .addOption(new Option('--run-dir <folder>', 'run directory of the Sluice to ask').env('SLUICE_RUN_DIR').default('/run/sluice'))
    .addOption(
      new Option('--api <url>', 'address of its API, in place of the socket in the run directory').env('SLUICE_API').argParser(url),
    )
    .option('--json', 'print JSON');

export const targetOf = ({ runDir, api }: TargetFlags): Target => ({
  socket: socketIn(runDir),
  ...(api === undefined ? {} : { url: api }),
});
