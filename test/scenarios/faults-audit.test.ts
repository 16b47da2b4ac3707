import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anAppDefinition } from '../kit/edge.ts';
import { sawNoFailure, steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

describe('the event stream leaves events out', () => {
  it('and nothing else seems wrong: the audit finds what differs, puts it right and counts it', async (t) => {
    const { edge, clients } = await steadyEdge(t, { flags: { auditInterval: '2' } });
    await waitFor('the stream is open', () => edge.standIn.streamCount === 1);
    edge.standIn.faults.dropEvents(1000);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
    await edge.until(200, 'news.example');
    const counters = await waitFor('it is counted', async () => {
      const status = await edge.daemon.views.status();
      return status.counters.auditDifferences > 0 && status.counters;
    });
    assert.ok(counters.audits >= 1);
    const { marathon } = await edge.daemon.views.status();
    assert.deepEqual([marathon.streaming, marathon.reconnects], [true, 0]);
    await sawNoFailure(clients);
  });
});
