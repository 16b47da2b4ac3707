import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anAppDefinition, getFrom } from '../kit/edge.ts';
import { sawNoFailure, steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';
import type { FaultVerbs } from '../../src/demo/verbs/fault-verbs.ts';
import type { Readiness } from '../../src/report/status.ts';

const AWAY: readonly (readonly [how: string, begin: (faults: FaultVerbs) => unknown, error: RegExp])[] = [
  ['takes no connections', async (faults) => faults.down(), /ECONNREFUSED|closed the event stream/],
  ['answers 503 with a page', (faults) => faults.refuse({ status: 503, body: 'html' }), /answered 503/],
  ['answers 200 with a page', (faults) => faults.refuse({ status: 200, body: 'html' }), /not what it should be|not with an event stream/],
  ['takes requests and answers none', (faults) => faults.hangAnswers(), /did not begin to answer|closed the event stream/],
];

describe('Marathon is away', { concurrency: 3 }, () => {
  for (const [how, begin, error] of AWAY) {
    it(`${how}: traffic goes on, /ready and the status say how old the picture is, and it comes back by itself`, async (t) => {
      const { edge, clients } = await steadyEdge(t, { flags: { maxStaleness: '2' } });
      const api = edge.daemon.apiUrl ?? '';
      await waitFor('nothing has happened for longer than that', async () => {
        const { lastEventAtMs = 0, lastFullReadAtMs = 0 } = (await edge.daemon.views.status()).marathon;
        return Date.now() - Math.max(lastEventAtMs, lastFullReadAtMs) > 2500;
      });
      assert.equal((await getFrom(`${api}/ready`)).status, 200);
      await begin(edge.standIn.faults);
      edge.standIn.faults.cutStreams('reset');

      const red = await waitFor('/ready turns red', async () => {
        const answer = await getFrom(`${api}/ready`);
        return answer.status === 503 && answer;
      });
      assert.match(red.text, /Marathon was not heard for \d+ s: what is served may be out of date/);
      assert.ok(((JSON.parse(red.text) as Readiness).pictureAgeSeconds ?? 0) >= 2, red.text);
      const away = await waitFor('the status tells what is wrong', async () => {
        const status = await edge.daemon.views.status();
        return error.test(status.marathon.lastError?.message ?? '') && status;
      });
      assert.equal(away.marathon.streaming, false);
      assert.ok((away.marathon.lastFullReadAtMs ?? 0) > 0, 'the status tells when Marathon was read last');
      assert.equal(away.apps, 1);
      assert.equal(away.haproxy.running, true);
      await clients.moreRequests();

      edge.standIn.faults.clear();
      await edge.standIn.faults.down('off');
      await edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
      await edge.until(200, 'news.example');
      await waitFor('/ready is green again', async () => (await getFrom(`${api}/ready`)).status === 200);
      await sawNoFailure(clients);
    });
  }

  it('answers with what is cut off or no JSON: nothing is taken from it', async (t) => {
    const { edge, clients } = await steadyEdge(t, { flags: { auditInterval: '1' } });
    const lastErrorAt = async (): Promise<number> => (await edge.daemon.views.status()).marathon.lastError?.atMs ?? 0;
    edge.standIn.faults.truncateNext();
    const first = await waitFor('a read has failed', async () => (await lastErrorAt()) > 0 && lastErrorAt());
    edge.standIn.faults.malformNext();
    await waitFor('another read has failed', async () => (await lastErrorAt()) > first);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
    await edge.until(200, 'news.example');
    await sawNoFailure(clients);
  });
});
