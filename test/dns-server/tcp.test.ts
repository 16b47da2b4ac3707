import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aNamedTask, aQuery, rcodeOf, startDns, TcpClient } from '../kit/dns-rig.ts';
import { waitFor } from '../kit/wait-for.ts';

const web = (id: number): Buffer => aQuery('web.marathon.mesos', 'A', { id });
const LIMITS = { idleMs: 10_000, connections: 100, connectionsOfClient: 100 };

describe('by TCP', () => {
  it('questions may follow each other at once, and come in any pieces', async (t) => {
    const dns = await startDns(t);
    const client = new TcpClient(t, await dns.port());
    for (let id = 1; id <= 200; id += 1) client.ask(web(id));
    const answers = await client.answered(200);
    assert.deepEqual(
      answers.map(({ id }) => id).sort((a = 0, b = 0) => a - b),
      Array.from({ length: 200 }, (_, nth) => nth + 1),
    );

    const query = web(7);
    for (const byte of [query.length >> 8, query.length & 0xff, ...query]) {
      client.socket.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await client.answered(201);
  });

  it('who has said all that he asks is answered still, and then it is over', async (t) => {
    const dns = await startDns(t);
    const client = new TcpClient(t, await dns.port());
    client.ask(web(1));
    client.ask(web(2));
    client.socket.end();
    await client.answered(2);
    await waitFor('the other side ends too', () => client.isOver);
  });

  it('who says nothing whole for as long as an idle one may live is cut off, whatever bytes come', async (t) => {
    const dns = await startDns(t, { tcpLimits: { ...LIMITS, idleMs: 300 } });
    const silent = new TcpClient(t, await dns.port());
    const slow = new TcpClient(t, await dns.port());
    const timer = setInterval(() => slow.socket.write(Buffer.from([0])), 50);
    t.after(() => clearInterval(timer));
    // A length of 0 and again: messages without a header are no questions either.
    await waitFor('both are closed', () => silent.isOver && slow.isOver);
  });

  it('who does not read his answers is not read either, and cut off; others are answered', async (t) => {
    const tasks = Array.from({ length: 200 }, (_, nth) => aNamedTask(nth));
    const dns = await startDns(t, { tcpLimits: { ...LIMITS, idleMs: 1000 } }, tasks);
    const greedy = new TcpClient(t, await dns.port());
    greedy.socket.pause();
    const many = Buffer.concat(
      Array.from({ length: 2000 }, () => {
        const query = aQuery('_web._tcp.marathon.mesos', 'SRV');
        return Buffer.concat([Buffer.from([query.length >> 8, query.length & 0xff]), query]);
      }),
    );
    for (let nth = 0; nth < 20; nth += 1) greedy.socket.write(many);
    const other = new TcpClient(t, await dns.port());
    other.ask(web(1));
    await other.answered(1);
    const { residentBytes } = await dns.facts(({ tcpConnections }) => tcpConnections === 0);
    assert.ok(residentBytes < 250 * 1024 * 1024, `${residentBytes} bytes`);
  });

  it('one client has so many connections and no more, and who is idle gives way where there are too many', async (t) => {
    const dns = await startDns(t, { tcpLimits: { ...LIMITS, connectionsOfClient: 2 } });
    const port = await dns.port();
    const three = [1, 2, 3].map(() => new TcpClient(t, port));
    await waitFor('one is refused', () => three.filter(({ isOver }) => isOver).length === 1);

    const few = await startDns(t, { tcpLimits: { ...LIMITS, connections: 2 } });
    const first = new TcpClient(t, await few.port());
    first.ask(web(1));
    await first.answered(1);
    const second = new TcpClient(t, await few.port());
    second.ask(web(1));
    await second.answered(1);
    first.ask(web(2));
    await first.answered(2);
    const third = new TcpClient(t, await few.port());
    third.ask(web(1));
    await third.answered(1);
    await waitFor('the idlest has gone', () => second.isOver);
    assert.equal(first.isOver, false);
  });

  it('what is no question ends the connection; what cannot be read is answered', async (t) => {
    const dns = await startDns(t);
    const short = new TcpClient(t, await dns.port());
    short.ask(Buffer.from([1, 2, 3]));
    await waitFor('it is closed', () => short.isOver);
    const broken = new TcpClient(t, await dns.port());
    broken.ask(Buffer.concat([web(1).subarray(0, 14)]));
    const [answer] = await broken.answered(1);
    assert.equal(answer === undefined ? '' : rcodeOf(answer), 'FORMERR');
  });
});
