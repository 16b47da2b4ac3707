// The clients of the hitless benchmark, in a process of their own: forked by load-process.ts, ends with its parent.
import { KeptConnection } from './kept-connection.ts';
import type { LoadOptions, LoadOrder, LoadReport } from './load-process.ts';
import { requestOnNewConnection } from './new-connection.ts';
import { quantile } from '../stats.ts';
import { Rate } from './rate.ts';
import { Tally } from './tally.ts';
import { WebSockets } from './web-sockets.ts';

const LOCAL_ADDRESSES = 16;
/** For requests that are on their way. */
const END_MS = 2000;

const { port, hosts, webSocketHost, newPerSecond, keptPerSecond, keptConnections } = JSON.parse(process.argv[2] ?? '') as LoadOptions;
const hostOf = (index: number): string => hosts[index % hosts.length] ?? '';

const fresh = new Tally();
const kept = new Tally();
const webSockets = new WebSockets(port, webSocketHost);
const clients = Array.from({ length: keptConnections }, (_, index) => new KeptConnection(port, hostOf(index), kept));

let turn = 0;
const freshRate = new Rate(newPerSecond, () => {
  turn += 1;
  requestOnNewConnection(port, hostOf(turn), `127.0.0.${2 + (turn % LOCAL_ADDRESSES)}`, fresh);
  return 'started';
});

let next = 0;
const keptRate = new Rate(keptPerSecond, () => {
  for (let tries = 0; tries < clients.length; tries++) {
    const client = clients[next++ % clients.length];
    if (client === undefined || client.isBusy) continue;
    client.request();
    return 'started';
  }
  return 'not-now';
});

const report = (): LoadReport => ({
  fresh: { perSecond: freshRate.perSecond, outcomes: fresh.outcomes, p99Ms: quantile(fresh.latencies, 0.99) },
  kept: { perSecond: keptRate.perSecond, outcomes: kept.outcomes, p99Ms: quantile(kept.latencies, 0.99) },
  webSockets: webSockets.counts,
});

const stop = (): void => {
  freshRate.stop();
  keptRate.stop();
  setTimeout(() => {
    process.send?.(report());
    for (const client of clients) client.close();
    webSockets.close();
  }, END_MS);
};

process.on('message', (order: LoadOrder) => {
  if (order.kind === 'open-web-sockets') webSockets.add(order.count);
  else stop();
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
