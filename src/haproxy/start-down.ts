import type { CliSession } from './cli-session.ts';

export interface ServerName {
  readonly backend: string;
  readonly server: string;
}

const ANSWER_LIMIT_MS = 10_000;

/** The first words to a new worker, which takes every server for healthy until a check says otherwise. Returns those that it does not know. */
export const startThem = async (session: CliSession, servers: readonly ServerName[]): Promise<readonly ServerName[]> => {
  const answers = await session.ask(
    servers.map(({ backend, server }) => `set server ${backend}/${server} health down`),
    ANSWER_LIMIT_MS,
  );
  return servers.filter((_, index) => answers[index]?.trim() !== '');
};
