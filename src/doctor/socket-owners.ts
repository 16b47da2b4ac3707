import { readdir, readFile, readlink } from 'node:fs/promises';

export interface Process {
  readonly pid: number;
  /** As `ps` shows it: 15 characters at most. */
  readonly name: string;
}

const LISTENING = '0A';

/** '' where the kernel has none of it, as without IPv6. */
const readProc = async (path: string): Promise<string> => readFile(`/proc/${path}`, 'utf8').catch(() => '');

const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));

/** Columns of /proc/net/tcp: number, local address as hexadecimal address:port, remote one, state, ..., inode. */
const tcpInodes = (text: string, port: number): readonly string[] => {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return rowsOf(text).flatMap((row) => (row[1]?.endsWith(suffix) === true && row[3] === LISTENING && row[9] !== undefined ? [row[9]] : []));
};

const holds = async (pid: string, inodes: ReadonlySet<string>): Promise<boolean> => {
  // A process of somebody else does not show its files; one that has ended has none.
  const files = await readdir(`/proc/${pid}/fd`).catch((): readonly string[] => []);
  for (const file of files) {
    const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
    if (inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '')) return true;
  }
  return false;
};

const holdersOf = async (inodes: readonly string[]): Promise<readonly Process[]> => {
  if (inodes.length === 0) return [];
  const wanted = new Set(inodes);
  const found: Process[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
    if (await holds(pid, wanted)) found.push({ pid: Number(pid), name: (await readProc(`${pid}/comm`)).trim() });
  return found;
};

/** Who listens on this TCP port, at whatever address; empty where nobody does or /proc does not tell. */
export const listenersOn = async (port: number): Promise<readonly Process[]> =>
  holdersOf([...tcpInodes(await readProc('net/tcp'), port), ...tcpInodes(await readProc('net/tcp6'), port)]);

export const describeProcesses = (processes: readonly Process[]): string =>
  processes.map(({ pid, name }) => `${name} (process ${pid})`).join(', ');
