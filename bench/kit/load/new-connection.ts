import { createConnection } from 'node:net';
import { codeOf, isWhole, LIMIT_MS, outcomeOf, requestText } from './http-text.ts';
import type { Notes } from './tally.ts';

/** One request on a connection of its own. `from`: our address, on loopback; of many, so that none runs out of ports. */
export const requestOnNewConnection = (port: number, host: string, from: string, notes: Notes): void => {
  const beganMs = performance.now();
  const socket = createConnection({ host: '127.0.0.1', port, localAddress: from });
  let text = '';
  let isOver = false;
  const end = (outcome: string): void => {
    if (isOver) return;
    isOver = true;
    notes.note(outcome, performance.now() - beganMs, text);
    socket.destroy();
  };
  socket.setEncoding('latin1');
  socket.setTimeout(LIMIT_MS, () => end('no answer in time'));
  socket.on('connect', () => socket.write(requestText(host, 'close')));
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (isWhole(text)) end(outcomeOf(text));
  });
  socket.on('error', (error) => end(codeOf(error)));
  socket.on('close', () => end('closed before the answer'));
};
