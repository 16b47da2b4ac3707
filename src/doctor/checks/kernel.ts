import { readFile } from 'node:fs/promises';
import { type Check, type Finding, ok, warn } from '../check.ts';
import { type PortRange, portsAtRisk, portText } from '../ephemeral-ports.ts';
import { flagPorts } from '../listeners.ts';

/** What Marathon chooses service ports from unless told otherwise. */
const SERVICE_PORTS: PortRange = [10_000, 20_000];
/** Bursts of new connections are lost where the queue is shorter. */
const SHORT_QUEUE = 1024;

/** undefined: this kernel, or container, does not show it. */
const read = async (name: string): Promise<string | undefined> =>
  readFile(`/proc/sys/net/${name}`, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );

const portFinding = (wanted: readonly PortRange[], local: string, reserved: string): Finding => {
  const [first = 0, last = 0] = local.split(/\s+/).map(Number);
  const atRisk = portsAtRisk(wanted, [first, last], reserved).map(portText);
  const told = `outgoing connections are given ports from ${first} to ${last}`;
  if (atRisk.length === 0) return ok(`${told}: none that is to be listened on`);
  const list = [...(reserved === '' ? [] : [reserved]), ...atRisk].join(',');
  return warn(
    `${told}, and ${atRisk.join(', ')} are to be listened on: one that is taken cannot be`,
    `sysctl -w net.ipv4.ip_local_reserved_ports=${list}   # and in /etc/sysctl.d`,
  );
};

const queueFinding = (queue: string): readonly Finding[] => {
  const message = `${queue} new connections wait at most (somaxconn): more in a burst are lost`;
  return Number(queue) < SHORT_QUEUE ? [warn(message, 'sysctl -w net.core.somaxconn=4096   # and in /etc/sysctl.d')] : [];
};

export const kernel: Check = {
  name: 'kernel',
  find: async ({ settings }) => {
    const wanted: readonly PortRange[] = [
      ...flagPorts(settings).map(({ port }): PortRange => [port, port]),
      ...(settings.bindServicePorts ? [SERVICE_PORTS] : []),
    ];
    const local = await read('ipv4/ip_local_port_range');
    const queue = await read('core/somaxconn');
    return [
      ...(local === undefined ? [] : [portFinding(wanted, local, (await read('ipv4/ip_local_reserved_ports')) ?? '')]),
      ...(queue === undefined ? [] : queueFinding(queue)),
    ];
  },
};
