import { type Stats, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { SluiceError } from '../kit/error.ts';

/** The right to be the one Sluice of a run directory. */
interface OnlyOne {
  readonly release: () => Promise<void>;
}

const refusal = (socket: string): SluiceError =>
  new SluiceError('SETTINGS', `another Sluice runs on ${socket}: end it first, or give this one its own --run-dir`);

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);

/** The abstract Unix socket, without its leading null byte, that the one Sluice of a run directory holds. */
export const holdName = ({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string => `sluice:${dev}:${ino}`;

/** Held by the kernel for as long as this process lives, so none is ever left over. Not by path: that may be another directory in another container. */
const hold = (runDir: string, socket: string): Promise<OnlyOne> => {
  const name = holdName(statSync(runDir));
  const server = createServer((connection) => connection.destroy());
  const release = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(codeOf(error) === 'EADDRINUSE' ? refusal(socket) : error));
    server.listen({ path: `\0${name}` }, () => {
      // Whoever holds it must not be kept alive by it.
      server.unref();
      resolve({ release });
    });
  });
};

/** For one in another network namespace, whose hold is not seen here. */
const refuseAnswering = (socket: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      reject(refusal(socket));
    });
    connection.once('error', () => resolve());
  });

/** Throws when another Sluice has this run directory, or is just starting on it: two would undo each other's work. */
export const beTheOnlyOne = async (runDir: string, socket: string): Promise<OnlyOne> => {
  const onlyOne = await hold(runDir, socket);
  try {
    await refuseAnswering(socket);
    return onlyOne;
  } catch (error) {
    await onlyOne.release();
    throw error;
  }
};
