import { connect } from 'node:net';
import type { Errand, Heard } from './wire.ts';

/** The first whole message of what has come; undefined: there is none yet (RFC 1035, 4.2.2). */
const wholeMessage = (bytes: Buffer): Buffer | undefined => {
  const end = bytes.length < 2 ? Infinity : 2 + bytes.readUInt16BE(0);
  return bytes.length < end ? undefined : bytes.subarray(2, end);
};

const framed = (bytes: Buffer): Buffer => {
  const frame = Buffer.allocUnsafe(2 + bytes.length);
  frame.writeUInt16BE(bytes.length, 0);
  bytes.copy(frame, 2);
  return frame;
};

/** Over a connection of its own. The first message counts: whoever answers another question here answers none. */
export const askByTcp = async <T>({ place, bytes, judge, timeoutMs, signal }: Errand<T>): Promise<Heard<T>> =>
  new Promise((resolve) => {
    const socket = connect({ host: place.host, port: place.port, noDelay: true });
    const parts: Buffer[] = [];
    const end = (heard: Heard<T>): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', silent);
      socket.destroy();
      resolve(heard);
    };
    const silent = (): void => end({ kind: 'silent' });
    const timer = setTimeout(silent, timeoutMs);
    signal.addEventListener('abort', silent);
    socket.on('error', () => end({ kind: 'unreachable' }));
    socket.once('close', () => end({ kind: 'unreachable' }));
    socket.once('connect', () => socket.write(framed(bytes)));
    socket.on('data', (part) => {
      parts.push(part);
      const message = wholeMessage(Buffer.concat(parts));
      if (message === undefined) return;
      const value = judge(message);
      end(value === undefined ? { kind: 'flooded' } : { kind: 'heard', value });
    });
  });
