import type { Status } from '../../report/status.ts';
import { printable } from '../printable.ts';
import { age, table } from '../table.ts';
import type { Tally } from './load.ts';

const cycle = ({ lastCycle }: Status): string => {
  if (lastCycle === undefined) return 'none yet';
  const when = age(Date.now() - Date.parse(lastCycle.at));
  return `${lastCycle.kind}, ${lastCycle.steps} steps in ${lastCycle.durationMs.toFixed(1)} ms, ${when} ago`;
};

const lastFailure = ({ lastFailure: last }: Tally): string => (last === undefined ? '' : ` (last: ${last})`);

/** What happens now, as a few lines. */
export const liveLines = (status: Status, tally: Tally): readonly string[] =>
  table([
    ['requests', `${tally.requests}, failures: ${tally.failures}${lastFailure(tally)}`],
    ['answered by', `${tally.byTask.size} different tasks so far`],
    ['apps', `${status.apps} apps, ${status.tasks} tasks, ${status.servers} servers in HAProxy`],
    ['changes', `${status.counters.events} events, ${status.counters.steps} steps without a reload, ${status.counters.reloads} reloads`],
    ['last cycle', cycle(status)],
    ['problems', status.problems.length === 0 ? 'none' : status.problems.map(({ message }) => message).join('; ')],
  ]);

/** One line of the same, for a log. */
export const logLine = (status: Status, tally: Tally): string =>
  `${tally.requests} requests, ${tally.failures} failures${lastFailure(tally)}, ${status.apps} apps, ${status.servers} servers, ${status.counters.steps} steps, ${status.counters.reloads} reloads, last cycle: ${cycle(status)}`;

/** Draws lines over the lines it drew before; what is above stays. */
export class Screen {
  #height = 0;

  draw(lines: readonly string[]): void {
    const up = this.#height === 0 ? '' : `\u001B[${this.#height}A\u001B[J`;
    this.#height = lines.length;
    process.stdout.write(`${up}${printable(lines)}\n`);
  }
}
