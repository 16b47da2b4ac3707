import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { DecodedPacket, OptAnswer } from 'dns-packet';
import { pino } from 'pino';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { startStandIn } from '../../src/demo/stand-in.ts';
import { toSettings } from '../../src/settings.ts';
import { atEnd } from '../kit/at-end.ts';
import { addressesIn, aQuery, askUdp, rcodeOf } from '../kit/dns-rig.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { waitFor } from '../kit/wait-for.ts';

const OPT: OptAnswer = {
  ...{ type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, extendedRcode: 0, ednsVersion: 0, flag_do: false },
  options: [],
};
const NAME = '_web-shop._tcp.marathon.mesos';

/** Ports that SRV records lead to: each task has its own. */
const portsIn = ({ answers = [] }: DecodedPacket): readonly number[] =>
  answers.flatMap((answer) => (answer.type === 'SRV' ? [answer.data.port] : [])).sort();

const portsOf = (edge: Edge): readonly number[] =>
  edge.standIn
    .tasks('/shop/web')
    .flatMap(({ addresses }) => addresses.map(({ port }) => port))
    .sort();

interface Resolving {
  readonly stop: () => Promise<readonly string[]>;
}

/** A client that resolves all the time; what is wrong with an answer is kept. */
const resolveAllTheTime = (port: number, wrong: (packet: DecodedPacket) => string | undefined): Resolving => {
  const ending = new AbortController();
  const faults: string[] = [];
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const fault = wrong(await askUdp(port, aQuery(NAME, 'SRV')));
      if (fault !== undefined) faults.push(fault);
      await wait(10);
    }
  };
  const running = run();
  return {
    stop: async () => {
      ending.abort();
      await running;
      return faults;
    },
  };
};

const anEdge = async (
  t: TestContext,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly edge: Edge; readonly port: number }> => {
  const [port = 0] = await freePorts(1);
  const edge = await openEdge(t, { apps: [anAppDefinition('/shop/web')], flags: { dnsListen: [`127.0.0.1:${port}`], ...flags } });
  await waitFor('it is answered', async () => portsIn(await askUdp(port, aQuery(NAME, 'SRV'), { limitMs: 200 })).length > 0);
  return { edge, port };
};

describe('names of an app in DNS', () => {
  it('follow it while it is scaled, deployed anew and loses tasks, and are never missing meanwhile', async (t) => {
    const { edge, port } = await anEdge(t);
    const now = async (): Promise<readonly number[]> => portsIn(await askUdp(port, aQuery(NAME, 'SRV')));
    const isAsMarathonSays = async (): Promise<boolean> => (await now()).join() === portsOf(edge).join();
    const resolving = resolveAllTheTime(port, (packet) => {
      if (rcodeOf(packet) !== 'NOERROR') return rcodeOf(packet);
      return portsIn(packet).length === 0 ? 'no records' : undefined;
    });

    await edge.deploy('PUT', '/v2/apps/shop/web', { instances: 5 });
    await waitFor('five of them', async () => (await now()).length === 5 && isAsMarathonSays());

    const [task] = edge.standIn.tasks('/shop/web');
    const killed = task?.addresses[0]?.port ?? 0;
    await edge.marathon('DELETE', `/v2/apps/shop/web/tasks/${task?.id ?? ''}`);
    await waitFor('the one that was killed is gone', async () => !(await now()).includes(killed));
    await waitFor('another one is there', async () => (await now()).length === 5 && isAsMarathonSays());

    await edge.deploy('PUT', '/v2/apps/shop/web', { env: { RELEASE: '2' } });
    await waitFor('all are others', isAsMarathonSays);
    assert.deepEqual(await resolving.stop(), []);

    await edge.deploy('DELETE', '/v2/apps/shop/web');
    await waitFor('the name is gone', async () => rcodeOf(await askUdp(port, aQuery(NAME, 'SRV'))) === 'NXDOMAIN');
  });

  it('are answered again when their process is killed, and HAProxy serves meanwhile', async (t) => {
    const { edge, port } = await anEdge(t);
    await edge.until(200, 'web.example');
    const pid = (await edge.daemon.views.status()).dns?.process.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    assert.equal((await edge.get('web.example')).status, 200);
    await waitFor('it is answered again', async () => portsIn(await askUdp(port, aQuery(NAME, 'SRV'), { limitMs: 200 })).length > 0);
    const { dns } = await edge.daemon.views.status();
    assert.equal(dns?.process.restarts, 1);
    assert.notEqual(dns.process.pid, pid);
  });

  it('begin again with what was known while Marathon is away, and say that it is old', async (t) => {
    const { edge, port } = await anEdge(t);
    await waitFor('it is on disk', async () => (await edge.daemon.views.status()).picture.saved.savedAt !== undefined);
    await edge.daemon.close();
    const daemon = await startDaemon(toSettings({ ...edge.flags, marathon: ['http://127.0.0.1:1'] }), pino({ level: 'silent' }));
    atEnd(t, async () => daemon.close());
    const answer = await waitFor('it is answered', async () => {
      const packet = await askUdp(port, aQuery(NAME, 'SRV', { additionals: [OPT] }), { limitMs: 200 });
      return portsIn(packet).length === 2 ? packet : undefined;
    });
    const [opt] = (answer.additionals ?? []).filter(({ type }) => type === 'OPT');
    const options = opt?.type === 'OPT' ? opt.options.map(({ code, data }) => [code, data?.readUInt16BE(0)]) : [];
    assert.deepEqual(options, [[15, 3]], 'EDE 3: stale answer');
    assert.equal((await daemon.views.status()).dns?.state, 'stale');
  });

  it('stand beside those of other frameworks and of masters, where Mesos is asked too', async (t) => {
    const cluster = await startStandIn({ mesos: { masters: 2 } });
    atEnd(t, async () => cluster.close());
    const { edge, port } = await anEdge(t, { mesosMaster: [...cluster.mesos.places] });
    const addressesOf = async (name: string): Promise<readonly string[]> => addressesIn(await askUdp(port, aQuery(name, 'A')));
    await waitFor('a task of another framework', async () => (await addressesOf('broker-0.kafka.mesos')).length > 0);
    const leader = cluster.mesos.leader?.split(':')[0];
    assert.deepEqual(await addressesOf('leader.mesos'), [leader]);
    assert.equal((await addressesOf('web-shop.marathon.mesos')).length > 0, true);
    const { dns } = await edge.daemon.views.status();
    assert.notEqual(dns?.mesos?.source, 'none');

    await cluster.mesos.down();
    await wait(500);
    assert.equal((await addressesOf('broker-0.kafka.mesos')).length > 0, true);
  });
});
