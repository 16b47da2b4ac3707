import { join } from 'node:path';
import { CliSession } from '../src/haproxy/cli-session.ts';
import { parseServers } from '../src/haproxy/server-tables.ts';
import type { AppEntry } from '../src/model/model.ts';
import type { Book } from '../src/rollout/book.ts';
import { aBook, someShares } from '../test/kit/books.ts';
import { anEntry, aTask } from '../test/kit/builders.ts';
import { type Core, openCore } from '../test/kit/core.ts';
import { waitFor } from '../test/kit/wait-for.ts';
import type { Bench } from './kit/benchmark.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';
import type { Report } from './kit/report.ts';
import { median, quantile } from './kit/stats.ts';

/** Of each colour. */
const SERVERS = 100;
const SWITCHES = 40;
const BACKEND = 'shop_10000';
const ANSWER_MS = 30_000;
const LABELS = { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop' };

const aColour = (colour: string, network: number): AppEntry =>
  anEntry(
    { id: `/shop-${colour}`, instances: SERVERS, labels: LABELS },
    Array.from({ length: SERVERS }, (_, index) =>
      aTask({ id: `${colour}.${index}`, host: `10.0.${network}.${index + 1}`, ports: [31000] }),
    ),
  );

const bookWith = (green: number, revision: number): Book =>
  aBook({ revision, shares: { '/shop': someShares({ '/shop-green': green, '/shop-blue': 100 - green }) } });

/** HAProxy has the weights that are wanted of it. */
const isInForce = async (session: CliSession, core: Core): Promise<boolean> => {
  const [states = ''] = await session.ask([`show servers state ${BACKEND}`], ANSWER_MS);
  const servers = parseServers(states, '').get(BACKEND);
  const wanted = core.picture.desired.backends.get(BACKEND)?.servers ?? [];
  return (
    wanted.length === 2 * SERVERS &&
    wanted.every(({ name, weight, state }) => servers?.get(name)?.weight === weight && servers.get(name)?.state === state)
  );
};

/** From the decision to the last server's weight. */
const measureSwitch = async (session: CliSession, core: Core, book: Book): Promise<number> => {
  const beganMs = performance.now();
  core.loop.takeChange(core.picture.takeBook(book));
  while (!(await isInForce(session, core)));
  return performance.now() - beganMs;
};

/** As many bare commands, one after the other, that change nothing. */
const measureByHand = async (session: CliSession, core: Core): Promise<number> => {
  const servers = core.picture.desired.backends.get(BACKEND)?.servers ?? [];
  const beganMs = performance.now();
  for (const { name, weight } of servers) await session.ask([`set server ${BACKEND}/${name} weight ${weight}`], ANSWER_MS);
  return performance.now() - beganMs;
};

const measure = async ({ binary, version }: HaproxyUnderTest, { ends }: Bench): Promise<Report> => {
  const core = await openCore({ after: (end) => ends.add(end) }, { haproxy: binary });
  core.take([aColour('blue', 1), aColour('green', 2)]);
  await waitFor(
    'HAProxy has all servers',
    async () => core.loop.applied && core.reloader.counts.reloads === 1 && (await core.plan()).kind === 'noop',
  );
  const session = await CliSession.open(join(core.settings.runDir, 'admin.sock'), ANSWER_MS);
  ends.add(() => session.close());
  const { reloads } = core.reloader.counts;
  const [switches, byHand]: [number[], number[]] = [[], []];
  for (let count = 1; count <= SWITCHES; count += 1) {
    switches.push(await measureSwitch(session, core, bookWith(count % 2 === 0 ? 0 : 100, count)));
    await waitFor('Sluice has seen it too', async () => (await core.plan()).kind === 'noop');
    byHand.push(await measureByHand(session, core));
  }
  const [p50, p50ByHand] = [median(switches), median(byHand)];
  return {
    name: 'switch',
    haproxy: version,
    rows: [
      { what: `switch of ${2 * SERVERS} servers`, figures: { 'p50 ms': p50, 'p95 ms': quantile(switches, 0.95) } },
      { what: `${2 * SERVERS} x set server weight`, figures: { 'p50 ms': p50ByHand, 'p95 ms': quantile(byHand, 0.95) } },
    ],
    bars: [
      { what: 'switch p50, ms', value: p50, atMost: 50 },
      { what: 'switch p50 / by hand p50', value: p50 / p50ByHand, atMost: 10 },
      { what: 'reloads', value: core.reloader.counts.reloads - reloads, atMost: 0 },
    ],
  };
};

/** All of a group's traffic from one colour to the other and back: from the decision to the last server's weight in HAProxy. */
export async function* run(bench: Bench): AsyncGenerator<Report> {
  for (const haproxy of bench.haproxies) {
    bench.say(`HAProxy ${haproxy.version}`);
    yield await measure(haproxy, bench);
    await bench.ends.close();
  }
}
