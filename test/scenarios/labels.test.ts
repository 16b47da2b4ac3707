import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { anAppDefinition, type Edge, getFrom, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { steadyClients, type SteadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

const LABELS = { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'cart.example' };

/** Marathon's seconds are short here and reloads are not: so that a task lives through one when it is asked to end, as it does in a cluster. */
const LIVES_ON = { taskKillGracePeriodSeconds: 40 };
/** Through two of them, with the pause that one reload leaves before the next. */
const LIVES_LONG = { taskKillGracePeriodSeconds: 100 };

/**
 * An app that is changed and one beside it, both under load. Marathon starts every task anew for a new label, so the load on both must go
 * through an upgrade as well.
 */
const underLoad = async (t: TestContext, lives = LIVES_ON) => {
  const edge = await openEdge(t, { address: 'own', apps: [anAppDefinition('/cart', lives), anAppDefinition('/neighbour')] });
  await edge.until(200, 'cart.example');
  await edge.until(200, 'neighbour.example');
  const to = (host: string) => ({ host, address: edge.address, port: edge.ports.http });
  const cart = await steadyClients(t, [to('cart.example')], { kept: 2, fresh: 2 });
  const neighbour = await steadyClients(t, [to('neighbour.example')], { kept: 2, fresh: 2, webSockets: 2 });
  return { edge, cart, neighbour };
};

const relabel = async (edge: Edge, labels: Readonly<Record<string, string>>): Promise<void> =>
  edge.deploy('PUT', '/v2/apps/cart', { labels });

/** Whether the answer is from a task of the app. */
const isFrom = (edge: Edge, appId: string, task: string | undefined): boolean => edge.standIn.tasks(appId).some(({ id }) => id === task);

const assertUnharmed = async (...clients: readonly SteadyClients[]): Promise<void> => {
  for (const one of clients) {
    await one.moreRequests();
    assert.deepEqual((await one.stop()).failures, []);
  }
};

describe('labels change under load', () => {
  it('a virtual host is added, then the old one given up', async (t) => {
    const { edge, cart, neighbour } = await underLoad(t);
    await relabel(edge, { ...LABELS, HAPROXY_0_VHOST: 'cart.example,basket.example' });
    await edge.until(200, 'basket.example');
    await assertUnharmed(cart);
    await relabel(edge, { ...LABELS, HAPROXY_0_VHOST: 'basket.example' });
    await edge.until(503, 'cart.example');
    assert.equal((await edge.get('basket.example')).status, 200);
    await assertUnharmed(neighbour);
  });

  it('a path is added, and taken away again', async (t) => {
    const { edge, neighbour } = await underLoad(t);
    await relabel(edge, { ...LABELS, HAPROXY_0_PATH: '/cart' });
    await edge.until(503, 'cart.example', '/elsewhere');
    assert.equal((await edge.get('cart.example', '/cart/1')).status, 200);
    await relabel(edge, LABELS);
    await edge.until(200, 'cart.example', '/elsewhere');
    await assertUnharmed(neighbour);
  });

  it('a service port is moved: the new one opens, the old one closes, and the virtual host never fails', async (t) => {
    const { edge, cart, neighbour } = await underLoad(t, LIVES_LONG);
    const [first = 0, second = 0] = await freePorts(2, edge.address);
    const at = (port: number) => `http://${edge.address}:${port}/`;
    for (const [open, closed] of [
      [first, second],
      [second, first],
    ] as const) {
      await relabel(edge, { ...LABELS, HAPROXY_0_PORT: String(open) });
      const answer = await waitFor(`port ${open} is open`, async () => getFrom(at(open)));
      assert.equal(answer.status, 200);
      await waitFor(`port ${closed} is closed`, async () =>
        getFrom(at(closed)).then(
          () => false,
          () => true,
        ),
      );
    }
    await assertUnharmed(cart, neighbour);
  });

  it('an app that leaves its group is served no more, and is again when it is back', async (t) => {
    const { edge, neighbour } = await underLoad(t);
    await relabel(edge, { ...LABELS, HAPROXY_GROUP: 'internal' });
    await edge.until(503, 'cart.example');
    await relabel(edge, LABELS);
    const answer = await edge.until(200, 'cart.example');
    assert.ok(isFrom(edge, '/cart', answer.task));
    await assertUnharmed(neighbour);
  });

  it('a virtual host goes from one app to another without a failed request', async (t) => {
    const { edge, cart, neighbour } = await underLoad(t);
    await edge.deploy(
      'POST',
      '/v2/apps',
      anAppDefinition('/new-cart', { ...LIVES_ON, labels: { HAPROXY_0_VHOST: 'cart.example', HAPROXY_0_BACKEND_WEIGHT: '5' } }),
    );
    await waitFor('the heavier app has the host', async () => isFrom(edge, '/new-cart', (await edge.get('cart.example')).task));
    await edge.deploy('DELETE', '/v2/apps/new-cart');
    await waitFor('the other app has it again', async () => isFrom(edge, '/cart', (await edge.get('cart.example')).task));
    await assertUnharmed(cart, neighbour);
  });
});
