import { describe, it } from 'node:test';
import { workersOf } from '../kit/haproxy-of.ts';
import { steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

describe('a worker that hangs', () => {
  it('is replaced, killed, and what was asked for meanwhile is there', async (t) => {
    const { edge, clients } = await steadyEdge(t);
    const { current } = await workersOf(edge.runDir);
    process.kill(current, 'SIGSTOP');
    t.after(() => {
      try {
        process.kill(current, 'SIGKILL');
      } catch {
        // As it should be: it is gone.
      }
    });
    await edge.marathon('PUT', '/v2/apps/shop', { instances: 3 });
    await waitFor(
      'it is gone',
      async () => {
        const { current: now, old } = await workersOf(edge.runDir);
        return now !== current && !old.includes(current);
      },
      120_000,
    );
    await edge.until(200, 'shop.example');
    clients.forgetAnswers();
    await waitFor('all three tasks answer', () => clients.seen.byTask.size === 3);
    await waitFor('the plan is noop', async () => (await edge.daemon.views.plan()).kind === 'noop');
    await waitFor('it is ready', () => edge.daemon.views.ready().ready);
  });
});
