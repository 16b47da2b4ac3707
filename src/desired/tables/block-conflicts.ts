import type { Problem } from '../../kit/problem.ts';
import { wordsOf } from '../../pieces/lines.ts';
import type { Claim, RouteClaim } from '../app-part.ts';
import type { RoutingBlock } from '../routing-block.ts';
import { byRank } from './blocks.ts';

/** Words that ask for more than the host. */
const OF_PATHS = /^!*(?:path|pathq|url|uri|base|query|url_param|urlp|method|METH_)/;

/** Whether nothing in these rules looks at the path: they take whatever is asked of their hosts. */
const takesWholeHosts = ({ parts }: RoutingBlock): boolean =>
  parts.every((part) => {
    if (part.kind === 'paths') return false;
    if (part.kind !== 'text') return true;
    return part.lines.every((line) => {
      const words = wordsOf(line);
      return 'value' in words && !words.value.some((word) => OF_PATHS.test(word));
    });
  });

const who = ({ appId, portIndex, value: { weight } }: Claim<{ readonly weight: number }>): string =>
  `${appId} (port index ${portIndex}, weight ${weight})`;

const told = ({ appId, portIndex }: Claim<unknown>, message: string): Problem => ({
  appId,
  portIndex,
  label: `HAPROXY_${portIndex}_VHOST`,
  message,
});

const ofHost = (
  host: string,
  block: Claim<RoutingBlock>,
  claims: readonly Claim<RouteClaim>[],
  later: readonly Claim<RoutingBlock>[],
): readonly Problem[] => {
  const others = claims.filter(({ value }) => value.backend !== block.value.backend);
  const all = others.find((claim) => claim.value.prefix === '/' && byRank(block, claim) > 0);
  const unreached =
    all === undefined ? [] : [told(block, `the rules of this port for ${host} are not asked: ${host}/ of ${who(all)} takes it`)];
  if (!takesWholeHosts(block.value)) return unreached;
  const because = `the rules of ${who(block)}, in words of its own, are asked first and may take it`;
  return [
    ...unreached,
    ...others
      .filter((claim) => byRank(block, claim) < 0)
      .map((claim) => told(claim, `${host}${claim.value.prefix} may not be routed here: ${because}`)),
    ...later
      .filter(({ value }) => value.hosts.includes(host) && value.backend !== block.value.backend)
      .map((other) => told(other, `${host} may not be routed here: ${because}`)),
  ];
};

/**
 * Two apps that want one host, where one has rules of its own: who is asked last is told. Of rules in somebody's own words nobody knows what they leave, so a host is
 * all that is looked at. `blocks`: of one frontend, in order; `claimsOn`: those in force on entries of maps, by host.
 */
export const blockConflicts = (
  blocks: readonly Claim<RoutingBlock>[],
  claimsOn: (host: string) => readonly Claim<RouteClaim>[],
): readonly Problem[] =>
  blocks.flatMap((block, at) =>
    [...block.value.hosts, ...(block.value.wildcards ?? [])].flatMap((host) => ofHost(host, block, claimsOn(host), blocks.slice(at + 1))),
  );
