import type { ReadApp } from '../marathon/payload/entry.ts';
import { readOnce } from '../marathon/read-once.ts';
import type { Settings } from '../settings.ts';
import { agentAddresses } from './agent-addresses.ts';
import { printFiles, printProblems, renderRead } from './rendered.ts';

/** One whose agent is not found is left out, and told as a problem. */
const hostsOf = (read: readonly ReadApp[]): readonly string[] =>
  read.flatMap(({ value }) => [...(value?.tasks.values() ?? [])].map(({ host }) => host));

/**
 * What `run` would give HAProxy if it began now, on standard output: Marathon is read once, and HAProxy is not touched.
 * @throws SluiceError when Marathon cannot be read
 */
export const dryRun = async (settings: Settings): Promise<void> => {
  const read = await readOnce(settings.marathon);
  const { files, problems } = await renderRead(read, settings, await agentAddresses(hostsOf(read)));
  printFiles(files);
  printProblems(problems);
};
