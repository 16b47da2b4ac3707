import type { Claim, RouteClaim } from '../app-part.ts';
import type { HostTlsClaim } from '../host-tls.ts';
import { type Context, type PortDraft, problem } from '../port-draft.ts';
import { MOST_ROUTES, MOST_ROUTES_OF_APP } from './claim-routes.ts';

const LONGEST_HOST = 253;

/** Nobody asked for these hosts by a label: whoever does has them, whatever the weights. BACKEND_WEIGHT is within a million. */
const BELOW_ALL = 2_000_000;

type Preview = NonNullable<PortDraft['previews']>[number];

const isExact = (host: string): boolean => !host.startsWith('*');

const hostOf = (colour: string, host: string): string => `${colour}.${host}`;

/** It is wanted since it was asked for: it takes no host from whoever has it. */
const youngerOf = (since: string, at: string): string => (since > at ? since : at);

const routesOf = (routes: readonly Claim<RouteClaim>[], { colour, backend }: Preview, at: string): readonly Claim<RouteClaim>[] =>
  routes
    .filter(({ value }) => isExact(value.host) && value.isPassthrough !== true && hostOf(colour, value.host).length <= LONGEST_HOST)
    .map((claim) => ({
      ...claim,
      since: youngerOf(claim.since, at),
      value: { ...claim.value, host: hostOf(colour, claim.value.host), backend, weight: claim.value.weight - BELOW_ALL },
    }));

/** Whoever must show a certificate for a host must for its colours too. The host's own may not be for them. */
const tlsOf = (hosts: readonly Claim<HostTlsClaim>[], { colour }: Preview): readonly Claim<HostTlsClaim>[] =>
  hosts
    .filter(({ value }) => isExact(value.host))
    .map((claim) => ({ ...claim, value: { ...claim.value, host: hostOf(colour, claim.value.host), mustFit: true } }));

/** 'green.shop.example' for each host without a wildcard and each colour: routes like any other, as far as there may be so many. */
export const claimPreviewHosts = (drafts: readonly PortDraft[], context: Context): void => {
  const { preview, at = '' } = context.group?.shares ?? {};
  if (preview?.hosts !== true) return;
  let total = drafts.reduce((sum, { routes }) => sum + routes.length, 0);
  for (const draft of drafts) {
    const previews = draft.previews ?? [];
    const more = previews.flatMap((one) => routesOf(draft.routes, one, at));
    total += more.length;
    if (draft.routes.length + more.length > MOST_ROUTES || total > MOST_ROUTES_OF_APP) {
      total -= more.length;
      const message = `hosts of colours would make more than ${MOST_ROUTES} routes of the port, or ${MOST_ROUTES_OF_APP} of the app: there are none`;
      draft.problems.push(problem(context, draft, 'VHOST', message));
      continue;
    }
    const hosts = draft.hosts ?? [];
    draft.routes = [...draft.routes, ...more];
    if (hosts.length > 0 && more.length > 0) draft.hosts = [...hosts, ...previews.flatMap((one) => tlsOf(hosts, one))];
  }
};
