import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { accessLine } from './line.ts';
import { Lines } from './lines.ts';
import { type Order, PLACE, type ThreadData } from './messages.ts';
import { Output } from './output.ts';

/**
 * A thread of its own, so that neither thousands of requests a second nor a slow reader of standard output keep anybody from following Marathon:
 * it alone writes there while there is an access log, so no line is ever cut by another. Where it must wait HAProxy's pipe fills up, and HAProxy
 * leaves lines out: nothing grows.
 */
const { shared, output: fd } = workerData as ThreadData;
const output = new Output(fd, shared);
const lines = new Lines();
let source: Socket | undefined;

const TELL_EVERY_MS = 60_000;
let notUnderstood = 0;

/** A line as pino writes them. */
const warn = (msg: string, count: number): void =>
  output.write(`${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, count, msg })}\n`);

const tell = (): void => {
  if (notUnderstood > 0) warn('lines of the access log were not understood', notUnderstood);
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
  if (text !== '') output.write(text);
};

const follow = (pipe: string): void => {
  // For writing too, or it would end each time HAProxy does.
  const handle = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  source = new Socket({ fd: handle, readable: true, writable: false });
  source.setEncoding('latin1');
  source.on('data', (piece) => take(String(piece)));
};

const obey = (order: Order): void => {
  switch (order.kind) {
    case 'line':
      output.write(order.text);
      Atomics.sub(shared, PLACE.waiting, 1);
      return;
    case 'follow':
      follow(order.pipe);
      return;
    case 'end':
      clearInterval(timer);
      tell();
      source?.destroy();
      parentPort?.close();
  }
};

parentPort?.on('message', obey);
