import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { DecodedPacket } from 'dns-packet';
import { aQuery, askUdp, rcodeOf } from '../kit/dns-rig.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { waitFor } from '../kit/wait-for.ts';

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

const anEdge = async (t: TestContext): Promise<{ readonly edge: Edge; readonly port: number }> => {
  const [port = 0] = await freePorts(1);
  const edge = await openEdge(t, { apps: [anAppDefinition('/shop/web')], flags: { dnsListen: [`127.0.0.1:${port}`] } });
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
});
