import { z } from 'zod';
import type { TaskAddresses, TaskFact } from './facts.ts';

/** Mesos puts some of its addresses into labels. */
const LABELS = { docker: 'Docker.NetworkSettings.IPAddress', mesos: 'MesosContainerizer.NetworkSettings.IPAddress' } as const;

const portMappings = z.array(z.object({ host_port: z.number().optional() }));

export const networkInfosSchema = z.array(
  z.object({
    ip_addresses: z.array(z.object({ ip_address: z.string().optional() })).optional(),
    /** Mesos 0.25. */
    ip_address: z.string().optional(),
    port_mappings: portMappings.optional(),
  }),
);

export const containerSchema = z.object({
  docker: z.object({ port_mappings: portMappings.optional() }).optional(),
  network_infos: networkInfosSchema.optional(),
});

export const labelSchema = z.object({ key: z.string(), value: z.string().default('') });

/** What a status tells, of the state's or of an event. */
export interface Status {
  readonly state: string;
  readonly timestamp: number;
  readonly isHealthy?: boolean | undefined;
  readonly labels: readonly { readonly key: string; readonly value: string }[];
  readonly networkInfos: z.output<typeof networkInfosSchema>;
}

const hasMapping = (infos: z.output<typeof networkInfosSchema> | undefined): boolean =>
  infos?.some(({ port_mappings: mappings = [] }) => mappings.some(({ host_port: port = 0 }) => port > 0)) === true;

export const isMappedContainer = ({ docker, network_infos: infos }: z.output<typeof containerSchema>): boolean =>
  hasMapping(infos) || docker?.port_mappings?.some(({ host_port: port = 0 }) => port > 0) === true;

const netinfo = ({ networkInfos }: Status): readonly string[] =>
  networkInfos.flatMap(({ ip_addresses: many = [], ip_address: one }) => {
    const told = many.flatMap(({ ip_address: address = '' }) => (address === '' ? [] : [address]));
    return told.length > 0 || one === undefined || one === '' ? told : [one];
  });

const labelled = ({ labels }: Status, wanted: string): readonly string[] =>
  labels.flatMap(({ key, value }) => (key === wanted && value !== '' ? [value] : []));

const unlessEmpty = <K extends string>(key: K, addresses: readonly string[]): { readonly [key in K]?: readonly string[] } =>
  (addresses.length === 0 ? {} : { [key]: addresses }) as { readonly [key in K]?: readonly string[] };

/** Those that this status tells; a later one may leave them out where it is only about health. */
const addressesOf = (status: Status): TaskAddresses => ({
  ...unlessEmpty('netinfo', netinfo(status)),
  ...unlessEmpty('docker', labelled(status, LABELS.docker)),
  ...unlessEmpty('mesos', labelled(status, LABELS.mesos)),
});

type Told = Pick<TaskFact, 'addresses' | 'isMapped' | 'isHealthy'>;

/** What is known once a newer status has come. Only that of a running task tells where it is reached, whatever others hold. */
export const withStatus = <T extends Told>(task: T, status: Status): T => {
  if (status.state !== 'TASK_RUNNING') return task;
  const told = addressesOf(status);
  return {
    ...task,
    ...(status.isHealthy === undefined ? {} : { isHealthy: status.isHealthy }),
    isMapped: task.isMapped || hasMapping(status.networkInfos),
    addresses: Object.keys(told).length === 0 ? task.addresses : told,
  };
};

/** The order in which they are given means nothing; of equal times the first counts. */
export const withStatuses = <T extends Told>(task: T, statuses: readonly Status[]): T =>
  statuses
    .toReversed()
    .sort((one, other) => one.timestamp - other.timestamp)
    .reduce((so, status) => withStatus(so, status), task);
