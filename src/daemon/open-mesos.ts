import { join } from 'node:path';
import type { Logger } from 'pino';
import type { MastersConfig } from '../dns/mesos-dns-config/config.ts';
import { type Endpoint, endpointText } from '../dns/mesos-dns-config/endpoint.ts';
import type { MesosAuth, MesosTls } from '../mesos/http/http.ts';
import { type MesosSource, openMesos } from '../mesos/source.ts';
import type { DnsSettings } from '../settings-dns.ts';
import type { Made } from './made.ts';
import type { NamesSources } from './names-sources.ts';

interface MesosOpening {
  readonly dns: DnsSettings;
  readonly masters: MastersConfig;
  readonly stateDir: string;
  readonly log: Logger;
  readonly made: Made;
  /** Of Marathon, whose tasks it tells itself. */
  readonly framework: () => string;
  readonly sources: NamesSources;
}

const list = (places: readonly Endpoint[]): string => places.map(endpointText).join(',');

/** Where ZooKeeper is given it knows all masters; those that are listed too are asked while it has told of none. */
const mastersText = ({ detection, masters }: MastersConfig): string => {
  if (detection?.kind === 'zookeeper') {
    const { auth, servers, path } = detection;
    return `zk://${auth === undefined ? '' : `${auth}@`}${list(servers)}${path}`;
  }
  return list([...(detection === undefined ? [] : [detection.master]), ...masters]);
};

const authOf = ({ login }: MastersConfig): { readonly auth?: MesosAuth } => {
  if (login === undefined) return {};
  if (login.kind === 'basic') return { auth: { kind: 'basic', principal: login.user, secret: login.password } };
  return { auth: { kind: 'iam', account: login } };
};

const tlsOf = ({ tls }: MastersConfig): { readonly tls?: MesosTls } => {
  if (tls === undefined) return {};
  const { caPem, client, verifies } = tls;
  return { tls: { verify: verifies, ...(caPem === undefined ? {} : { caPem }), ...client } };
};

/** Follows Mesos for the names that Marathon does not know: of other frameworks, of agents and of masters. */
export const openMesosNames = async (opening: MesosOpening): Promise<MesosSource> => {
  const { dns, masters, stateDir, log, made, framework, sources } = opening;
  const options = {
    masters: mastersText(masters),
    ...(masters.detection?.kind === 'zookeeper' ? { otherwise: masters.masters.map(endpointText) } : {}),
    ...authOf(masters),
    ...tlsOf(masters),
    refreshSeconds: masters.refreshMs / 1000,
    stateTimeoutSeconds: masters.stateTimeoutMs / 1000,
    healthAware: dns.isHealthAware,
    skipFramework: ({ name }: { readonly name: string }) => name === framework(),
    file: join(stateDir, 'mesos.json'),
    log,
  };
  const mesos = made.add(await openMesos(options, { onChange: (change) => sources.takeMesos(change) }), (it) => it.close());
  sources.takeMesos({ put: mesos.whole().tasks, cluster: mesos.whole().cluster });
  mesos.start();
  return mesos;
};
