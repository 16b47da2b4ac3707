import pino from 'pino';
import type { NamedTask } from '../../../src/dns/named-task.ts';
import type { DnsFacts, DnsOptions } from '../../../src/dns-server/dns-responder.ts';
import { ResponderProcess } from '../../../src/dns-server/responder-process.ts';
import { WholeFeed } from '../../../src/dns-server/whole-feed.ts';
import { freePorts } from '../../../test/kit/free-ports.ts';
import { waitFor } from '../../../test/kit/wait-for.ts';
import type { Ends } from '../ends.ts';
import type { Responder } from './responder.ts';
import { OPTIONS } from './zones.ts';

/** Sluice's own process that answers DNS, fed as the main process feeds it. */
export interface SluiceDns extends Responder {
  readonly feed: WholeFeed;
  readonly facts: () => DnsFacts | undefined;
}

const options = (port: number): DnsOptions => ({
  listen: [{ address: '127.0.0.1', port }],
  zone: OPTIONS,
  answer: {
    ...{ recurseOn: true, setTruncateBit: true, maxUdpSize: 1232, minimalAny: true, srvUnknown: 'nxdomain', renames: [], neverLeak: [] },
    nsid: '',
  },
  ...{ transferAllow: [], notify: [] },
});

/** Resolves when it has all tasks and answers. */
export const startSluiceDns = async (name: string, tasks: readonly NamedTask[], ends: Ends): Promise<SluiceDns> => {
  const feed = new WholeFeed();
  feed.take({ put: tasks });
  feed.takeFreshness({ state: 'fresh', sinceMs: Date.now() });
  const [port = 0] = await freePorts(1);
  const child = new ResponderProcess({ role: 'dns', feed, log: pino({ level: 'error' }, pino.destination(2)), begin: () => options(port) });
  ends.add(async () => child.close());
  const facts = (): DnsFacts | undefined => child.facts as DnsFacts | undefined;
  await waitFor(`${name} answers`, () => facts()?.hasWhole === true && facts()?.tasks === tasks.length, 120_000);
  return { name, port, feed, facts, pid: child.pid ?? 0 };
};
