// Clients of a rollout, in a process of their own: forked by visitors.ts, ends with its parent.
import { KeptConnection } from '../../../bench/kit/load/kept-connection.ts';
import { requestOnNewConnection } from '../../../bench/kit/load/new-connection.ts';
import { Rate } from '../../../bench/kit/load/rate.ts';
import type { Notes } from '../../../bench/kit/load/tally.ts';
import { WebSockets } from '../../../bench/kit/load/web-sockets.ts';
import type { Request, VisitorsOptions, VisitorsOrder, VisitorsReport, VisitorsState } from './visitors.ts';

const LOCAL_ADDRESSES = 16;
const KEPT_CONNECTIONS = 20;
/** Beside the new connections. */
const KEPT_PER_SECOND = 100;
/** More at once would only wait: what is reached is told. */
const MOST_AT_ONCE = 100;
/** For requests that are on their way. */
const END_MS = 2000;

const { ports, host, newPerSecond } = JSON.parse(process.argv[2] ?? '') as VisitorsOptions;

const requests: Request[] = [];
let failed = 0;
let onTheirWay = 0;

const notes: Notes = {
  note: (outcome, tookMs, answer) => {
    const endedMs = performance.timeOrigin + performance.now();
    if (outcome !== 'ok') failed += 1;
    requests.push({ beganMs: endedMs - tookMs, endedMs, app: /\r\nx-app-id: *(\S+)/i.exec(answer)?.[1] ?? '', outcome });
  },
};

const portOf = (index: number): number => ports[index % ports.length] ?? 0;
const clients = Array.from({ length: KEPT_CONNECTIONS }, (_, index) => new KeptConnection(portOf(index), host, notes));
const sockets = ports.map((port) => new WebSockets(port, host));

const freshNotes: Notes = {
  note: (...told) => {
    onTheirWay -= 1;
    notes.note(...told);
  },
};

let turn = 0;
const fresh = new Rate(newPerSecond, () => {
  if (onTheirWay >= MOST_AT_ONCE) return 'not-now';
  turn += 1;
  onTheirWay += 1;
  requestOnNewConnection(portOf(turn), host, `127.0.0.${2 + (turn % LOCAL_ADDRESSES)}`, freshNotes);
  return 'started';
});

let next = 0;
const kept = new Rate(KEPT_PER_SECOND, () => {
  const idle = Array.from({ length: KEPT_CONNECTIONS }, () => clients[next++ % KEPT_CONNECTIONS]).find(
    (client) => client?.isBusy === false,
  );
  idle?.request();
  return idle === undefined ? 'not-now' : 'started';
});

const state = (): VisitorsState => ({
  requests: requests.length,
  failed,
  newPerSecond: fresh.perSecond,
  openWebSockets: sockets.reduce((sum, { counts }) => sum + counts.open, 0),
  webSockets: sockets.map(({ counts }) => counts),
});

const answer = (reply: VisitorsState | VisitorsReport): void => void process.send?.(reply);

const stop = (): void => {
  fresh.stop();
  kept.stop();
  setTimeout(() => {
    answer({ ...state(), all: requests });
    for (const client of clients) client.close();
    for (const one of sockets) one.close();
  }, END_MS);
};

process.on('message', (order: VisitorsOrder) => {
  if (order.kind === 'stop') {
    stop();
    return;
  }
  if (order.kind === 'open-web-sockets') for (const one of sockets) one.add(order.count);
  if (order.kind === 'close-web-sockets') for (const one of sockets) one.close();
  answer(state());
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
