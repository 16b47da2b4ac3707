import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { systemCodeOf } from '../kit/error.ts';
import { accessLine } from './line.ts';
import { Lines } from './lines.ts';
import type { Order, ThreadData } from './messages.ts';
import { openOutput } from './output.ts';

/**
 * A thread of its own, so that thousands of requests a second keep nobody from following Marathon. It alone writes standard output while there is an
 * access log, so no line is ever cut by another. While its reader is slow HAProxy's pipe is not read: that fills up, and HAProxy leaves lines out.
 */
const { waiting, output: fd } = workerData as ThreadData;
const output = openOutput(fd, () => source?.resume());
const lines = new Lines();
let source: Socket | undefined;
let pipe: string | undefined;

const TELL_EVERY_MS = 60_000;
let notUnderstood = 0;

const tell = (): void => {
  if (notUnderstood === 0) return;
  // A line as pino writes them.
  const msg = 'lines of the access log were not understood';
  output.write(`${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, count: notUnderstood, msg })}\n`);
  notUnderstood = 0;
};
const timer = setInterval(tell, TELL_EVERY_MS);

/** HAProxy says there, too, when a frontend starts and stops. */
const isOurs = (line: string): boolean => line.startsWith('sluice');

const take = (piece: string): void => {
  const { lines: whole, tooLong } = lines.add(piece);
  notUnderstood += tooLong;
  let text = '';
  for (const line of whole) {
    const json = accessLine(line);
    if (json !== undefined) text += `${json}\n`;
    else if (isOurs(line)) notUnderstood += 1;
  }
  if (text !== '' && !output.write(text)) source?.pause();
};

/** For writing too, or it would end each time HAProxy does. */
const openPipe = (path: string): number => openSync(path, constants.O_RDWR | constants.O_NONBLOCK);

const follow = (path: string): void => {
  pipe = path;
  source = new Socket({ fd: openPipe(path), readable: true, writable: false });
  source.setEncoding('latin1');
  source.on('data', (piece) => take(String(piece)));
};

/** As much as a pipe holds: what HAProxy said before it ended. */
const PIPE_BYTES = 65_536;

const readRest = (path: string): void => {
  const piece = Buffer.alloc(PIPE_BYTES);
  const handle = openPipe(path);
  try {
    take(piece.toString('latin1', 0, readSync(handle, piece)));
  } catch (error) {
    // There is nothing in it.
    if (systemCodeOf(error) !== 'EAGAIN') throw error;
  } finally {
    closeSync(handle);
  }
};

const end = async (): Promise<void> => {
  clearInterval(timer);
  const isSlow = source?.isPaused() === true;
  source?.destroy();
  if (pipe !== undefined && !isSlow) readRest(pipe);
  tell();
  await output.end();
  process.exit();
};

const obey = (order: Order): void => {
  switch (order.kind) {
    case 'line':
      output.write(order.text, () => Atomics.sub(waiting, 0, 1));
      return;
    case 'follow':
      follow(order.pipe);
      return;
    case 'end':
      void end();
  }
};

parentPort?.on('message', obey);
