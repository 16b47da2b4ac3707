import type { NamedTask } from '../../../src/dns/named-task.ts';
import { toText } from '../../../src/dns/name.ts';
import { TYPE } from '../../../src/dns/record.ts';
import { Zone } from '../../../src/dns/zone.ts';
import type { ZoneOptions } from '../../../src/dns/zone-options.ts';

export const OPTIONS: ZoneOptions = {
  ...{ domain: 'mesos', ttlSeconds: 5, negativeTtlSeconds: 1, soaMname: 'ns1.mesos', soaRname: 'root.ns1.mesos' },
  ...{ soaRefresh: 60, soaRetry: 600, soaExpire: 86_400, ipSources: ['netinfo', 'mesos', 'host'], enforceRfc952: false, srvWeight: 1 },
  ...{ listenerAddresses: ['127.0.0.1'], dcos: true, firstSerial: 1 },
};

/** Of each app. */
const INSTANCES = 5;
/** Of the app whose services are asked for. */
const TARGETS = 20;

/** A task of `/shop/<app>` in a container with an address of its own: what takes most names. */
export const benchTask = (app: string, nth: number, place: number): NamedTask => ({
  key: `marathon\nshop_${app}.${nth}`,
  framework: 'marathon',
  id: `shop_${app}.instance-${place}-${nth}._app.1`,
  name: `${app}.shop`,
  discovery: { name: `${app}.shop`, ports: [{ number: 8080, protocol: 'tcp', name: 'http' }] },
  agentId: `ab12cd34-S${place % 500}`,
  agentAddresses: [`10.1.${(place % 500) >> 8}.${place & 255}`],
  addresses: { netinfo: [`9.${place >> 16}.${(place >> 8) & 255}.${place & 255}`] },
  hostPorts: [31_000 + (place % 1000)],
  isMapped: true,
  fitness: 'fit',
  appId: `/shop/${app}`,
});

/** @param size how many tasks, 20 of them of one app called `s`, where there are as many more */
export const benchTasks = (size: number): readonly NamedTask[] => [
  ...Array.from({ length: size }, (_, place) => benchTask(`app${Math.floor(place / INSTANCES)}`, place % INSTANCES, place)),
  ...Array.from({ length: TARGETS }, (_, nth) => ({
    ...benchTask('s', nth, 60_000 + nth),
    name: 's',
    discovery: { name: 's', ports: [{ number: 8080, protocol: 'tcp', name: '' }] },
  })),
];

/** Names with as many addresses as an app has instances. */
export const addressNames = (size: number): readonly string[] =>
  Array.from({ length: Math.floor(size / INSTANCES) }, (_, nth) => `app${nth}-shop.marathon.mesos`);

export const SERVICE = '_s._tcp.marathon.mesos';

/** The zone `mesos` in the words of zone files, for a server of another kind. */
export const zoneLines = (tasks: readonly NamedTask[]): readonly string[] => {
  const zone = new Zone(OPTIONS);
  zone.apply({ put: tasks });
  const text = (type: number, data: string): string | undefined => {
    const bytes = Buffer.from(data, 'latin1');
    if (type === TYPE.A) return `A ${bytes.join('.')}`;
    if (type !== TYPE.SRV) return undefined;
    return `SRV ${bytes.readUInt16BE(0)} ${bytes.readUInt16BE(2)} ${bytes.readUInt16BE(4)} ${toText(data.slice(6))}`;
  };
  return zone.snapshot('\x05mesos\0').flatMap(({ name, type, data }) =>
    data.flatMap((one) => {
      const rest = text(type, one);
      return rest === undefined ? [] : [`${toText(name)} ${rest}`];
    }),
  );
};
