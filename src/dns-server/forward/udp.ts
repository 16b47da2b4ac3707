import { createSocket } from 'node:dgram';
import type { Errand, Heard } from './wire.ts';

/** A guesser is not given more tries with one question (RFC 5452, 9.2). */
const MOST_STRANGE = 10;

/**
 * Over a socket of its own, whose port the system draws (RFC 5452, 9.2). It is connected: the system passes on what comes from the other side alone, and tells
 * that nobody is there (ICMP).
 */
export const askByUdp = async <T>({ place, bytes, judge, timeoutMs, signal }: Errand<T>): Promise<Heard<T>> =>
  new Promise((resolve) => {
    const socket = createSocket({ type: place.host.includes(':') ? 'udp6' : 'udp4' });
    let strange = 0;
    let isOver = false;
    const end = (heard: Heard<T>): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', silent);
      socket.close();
      resolve(heard);
    };
    const silent = (): void => end({ kind: 'silent' });
    const timer = setTimeout(silent, timeoutMs);
    signal.addEventListener('abort', silent);
    // More than one may come, and one of a socket that is closed: unheard it would end the process.
    socket.on('error', () => end({ kind: 'unreachable' }));
    socket.on('message', (message) => {
      if (isOver) return;
      const value = judge(message);
      if (value !== undefined) end({ kind: 'heard', value });
      else if ((strange += 1) >= MOST_STRANGE) end({ kind: 'flooded' });
    });
    // Not as a callback: that is given the error in place of 'error'.
    socket.on('connect', () => {
      if (!isOver) socket.send(bytes);
    });
    socket.connect(place.port, place.host);
  });
