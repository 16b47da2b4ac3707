import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { anAppDefinition, type Edge, type EdgeOptions, openEdge } from './edge.ts';
import { lastly } from './lastly.ts';
import { SteadyClients } from './steady-clients.ts';

/** Clients that use /shop on shop.example all the time; ended after the test. */
export const shoppers = (t: TestContext, port: number, address = '127.0.0.1'): SteadyClients => {
  const clients = new SteadyClients([{ host: 'shop.example', address, port }], { kept: 2, fresh: 2 });
  lastly(t, async () => clients.stop());
  return clients;
};

/** Some more requests, and none of all of them has failed. */
export const sawNoFailure = async (clients: SteadyClients): Promise<void> => {
  await clients.moreRequests();
  const { failures, requests } = await clients.stop();
  assert.deepEqual(failures.slice(0, 10), [], `${failures.length} of ${requests} requests failed`);
};

/** An edge with the app /shop, and clients that use it all the time. */
export const steadyEdge = async (t: TestContext, options: EdgeOptions = {}): Promise<{ edge: Edge; clients: SteadyClients }> => {
  const edge = await openEdge(t, { ...options, apps: [anAppDefinition('/shop'), ...(options.apps ?? [])] });
  await edge.until(200, 'shop.example');
  return { edge, clients: shoppers(t, edge.ports.http, edge.address) };
};
