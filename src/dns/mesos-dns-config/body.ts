import { hideCredentials } from '../../kit/hide-credentials.ts';
import type { Values } from './keys.ts';
import { DEFAULT_VALUES } from './read-values.ts';

/** What is so while it runs, whatever the file says. */
interface InForce {
  readonly ttlSeconds: number;
  readonly soaSerial: number;
  /** Where the file is; '' = there is none. */
  readonly file: string;
  /** 'mesos', and 'ns1.mesos.' as the zone has them. */
  readonly domain: string;
  readonly soaMname: string;
  readonly soaRname: string;
}

/** There is a secret; which one is nobody's business. */
const HIDDEN = '***';
const hidden = (secret: string): string => (secret === '' ? '' : HIDDEN);

/** `user:password@` in it, and that alone, is hidden. */
const zkText = (zk: string): string => hideCredentials(zk);

/**
 * The answer to `GET /v1/config`, every key spelled as Mesos-DNS spells it, in its order. Mesos-DNS shows the secret of `MesosCredentials` there.
 * @param values of `MesosDnsConfig`; without a file Mesos-DNS's defaults
 */
export const configBody = (values: Values | undefined, inForce: InForce): Readonly<Record<string, unknown>> => {
  const all = values ?? { ...DEFAULT_VALUES, Resolvers: [] };
  return {
    ...all,
    TTL: inForce.ttlSeconds,
    SOASerial: inForce.soaSerial,
    SOAMname: inForce.soaMname,
    SOARname: inForce.soaRname,
    ZoneResolvers: Object.fromEntries(all.ZoneResolvers),
    Zk: zkText(all.Zk),
    Domain: inForce.domain,
    File: inForce.file,
    MesosCredentials: { Principal: all.MesosCredentials.principal, Secret: hidden(all.MesosCredentials.secret) },
  };
};
