/**
 * The least that a responder on this Node can do: whatever is asked, the same bytes come back with the question's id. The parent sends the bytes and
 * is told the port.
 */
import { createSocket } from 'node:dgram';

process.once('message', (hex: string) => {
  const answer = Buffer.from(hex, 'hex');
  const socket = createSocket({ type: 'udp4', lookup: (host, _, done) => done(null, host, 4) });
  socket.on('message', (query, from) => {
    const reply = Buffer.from(answer);
    reply.writeUInt16BE(query.readUInt16BE(0), 0);
    socket.send(reply, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1', () => process.send?.(socket.address().port));
});
process.once('disconnect', () => process.exit(0));
