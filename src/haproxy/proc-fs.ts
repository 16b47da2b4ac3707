import { readdir, readFile } from 'node:fs/promises';
import { systemCodeOf } from '../kit/error.ts';

const GONE = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

/** Empty where the process is gone, or is not ours to look at. */
const readOf = async (pid: number, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').catch((error: unknown) => {
    if (GONE.has(systemCodeOf(error))) return '';
    throw error;
  });

/** What /proc/PID/stat says, as far as it is of use. A name may hold spaces and parentheses: fields are counted from the last ')'. */
const statOf = async (
  pid: number,
): Promise<{ readonly state: string; readonly parent: number; readonly startedAt: string } | undefined> => {
  const text = await readOf(pid, 'stat');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const startedAt = fields[19];
  if (state === undefined || parent === undefined || startedAt === undefined) return undefined;
  return { state, parent: Number(parent), startedAt };
};

/** Tells a process from a later one with the same id; undefined: there is none that runs (a zombie does not). */
export const identityOf = async (pid: number): Promise<string | undefined> => {
  const stat = await statOf(pid);
  return stat === undefined || 'ZX'.includes(stat.state) ? undefined : `${pid}@${stat.startedAt}`;
};

/** It does nothing, and hears no signal but SIGKILL and SIGCONT. */
export const isStopped = async (pid: number): Promise<boolean> => 'Tt'.includes((await statOf(pid))?.state ?? '-');

/** What the process has for itself, in bytes; 0: it is gone. Files that it has mapped are left out: workers share them. */
export const memoryOf = async (pid: number): Promise<number> =>
  1024 * Number(/^RssAnon:\s+(\d+) kB/m.exec(await readOf(pid, 'status'))?.[1] ?? 0);

const needleOf = (words: readonly string[]): string => `\0${words.join('\0')}\0`;

/** Whether these words stand one after the other in the process's argument list; undefined: it has none, as while it replaces itself, or is gone. */
export const isStartedWith = async (pid: number, words: readonly string[]): Promise<boolean | undefined> => {
  const list = await readOf(pid, 'cmdline');
  return list === '' ? undefined : list.includes(needleOf(words));
};

const ownerOf = async (pid: number): Promise<number> =>
  // Not the owner of /proc/PID: that is root for a program with capabilities of its own.
  Number(/^Uid:\s+(\d+)/m.exec(await readOf(pid, 'status'))?.[1]);

/** Whether it runs as the user that we are. */
export const isOwn = async (pid: number): Promise<boolean> => (await ownerOf(pid)) === process.getuid?.();

const allPids = async (): Promise<readonly number[]> => (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);

/** All processes of this user, or of the one given, zombies apart, that were started with these words. */
export const oursStartedWith = async (words: readonly string[], workersUid?: number): Promise<readonly number[]> => {
  const ours = [process.getuid?.(), workersUid];
  const found: number[] = [];
  for (const pid of await allPids())
    if ((await isStartedWith(pid, words)) === true && ours.includes(await ownerOf(pid)) && (await identityOf(pid)) !== undefined)
      found.push(pid);
  return found;
};

/** undefined: it is gone. */
export const parentOf = async (pid: number): Promise<number | undefined> => (await statOf(pid))?.parent;

export const childrenOf = async (parent: number): Promise<readonly number[]> => {
  const children: number[] = [];
  for (const pid of await allPids()) if ((await statOf(pid))?.parent === parent) children.push(pid);
  return children;
};

/** To a process that may have ended meanwhile: then there is nothing to do. */
export const sendSignal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') throw error;
  }
};
