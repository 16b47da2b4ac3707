import { anAppDefinition } from '../kit/edge.ts';
import { STEADY_IDS } from './cluster.ts';
import type { Verb } from './verb.ts';

const PASSING = ['/news', '/mail', '/maps', '/wiki'] as const;

const QUICK = { backoffSeconds: 1, backoffFactor: 1 };

/** Some are servers at run time, some take a reload. */
const LABELS: readonly [object, ...object[]] = [
  {},
  { HAPROXY_0_BALANCE: 'leastconn' },
  { HAPROXY_0_BALANCE: 'source' },
  { HAPROXY_0_STICKY: 'true' },
  { HAPROXY_0_PATH: '/new' },
  { HAPROXY_0_BACKEND_WEIGHT: '7' },
];

const BAD_LABELS: readonly [object, ...object[]] = [
  { HAPROXY_0_VHOST: 'not a host!' },
  { HAPROXY_0_VHOST: 'shop.example' },
  { HAPROXY_0_PATH: `/a"'{}%[env(HOME)]` },
  { HAPROXY_0_PORT: 'abc' },
  { HAPROXY_0_MODE: 'health' },
  { HAPROXY_0_BALANCE: 'roundrobin\nfrontend x\n  bind :22' },
  { HAPROXY_0_BACKEND_WEIGHT: 'heavy' },
  { HAPROXY_0_VHOST: 'x'.repeat(100_000) },
];

/** What people and machines do on a busy day. No app that clients use is ever left without a task. */
export const CHANGES: readonly Verb[] = [
  {
    name: 'scale',
    weight: 5,
    act: async (cluster, random) => {
      const id = random.oneOf(STEADY_IDS);
      const instances = random.whole(3, 6);
      // Marathon may choose to keep the lost ones.
      if (cluster.standIn.agents.some(({ state }) => state !== 'active')) return 'not now: an agent is lost';
      return `${id} to ${instances}: ${await cluster.write('PUT', `/v2/apps${id}`, { instances })}`;
    },
  },
  {
    name: 'rolling upgrade',
    weight: 5,
    act: async (cluster, random) => {
      const id = random.oneOf(STEADY_IDS);
      const upgradeStrategy = { minimumHealthCapacity: 1, maximumOverCapacity: random.oneOf([0.34, 0.5, 1]) };
      const env = { RELEASE: String(random.whole(1, 1_000_000)) };
      return `${id}: ${await cluster.write('PUT', `/v2/apps${id}`, { env, upgradeStrategy })}`;
    },
  },
  {
    name: 'app comes or changes',
    weight: 4,
    act: async (cluster, random) => {
      const id = random.oneOf(PASSING);
      const app = anAppDefinition(id, { ...QUICK, instances: random.whole(1, 3), labels: random.oneOf(LABELS) });
      return `${id}: ${await cluster.write('PUT', `/v2/apps${id}?partialUpdate=false`, app)}`;
    },
  },
  {
    name: 'app goes',
    weight: 2,
    act: async (cluster, random) => {
      const id = random.oneOf(PASSING);
      return `${id}: ${await cluster.write('DELETE', `/v2/apps${id}`)}`;
    },
  },
  {
    name: 'bad labels',
    weight: 2,
    act: async (cluster, random) => {
      const id = random.oneOf(['/bad', '/worse']);
      const labels = random.oneOf(BAD_LABELS);
      const app = anAppDefinition(id, { ...QUICK, instances: 1, labels });
      return `${id} ${JSON.stringify(labels).slice(0, 60)}: ${await cluster.write('PUT', `/v2/apps${id}?partialUpdate=false`, app)}`;
    },
  },
  {
    name: 'task fails',
    weight: 4,
    act: async (cluster, random) => {
      const task = random.pick(await cluster.carriers(random.oneOf(STEADY_IDS)));
      if (task === undefined) return 'none to fail';
      const isDone = await cluster.takeAway(new Set([task.id]), async () => cluster.standIn.faults.failTask(task.id));
      return isDone ? task.id : `${task.id} is needed`;
    },
  },
  {
    name: 'task is killed',
    weight: 2,
    act: async (cluster, random) => {
      const task = random.pick(await cluster.carriers(random.oneOf(STEADY_IDS)));
      if (task === undefined) return 'none to kill';
      const isDone = await cluster.takeAway(new Set([task.id]), () => cluster.standIn.faults.killTask(task.id));
      return isDone ? task.id : `${task.id} is needed`;
    },
  },
  {
    name: 'task turns unhealthy',
    weight: 2,
    act: async (cluster, random) => {
      const task = random.pick(await cluster.carriers('/cart'));
      if (task === undefined) return 'none to be unhealthy';
      return (await cluster.sicken(task.id)) ? task.id : `${task.id} is needed`;
    },
  },
  {
    name: 'agent is lost or returns',
    weight: 3,
    act: async (cluster, random) => {
      const { agents, faults } = cluster.standIn;
      const lost = agents.find(({ state }) => state === 'lost');
      if (lost !== undefined) {
        await faults.returnAgent(lost.host);
        return `${lost.host} is back`;
      }
      const agent = random.pick(agents);
      const traffic = random.oneOf(['cut', 'flows'] as const);
      if (agent === undefined) return 'none to lose';
      const tasks = new Set(cluster.standIn.tasks().flatMap(({ host, id }) => (host === agent.host ? [id] : [])));
      const isDone = await cluster.takeAway(tasks, async () => faults.loseAgent(agent.host, traffic));
      return isDone ? `${agent.host} is lost, traffic ${traffic}` : `${agent.host} is needed`;
    },
  },
];
