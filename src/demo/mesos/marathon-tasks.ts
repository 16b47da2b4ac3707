import { knownAddresses } from '../events/task-events.ts';
import type { Endpoint, Instance, Task } from '../instances/instance.ts';
import { traitsOf } from '../specs/traits.ts';
import type { World } from '../world.ts';
import type { Json, MesosPort, MesosTask } from './task.ts';

/** '/shop/cart' -> 'cart.shop', as Marathon names what it launches. */
const reversed = (specId: string): string => specId.split('/').filter(Boolean).toReversed().join('.');

/** One for each protocol; a port that only the container has is told with that scope. */
const portsOf = ({ name, protocol, hostPort, containerPort }: Endpoint, network: string): readonly MesosPort[] =>
  protocol.split(',').map((one) => ({
    number: hostPort ?? containerPort,
    protocol: one,
    ...(name === undefined ? {} : { name }),
    labels:
      network !== 'host' && hostPort === undefined ? { 'network-scope': 'container', 'network-name': 'dcos' } : { 'network-scope': 'host' },
  }));

const containerOf = (instance: Instance, endpoints: readonly Endpoint[]): { readonly container?: Json } => {
  if (traitsOf(instance.spec).network === 'host') return {};
  const mappings = endpoints.flatMap(({ hostPort, containerPort, protocol }) =>
    hostPort === undefined ? [] : [{ host_port: hostPort, container_port: containerPort, protocol: protocol.split(',')[0] }],
  );
  return { container: { type: 'MESOS', network_infos: [mappings.length === 0 ? { name: 'dcos' } : { port_mappings: mappings }] } };
};

const toMesosTask = (instance: Instance, task: Task, frameworkId: string): MesosTask | undefined => {
  const { placement, spec } = instance;
  if (placement === undefined) return undefined;
  const traits = traitsOf(spec);
  const endpoints = placement.endpoints.filter(({ container }) => container === task.container);
  // Only those are known to Mesos that it does itself.
  const isChecked = traits.checks.some(({ by }) => by === 'executor');
  return {
    id: task.id,
    name: spec.kind === 'pod' ? (task.container ?? '') : reversed(spec.id),
    frameworkId,
    agentId: placement.agent.id,
    state: instance.dying && task.state === 'TASK_RUNNING' ? 'TASK_KILLING' : task.state,
    hostPorts: endpoints.flatMap(({ hostPort }) => hostPort ?? []),
    discovery: { name: reversed(spec.id), ports: endpoints.flatMap((endpoint) => portsOf(endpoint, traits.network)) },
    isChecked,
    ...(isChecked && instance.healthy !== undefined ? { healthy: instance.healthy } : {}),
    addresses: knownAddresses(instance, task),
    ...containerOf(instance, endpoints),
  };
};

/** Marathon's tasks as Mesos has them; also those of apps that Marathon has forgotten while they end. */
export function marathonTasks(world: World, frameworkId: string): readonly MesosTask[] {
  const instances = [...[...world.instances.values()].flatMap((siblings) => [...siblings.values()]), ...world.expunged];
  return instances.flatMap((instance) => instance.tasks.flatMap((task) => toMesosTask(instance, task, frameworkId) ?? []));
}
