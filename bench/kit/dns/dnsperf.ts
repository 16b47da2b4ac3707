import { execa } from 'execa';

export interface Load {
  readonly port: number;
  /** Lines of '<name> <type>'. */
  readonly file: string;
  readonly seconds: number;
  /** Queries in flight at most. */
  readonly outstanding: number;
  /** Queries a second; absent: as many as are answered. */
  readonly rate?: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  readonly perSecond: number;
  /** Of each answer; only where a rate was given. */
  readonly latenciesMs: readonly number[];
}

const figure = (text: string, name: RegExp): number => Number(name.exec(text)?.[1] ?? Number.NaN);

/** '> NOERROR web.mesos A 0.000123', one for each answer. */
const latencies = (text: string): readonly number[] =>
  [...text.matchAll(/^> \S+ .* (\d+\.\d+)$/gm)].map(([, seconds]) => Number(seconds) * 1000);

/** Debian's dnsperf over UDP with EDNS, from four sockets. @throws when it cannot run, or nothing was answered */
export const dnsperf = async ({ port, file, seconds, outstanding, rate }: Load): Promise<LoadResult> => {
  const args = ['-s', '127.0.0.1', '-p', `${port}`, '-d', file, '-l', `${seconds}`, '-c', '4', '-q', `${outstanding}`, '-e'];
  const paced = rate === undefined ? [] : ['-Q', `${rate}`, '-v'];
  const { stdout } = await execa('dnsperf', [...args, ...paced], { maxBuffer: 512 * 1024 * 1024 });
  const answered = figure(stdout, /Queries completed:\s+(\d+)/);
  if (!(answered > 0)) throw new Error(`dnsperf got no answers:\n${stdout.slice(-2000)}`);
  return {
    answered,
    sent: figure(stdout, /Queries sent:\s+(\d+)/),
    lost: figure(stdout, /Queries lost:\s+(\d+)/),
    perSecond: figure(stdout, /Queries per second:\s+([\d.]+)/),
    latenciesMs: rate === undefined ? [] : latencies(stdout),
  };
};
