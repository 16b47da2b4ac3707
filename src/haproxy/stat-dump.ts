import { createConnection } from 'node:net';
import { SluiceError } from '../kit/error.ts';

const SILENT_LIMIT_MS = 10_000;

/** An answer on a socket ends with an empty line, which is none of the CSV: who reads rows would stumble over it. */
async function* withoutEmptyEnd(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let before = '';
  let kept = '';
  for await (const piece of pieces) {
    const text = kept + piece;
    kept = text.endsWith('\n') ? '\n' : '';
    const whole = text.slice(0, text.length - kept.length);
    before = whole.at(-1) ?? before;
    yield whole;
  }
  if (before !== '\n') yield kept;
}

/**
 * HAProxy's statistics as CSV, as they come: some 400 bytes a frontend, backend and server. On a connection of its own: the answer may have megabytes,
 * and nobody else is to wait for it. Throws SluiceError HAPROXY_SOCKET.
 */
export async function* dumpStatistics(workerSocket: string): AsyncGenerator<string> {
  const socket = createConnection({ path: workerSocket });
  socket.setEncoding('utf8');
  socket.setTimeout(SILENT_LIMIT_MS, () => socket.destroy(new Error(`no answer to 'show stat' in ${SILENT_LIMIT_MS} ms`)));
  socket.once('connect', () => socket.end('show stat\n'));
  try {
    yield* withoutEmptyEnd(socket as AsyncIterable<string>);
  } catch (error) {
    throw new SluiceError('HAPROXY_SOCKET', `nobody answers 'show stat' on ${workerSocket}`, error);
  } finally {
    socket.destroy();
  }
}
