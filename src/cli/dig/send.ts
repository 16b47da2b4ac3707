import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { type Message, readMessage } from './message.ts';

export interface Server {
  readonly host: string;
  readonly port: number;
}

const UDP_TRIES = 2;
const TRY_MS = 2000;
const TCP_MS = 5000;

/** Resolves with the first message of that id; undefined: none came in time. @throws Error: nothing listens there */
const byUdp = async (server: Server, query: Buffer): Promise<Buffer | undefined> => {
  const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4');
  const limit = AbortSignal.timeout(TRY_MS);
  try {
    socket.connect(server.port, server.host);
    await once(socket, 'connect', { signal: limit });
    socket.send(query);
    for (;;) {
      const [answer] = (await once(socket, 'message', { signal: limit })) as [Buffer];
      if (answer.length >= 12 && answer.readUInt16BE(0) === query.readUInt16BE(0)) return answer;
    }
  } catch (error) {
    if (limit.aborted) return undefined;
    throw error;
  } finally {
    socket.close();
  }
};

const byTcp = async (server: Server, query: Buffer): Promise<Buffer> => {
  const socket = connect(server.port, server.host);
  socket.setTimeout(TCP_MS, () => socket.destroy(new Error(`no answer by TCP within ${TCP_MS / 1000} s`)));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  socket.write(Buffer.concat([length, query]));
  let received = Buffer.alloc(0);
  for await (const part of socket as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, part]);
    if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) continue;
    return received.subarray(2, 2 + received.readUInt16BE(0));
  }
  throw new Error('the connection was closed without an answer');
};

export interface Answered {
  readonly message: Message;
  /** By which it came at last. */
  readonly transport: 'UDP' | 'TCP';
  readonly bytes: number;
  readonly durationMs: number;
}

const overUdp = async (server: Server, query: Buffer): Promise<Buffer> => {
  for (let tries = 0; tries < UDP_TRIES; tries += 1) {
    const answer = await byUdp(server, query);
    if (answer !== undefined) return answer;
  }
  throw new Error(`no answer by UDP within ${(UDP_TRIES * TRY_MS) / 1000} s`);
};

/**
 * Asks as a resolver does: by UDP, and by TCP where the answer has no room there.
 * @param transport TCP: by TCP at once
 * @throws Error: there is no answer, or it is no message
 */
export const sendQuery = async (server: Server, query: Buffer, transport: 'UDP' | 'TCP'): Promise<Answered> => {
  const begin = performance.now();
  const answered = (bytes: Buffer, by: 'UDP' | 'TCP'): Answered => ({
    message: readMessage(bytes),
    transport: by,
    bytes: bytes.length,
    durationMs: performance.now() - begin,
  });
  if (transport === 'UDP') {
    const first = answered(await overUdp(server, query), 'UDP');
    if (!first.message.flags.includes('tc')) return first;
  }
  return answered(await byTcp(server, query), 'TCP');
};
