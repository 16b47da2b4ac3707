import type { CliSession } from './cli-session.ts';
import { parseChecked } from './server-tables.ts';

export interface ServerName {
  readonly backend: string;
  readonly server: string;
}

const ANSWER_LIMIT_MS = 10_000;

/**
 * The first words to a new worker, which takes every server for healthy until a check says otherwise. Returns those that it does not know.
 * One whose first check is over is left as that found it: told down after it had passed, it would be down until the next, an interval later.
 */
export const startThem = async (session: CliSession, servers: readonly ServerName[]): Promise<readonly ServerName[]> => {
  const [state = ''] = await session.ask(['show servers state'], ANSWER_LIMIT_MS);
  const checked = parseChecked(state);
  const unchecked = servers.filter(({ backend, server }) => !checked.has(`${backend}/${server}`));
  const answers = await session.ask(
    unchecked.map(({ backend, server }) => `set server ${backend}/${server} health down`),
    ANSWER_LIMIT_MS,
  );
  return unchecked.filter((_, index) => answers[index]?.trim() !== '');
};
