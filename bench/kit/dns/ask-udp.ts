import { createSocket } from 'node:dgram';
import { decode, encode, type Packet, type RecordType } from 'dns-packet';

const PATIENCE_MS = 1000;

/** The bytes of one answer over UDP with EDNS; undefined: none came in a second. */
export const askRaw = async (port: number, name: string, type: string): Promise<Buffer | undefined> => {
  const socket = createSocket('udp4');
  try {
    const query = encode({
      ...{ type: 'query', id: 4711, questions: [{ name, type: type as RecordType }] },
      additionals: [
        { type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, extendedRcode: 0, ednsVersion: 0, flag_do: false, options: [] },
      ],
    });
    return await new Promise((resolve) => {
      setTimeout(() => resolve(undefined), PATIENCE_MS);
      socket.once('message', resolve);
      socket.send(query, port, '127.0.0.1');
    });
  } finally {
    socket.close();
  }
};

export const askUdp = async (port: number, name: string, type: string): Promise<Packet | undefined> => {
  const raw = await askRaw(port, name, type);
  return raw === undefined ? undefined : decode(raw);
};
