import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { anAppDefinition, getFrom, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { steadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

const refused = async (url: string): Promise<boolean> =>
  getFrom(url).then(
    () => false,
    (error: unknown) => (error as { code?: string }).code === 'ECONNREFUSED',
  );

/** An edge with an app that others must not disturb, and clients that use it all the time. */
const withNeighbour = async (t: TestContext, haproxy: string) => {
  const edge = await openEdge(t, { haproxy, address: 'own', apps: [anAppDefinition('/neighbour')] });
  await edge.until(200, 'neighbour.example');
  const clients = await steadyClients(t, [{ host: 'neighbour.example', address: edge.address, port: edge.ports.http }], {
    kept: 2,
    fresh: 2,
  });
  return { edge, clients };
};

eachHaproxy('an app comes and goes', ({ binary }) => {
  it('is reached by its virtual host, its service port and its id, and a neighbour loses nothing meanwhile', async (t) => {
    const { edge, clients } = await withNeighbour(t, binary);
    const [servicePort] = await freePorts(1, edge.address);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/shop/cart', { portDefinitions: [{ port: servicePort }] }));
    const tasks = new Set(edge.standIn.tasks('/shop/cart').map(({ id }) => id));

    const byHost = await edge.until(200, 'cart.example');
    assert.ok(tasks.has(byHost.task ?? ''), `${byHost.task ?? 'nobody'} answered`);
    const byPort = await waitFor('the service port is open', async () => getFrom(`http://${edge.address}:${servicePort ?? 0}/`));
    assert.equal(byPort.status, 200);
    assert.ok(tasks.has(byPort.task ?? ''));
    for (const id of ['/shop/cart', '/Shop/Cart', '/SHOP/CART']) {
      const byId = await getFrom(`http://${edge.address}:${edge.ports.appId}/`, { 'x-marathon-app-id': id });
      assert.equal(byId.status, 200, id);
      assert.ok(tasks.has(byId.task ?? ''), id);
    }
    const toNobody = await getFrom(`http://${edge.address}:${edge.ports.appId}/`, { 'x-marathon-app-id': '/shop' });
    assert.equal(toNobody.status, 503);

    await clients.moreRequests();
    assert.deepEqual((await clients.stop()).failures, []);
  });

  it('is gone when it is deleted, with its service port, and a neighbour loses nothing meanwhile', async (t) => {
    const { edge, clients } = await withNeighbour(t, binary);
    const [servicePort = 0] = await freePorts(1, edge.address);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/shop/cart', { portDefinitions: [{ port: servicePort }] }));
    await edge.until(200, 'cart.example');
    await waitFor('the service port is open', async () => getFrom(`http://${edge.address}:${servicePort}/`));

    await edge.deploy('DELETE', '/v2/apps/shop/cart');
    await edge.until(503, 'cart.example');
    await waitFor('the service port is closed', async () => refused(`http://${edge.address}:${servicePort}/`));
    const byId = await getFrom(`http://${edge.address}:${edge.ports.appId}/`, { 'x-marathon-app-id': '/shop/cart' });
    assert.equal(byId.status, 503);

    await clients.moreRequests();
    assert.deepEqual((await clients.stop()).failures, []);
  });

  it('is suspended and comes back', async (t) => {
    const edge = await openEdge(t, { haproxy: binary, address: 'own' });
    const [servicePort = 0] = await freePorts(1, edge.address);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/cart', { portDefinitions: [{ port: servicePort }] }));
    await edge.until(200, 'cart.example');
    const byPort = async () => getFrom(`http://${edge.address}:${servicePort}/`);
    await waitFor('the service port is open', byPort);

    await edge.deploy('PUT', '/v2/apps/cart', { instances: 0 });
    await edge.until(503, 'cart.example');
    assert.equal((await byPort()).status, 503);

    await edge.deploy('PUT', '/v2/apps/cart', { instances: 2 });
    await edge.until(200, 'cart.example');
    assert.equal((await byPort()).status, 200);
  });
});
