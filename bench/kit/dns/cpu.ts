import { readFileSync } from 'node:fs';

/** Linux counts in ticks of a hundredth of a second wherever Debian runs. */
const TICKS_PER_SECOND = 100;

/** CPU time of a process with all its threads so far, in seconds: what it has spent itself and in the kernel for it. */
export const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
};

/** Memory that a process holds, in MB. */
export const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
