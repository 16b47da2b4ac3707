import type { Agent } from '../agents.ts';
import type { RunSpec } from '../specs/run-spec.ts';
import { type EndpointWish, type Traits, traitsOf } from '../specs/traits.ts';
import { freePort } from '../upstreams/listener.ts';
import { instancesOf, type World } from '../world.ts';
import type { Endpoint, Placement } from './instance.ts';

/** Mesos agents offer ports from here on unless told otherwise; used when nobody really listens. */
const FIRST_FAKE_PORT = 31_000;
const FAKE_PORTS = 30_000;

/** Finds an agent for one more instance and takes its ports there. @returns undefined when no agent's offer matches */
export async function place(world: World, spec: RunSpec): Promise<Placement | undefined> {
  const traits = traitsOf(spec);
  for (const agent of candidates(world, spec, traits)) {
    const placement = await placeOn(world, agent, traits);
    if (placement !== undefined) return placement;
  }
  return undefined;
}

/** Gives back what an instance held on its agent. */
export function release(placement: Placement): void {
  placement.agent.load -= 1;
  for (const port of placement.hostPorts) placement.agent.usedPorts.delete(port);
}

function candidates(world: World, spec: RunSpec, traits: Traits): readonly Agent[] {
  const taken = new Set(instancesOf(world, spec.id).map(({ placement }) => placement?.agent));
  return world.agents
    .filter((agent) => agent.state === 'active' && traits.constraints.every((constraint) => meets(agent, constraint, taken)))
    .sort((one, other) => one.load - other.load);
}

/** Constraints on the hostname; those on attributes are taken for met, since these agents have none. */
function meets(agent: Agent, [field, operator, value = '']: readonly string[], taken: ReadonlySet<Agent | undefined>): boolean {
  if (field !== 'hostname' && field !== '@hostname') return true;
  switch (operator) {
    case 'UNIQUE':
      return !taken.has(agent);
    case 'CLUSTER':
    case 'IS':
      return agent.host === value;
    case 'LIKE':
      return new RegExp(`^(?:${value})$`).test(agent.host);
    case 'UNLIKE':
      return !new RegExp(`^(?:${value})$`).test(agent.host);
    default:
      return true;
  }
}

async function placeOn(world: World, agent: Agent, traits: Traits): Promise<Placement | undefined> {
  if (traits.endpoints.some(({ hostPort }) => hostPort !== undefined && hostPort !== 0 && agent.usedPorts.has(hostPort))) return undefined;
  const ipAddress = ownAddress(world, agent, traits);
  const endpoints: Endpoint[] = [];
  for (const wish of traits.endpoints) endpoints.push(await endpointFor(world, agent, wish, ipAddress));
  agent.load += 1;
  const hostPorts = endpoints.flatMap(({ hostPort }) => (hostPort === undefined ? [] : [hostPort]));
  return { agent, endpoints, hostPorts, ipAddresses: [ipAddress] };
}

function ownAddress(world: World, agent: Agent, traits: Traits): string {
  if (traits.network === 'container') return world.subnet.containerAddress();
  return traits.network === 'container/bridge' ? world.subnet.bridgeAddress() : agent.host;
}

async function endpointFor(world: World, agent: Agent, wish: EndpointWish, ipAddress: string): Promise<Endpoint> {
  const { name, container, protocol } = wish;
  const hostPort = wish.hostPort === 0 ? await anyPort(world, agent) : wish.hostPort;
  if (hostPort !== undefined) agent.usedPorts.add(hostPort);
  return {
    ...(name === undefined ? {} : { name }),
    ...(container === undefined ? {} : { container }),
    protocol,
    containerPort: wish.containerPort === 0 ? (hostPort ?? 0) : wish.containerPort,
    ...(hostPort === undefined ? { address: ipAddress, port: wish.containerPort } : { address: agent.host, port: hostPort, hostPort }),
  };
}

async function anyPort(world: World, agent: Agent): Promise<number> {
  switch (world.upstreams) {
    case 'shared':
      return world.shared.port(agent.host);
    case 'none':
      return FIRST_FAKE_PORT + (agent.fakePorts++ % FAKE_PORTS);
    case 'real':
      return freshPort(agent);
  }
}

/** A port that the system calls free and that no task waits to listen on. */
async function freshPort(agent: Agent): Promise<number> {
  for (;;) {
    const port = await freePort(agent.host);
    if (!agent.usedPorts.has(port)) return port;
  }
}
