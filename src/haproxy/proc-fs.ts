import { readdir, readFile } from 'node:fs/promises';

const GONE = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

/** Empty where the process is gone, or is not ours to look at. */
const readOf = async (pid: number, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && GONE.has(String(error.code))) return '';
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

/** Processes whose argument list holds these words one after the other, that are not children of another such process. */
export const findParents = async (words: readonly string[]): Promise<readonly number[]> => {
  const needle = `\0${words.join('\0')}\0`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const matches = new Map<number, number>();
  for (const pid of pids) {
    if (!(await readOf(pid, 'cmdline')).includes(needle)) continue;
    const stat = await statOf(pid);
    if (stat !== undefined && !'ZX'.includes(stat.state)) matches.set(pid, stat.parent);
  }
  return [...matches].filter(([, parent]) => !matches.has(parent)).map(([pid]) => pid);
};

/** To a process that may have ended meanwhile: then there is nothing to do. */
export const sendSignal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};
