import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { atEnd } from './at-end.ts';
import type { Edge } from './edge.ts';

/** A WebSocket through the http frontend; resolves when its task has said the first word. Cut after the test: HAProxy would wait for it when it is stopped. */
export const openWebSocket = async (t: TestContext, edge: Edge, host: string): Promise<WebSocket> => {
  const socket = new WebSocket(`ws://${edge.address}:${edge.ports.http}/`, { headers: { host } });
  atEnd(t, () => socket.terminate());
  await once(socket, 'message');
  return socket;
};
