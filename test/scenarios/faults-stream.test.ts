import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { anAppDefinition } from '../kit/edge.ts';
import { sawNoFailure, steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
};

/** The URL of somebody who takes connections and never says a word. */
const hungMarathon = async (t: TestContext): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // Whoever gives up on us may do so by a reset.
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${portOf(server)}`;
};

// Most of their time is waiting for somebody who does not answer.
describe('the event stream fails', { concurrency: 4 }, () => {
  it('falls silent without an end: that is noticed, the stream is opened again, and what changed meanwhile arrives', async (t) => {
    const { edge, clients } = await steadyEdge(t);
    await waitFor('the stream is open', () => edge.standIn.streamCount === 1);
    edge.standIn.faults.silence();
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
    await edge.deploy('PUT', '/v2/apps/shop', { instances: 4 });

    await edge.until(200, 'news.example');
    await waitFor('all four tasks answer', () => clients.seen.byTask.size >= 4);
    const { marathon } = await edge.daemon.views.status();
    assert.equal(marathon.reconnects, 1);
    assert.equal(marathon.streaming, true);
    await sawNoFailure(clients);
  });

  for (const how of ['clean', 'reset', 'mid-frame'] as const) {
    it(`is cut (${how}): it is opened again, and what changed meanwhile arrives`, async (t) => {
      const { edge, clients } = await steadyEdge(t);
      await waitFor('the stream is open', () => edge.standIn.streamCount === 1);
      // Nothing of the change comes by the stream: neither by the old one, nor by the new one while it lasts.
      edge.standIn.faults.dropEvents(1000);
      edge.standIn.faults.cutStreams(how);
      await edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
      edge.standIn.faults.clear();

      await edge.until(200, 'news.example');
      const status = await edge.daemon.views.status();
      assert.ok(status.marathon.reconnects >= 1);
      await sawNoFailure(clients);
    });
  }

  it('is cut again and again while apps change: the end is right, and nobody notices', async (t) => {
    const { edge, clients } = await steadyEdge(t);
    for (const [round, how] of (['clean', 'reset', 'mid-frame'] as const).entries()) {
      await waitFor('the stream is open', () => edge.standIn.streamCount === 1);
      const scaled = edge.deploy('PUT', '/v2/apps/shop', { instances: 3 + round });
      edge.standIn.faults.cutStreams(how);
      await scaled;
    }
    await waitFor('HAProxy has all five tasks', async () => (await edge.daemon.views.explain('/shop'))?.ports[0]?.servers.length === 5);
    await sawNoFailure(clients);
  });

  it('is not to be had from the first Marathon, which hangs: the others are used', async (t) => {
    const { edge, clients } = await steadyEdge(t, { marathonsBefore: [await hungMarathon(t)] });
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
    await edge.until(200, 'news.example');
    assert.equal((await edge.daemon.views.status()).marathon.url, edge.standIn.url);
    await sawNoFailure(clients);
  });

  it('ends with its leader: standbys lead on to the new one, and what changes there arrives', async (t) => {
    const { edge, clients } = await steadyEdge(t, { standIn: { instances: 3 } });
    const first = edge.standIn.leaderUrl;
    await waitFor('the stream is open', () => edge.standIn.streamCount === 1);
    edge.standIn.faults.abdicate({ noticeMs: 0, electionMs: 300, warmUpMs: 300, downMs: 1500 });
    const second = await waitFor('another leads', () => {
      const { leaderUrl } = edge.standIn;
      return leaderUrl !== first && leaderUrl;
    });

    await edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
    await edge.deploy('PUT', '/v2/apps/shop', { instances: 4 });
    await edge.until(200, 'news.example');
    await waitFor('all four tasks answer', () => clients.seen.byTask.size >= 4);
    await waitFor('the stream is open at the new leader', async () => {
      const { marathon } = await edge.daemon.views.status();
      return marathon.streaming && marathon.leader === second;
    });
    await sawNoFailure(clients);
  });
});
