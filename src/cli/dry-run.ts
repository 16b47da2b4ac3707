import { isIP } from 'node:net';
import { systemLookup } from '../marathon/hosts.ts';
import type { ReadApp } from '../marathon/payload/entry.ts';
import { readOnce } from '../marathon/read-once.ts';
import type { Settings } from '../settings.ts';
import { printFiles, printProblems, renderRead } from './rendered.ts';

/** Addresses of the agents that Marathon knows by name. One that is not found has none: its tasks are left out, and told as problems. */
const addressesOf = async (read: readonly ReadApp[]): Promise<ReadonlyMap<string, string>> => {
  const hosts = new Set(read.flatMap(({ value }) => [...(value?.tasks.values() ?? [])].map(({ host }) => host)));
  const names = [...hosts].filter((host) => host !== '' && isIP(host) === 0);
  const found = await Promise.allSettled(names.map(async (name) => [name, await systemLookup(name)] as const));
  return new Map(found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
};

/**
 * What `run` would give HAProxy if it began now, on standard output: Marathon is read once, and HAProxy is not touched.
 * @throws SluiceError when Marathon cannot be read
 */
export const dryRun = async (settings: Settings): Promise<void> => {
  const read = await readOnce(settings.marathon);
  const { files, problems } = await renderRead(read, settings, await addressesOf(read));
  printFiles(files);
  printProblems(problems);
};
