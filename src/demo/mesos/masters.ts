import type { Agent } from '../agents.ts';
import type { World } from '../world.ts';
import { MesosCluster } from './cluster.ts';
import { type MesosFaults, noMesosFaults } from './faults.ts';
import { type MasterOptions, MesosMaster } from './master.ts';
import type { MesosTask } from './task.ts';

export interface MesosOptions extends Partial<MasterOptions> {
  /** How many there are; default 1. The first one leads at first. */
  readonly masters?: number;
  /** Whether there are kafka and chronos, with tasks of their own, beside Marathon; default 'some'. */
  readonly others?: 'some' | 'none';
  /** Of Marathon: 'scheduler-1@127.0.0.1:15101' by default. */
  readonly marathonPid?: string;
}

/** The masters below the stand-in's Marathon: real HTTP, and verbs to look and to interfere. */
export interface MesosMasters {
  /** 'ip:port' of all, in order. */
  readonly places: readonly string[];
  /** Undefined: nobody leads. */
  readonly leader: string | undefined;
  readonly cluster: MesosCluster;
  readonly faults: MesosFaults;
  /** Streams that are open now. */
  readonly streamCount: number;
  clearFaults(): void;
  cutStreams(): void;
  /** The leader's process ends and begins again, and the next one leads: `agents` are heard of at once, or when they are told to come back. */
  failover(agents: 'at-once' | 'when-told'): Promise<void>;
  /** An agent, or all, register with the leader. */
  agentsReturn(host?: string): void;
  /** No master takes connections, until `down('off')`. */
  down(state?: 'on' | 'off'): Promise<void>;
  /** A task of another framework, running on an agent. @returns it */
  addTask(framework: string, task: Partial<Omit<MesosTask, 'frameworkId'>> & { readonly id: string }): MesosTask;
  close(): Promise<void>;
}

const BROKER_PORT = 1025;

const addOthers = (cluster: MesosCluster, agents: readonly Agent[]): void => {
  const kafka = cluster.addFramework({ name: 'kafka', hostname: '127.0.0.1', pid: 'scheduler-k@127.0.0.1:15102' });
  for (const [index, { id, host }] of agents.slice(0, 3).entries()) {
    cluster.putTask({
      id: `broker-${index}__${index}`,
      name: `broker-${index}`,
      frameworkId: kafka.id,
      agentId: id,
      state: 'TASK_RUNNING',
      hostPorts: [BROKER_PORT],
      discovery: { name: `broker-${index}`, ports: [{ number: BROKER_PORT, protocol: 'tcp', name: 'broker' }] },
      addresses: [host],
    });
  }
  const chronos = cluster.addFramework({ name: 'chronos', hostname: '127.0.0.1', pid: 'scheduler-c@127.0.0.1:4400' });
  const [agent] = agents;
  if (agent === undefined) return;
  const job = { id: 'job.1', name: 'Nightly_Job.v2', frameworkId: chronos.id, agentId: agent.id, state: 'TASK_RUNNING' };
  cluster.putTask({ ...job, hostPorts: [31_999], addresses: [] });
};

export async function startMasters(world: World, options: MesosOptions): Promise<MesosMasters> {
  const { masters = 1, others = 'some', marathonPid = 'scheduler-1@127.0.0.1:15101', heartbeatMs = 15_000, port = 0 } = options;
  const cluster = new MesosCluster(world, { name: 'marathon', hostname: '127.0.0.1', pid: marathonPid });
  const faults = noMesosFaults();
  let leading = 0;
  const all: MesosMaster[] = [];
  const shared = { cluster, faults, options: { ...options, heartbeatMs }, leader: () => all[leading]?.place };
  if (others === 'some') addOthers(cluster, world.agents);
  for (let index = 0; index < masters; index += 1) {
    const master = new MesosMaster(shared, index === 0 ? port : 0);
    await master.open();
    all.push(master);
  }
  const stop = world.clock.everyMs(heartbeatMs, () => all.forEach((master) => master.heartbeat()));
  const each = async (work: (master: MesosMaster) => Promise<void>): Promise<void> => {
    await Promise.all(all.map(work));
  };
  const agentsReturn = (host?: string): void =>
    cluster.recoveredAgents.filter((agent) => host === undefined || agent.host === host).forEach((agent) => cluster.register(agent));
  return {
    places: all.map(({ place }) => place),
    get leader() {
      return shared.leader();
    },
    cluster,
    faults,
    get streamCount() {
      return all.reduce((sum, { streamCount }) => sum + streamCount, 0);
    },
    clearFaults: () => void Object.assign(faults, noMesosFaults()),
    cutStreams: () => all.forEach((master) => master.cutStreams()),
    failover: async (agents) => {
      const before = all[leading];
      await before?.close();
      cluster.newTerm();
      leading = (leading + 1) % all.length;
      if (agents === 'at-once') agentsReturn();
      await before?.open();
    },
    agentsReturn,
    down: async (state = 'on') => each(async (master) => (state === 'on' ? master.close() : master.open())),
    addTask: (framework, task) => {
      const added = { name: task.id, agentId: world.agents[0]?.id ?? '', state: 'TASK_RUNNING', hostPorts: [], addresses: [], ...task };
      cluster.putTask({ ...added, frameworkId: cluster.framework(framework).id });
      return cluster.task(task.id);
    },
    close: async () => {
      stop();
      await each(async (master) => master.close());
    },
  };
}
