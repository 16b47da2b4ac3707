import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openEdge } from '../kit/edge.ts';
import { waitFor } from '../kit/wait-for.ts';

const DAY_MS = 86_400_000;

/** Somebody sets the clock of this machine. */
const setClock = (t: TestContext, byMs: number): void => {
  const now = Date.now.bind(Date);
  t.mock.method(Date, 'now', () => now() + byMs);
};

describe('/ready, when the clock is set', () => {
  it('stays green while Marathon is away for no longer than it may be', async (t) => {
    const edge = await openEdge(t, { flags: { maxStaleness: '600' } });
    edge.standIn.faults.refuse();
    edge.standIn.faults.cutStreams();
    await waitFor('there is no stream', async () => !(await edge.daemon.views.status()).marathon.streaming);
    setClock(t, DAY_MS);
    assert.deepEqual(edge.daemon.views.ready().because, []);
    const { marathon } = await edge.daemon.views.status();
    assert.ok((marathon.heardAgoMs ?? Infinity) < 600_000, String(marathon.heardAgoMs));
  });

  it('turns red all the same when Marathon is away for too long', async (t) => {
    const edge = await openEdge(t, { flags: { maxStaleness: '1' } });
    setClock(t, -DAY_MS);
    edge.standIn.faults.refuse();
    edge.standIn.faults.cutStreams();
    const because = await waitFor('it is red', () => edge.daemon.views.ready().because[0]);
    assert.match(because, /^Marathon was not heard for \d+ s: what is served may be out of date$/);
  });
});
