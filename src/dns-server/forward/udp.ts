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
    const end = (heard: Heard<T>): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', silent);
      // 'error' may come once more, from a packet on its way.
      socket.removeAllListeners('message').close();
      resolve(heard);
    };
    const silent = (): void => end({ kind: 'silent' });
    const timer = setTimeout(silent, timeoutMs);
    signal.addEventListener('abort', silent);
    socket.once('error', () => end({ kind: 'unreachable' }));
    socket.on('message', (message) => {
      const value = judge(message);
      if (value !== undefined) end({ kind: 'heard', value });
      else if ((strange += 1) >= MOST_STRANGE) end({ kind: 'flooded' });
    });
    socket.connect(place.port, place.host, () => {
      // Aborted before it was connected: closed already.
      if (!signal.aborted) socket.send(bytes);
    });
  });
