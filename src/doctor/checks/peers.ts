import { randomUUID } from 'node:crypto';
import { MarathonApps } from '../../controller/marathon-apps.ts';
import { type KnownPeer, Peers } from '../../observe/peers.ts';
import { LeaderRequests } from '../../marathon/leader-requests.ts';
import type { Settings } from '../../settings.ts';
import { version } from '../../version.ts';
import { type Check, fail, type Finding, ok, warn } from '../check.ts';

const MAP_IT = '# map a port of the host to --stats-port, or name the others by --peers';

const OBSERVATIONS = '/_sluice_observations';

type Kind = NonNullable<KnownPeer['kind']>;

/** Nothing that a Sluice on its way up, or on its way out, would show. */
const FAILS: Readonly<Record<Kind, boolean>> = { unreached: false, silent: false, refused: true, other: true };

const fixFor = (kind: Kind, url: string): string => {
  switch (kind) {
    case 'unreached':
      return `curl -v ${url}/_haproxy_health_check   # does it run, and may this host reach its statistics port? see --stats-bind`;
    case 'silent':
      return `curl -v ${url}${OBSERVATIONS}   # HAProxy is there, and no Sluice answers behind it: start it again`;
    case 'refused':
      return `curl -v -u USER ${url}${OBSERVATIONS}   # give all Sluices the same --stats-auth-file, with the password itself`;
    case 'other':
      return `curl -v ${url}${OBSERVATIONS}   # what answers there? name each Sluice once in --peers`;
  }
};

const lookAt = ({ name, url, because, kind, version: theirs = 'unknown', startedAt = '' }: KnownPeer): Finding => {
  if (because !== undefined && kind !== undefined) {
    const [says, fix] = [`${name}: ${because}: rollouts wait for it`, url === undefined ? MAP_IT : fixFor(kind, url)];
    return FAILS[kind] ? fail(says, fix) : warn(says, fix);
  }
  if (theirs !== version())
    return warn(
      `${name} is Sluice ${theirs}, this one ${version()}`,
      '# let all have the same version: see docs/operations.md, "Several Sluices"',
    );
  return ok(`${name} is Sluice ${theirs}, since ${startedAt}`);
};

/** Those that this Sluice would ask, as it would ask them. @throws SluiceError when Marathon does not say who they are */
const look = async (
  { peers: who, ownTask: self, statsPort, stats, marathon }: Settings,
  signal: AbortSignal,
): Promise<readonly KnownPeer[]> => {
  const requests = new LeaderRequests(marathon);
  const apps = new MarathonApps(requests);
  const told = async (appId: string) => apps.told(appId);
  const peers = new Peers({ who, self, instance: randomUUID(), statsPort, login: stats.login, told, signal });
  try {
    await peers.look();
    return peers.known;
  } finally {
    await requests.close();
  }
};

/** The other Sluices, without which no rollout goes on. */
export const peers: Check = {
  name: 'peers',
  find: async ({ settings, signal }) => {
    const known = await look(settings, signal);
    return known.length === 0 ? [ok('there are no other Sluices: --peers names none, nor does Marathon')] : known.map(lookAt);
  },
};
