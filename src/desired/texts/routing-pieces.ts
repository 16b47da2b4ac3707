import type { PieceName } from '../../pieces/catalogue.ts';

/** One piece of a port's rules in a shared frontend. `host`: the virtual host that it is about; absent: the first, and what is about all of them. */
export interface RoutingPiece {
  readonly name: PieceName;
  readonly host?: string;
}

/** Of a port with virtual hosts: which labels it has. */
interface RoutingFlags {
  readonly hosts: readonly string[];
  readonly path: boolean;
  readonly auth: boolean;
  readonly redirect: boolean;
}

const all = (...names: readonly PieceName[]): readonly RoutingPiece[] => names.map((name) => ({ name }));

const httpOfOneHost = ({ path, auth, redirect }: RoutingFlags): readonly RoutingPiece[] => {
  if (path && redirect)
    return all('HTTP_FRONTEND_ACL_ONLY', 'HTTP_FRONTEND_ACL_ONLY_WITH_PATH', 'BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH');
  if (path) return all(auth ? 'HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH' : 'HTTP_FRONTEND_ACL_WITH_PATH');
  if (redirect) return all('HTTP_FRONTEND_ACL', 'BACKEND_REDIRECT_HTTP_TO_HTTPS');
  return all(auth ? 'HTTP_FRONTEND_ACL_WITH_AUTH' : 'HTTP_FRONTEND_ACL');
};

/** What follows the hosts. */
const httpTail = ({ path, auth, redirect }: RoutingFlags): PieceName => {
  if (redirect) return path ? 'BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH' : 'BACKEND_REDIRECT_HTTP_TO_HTTPS';
  if (path) return auth ? 'HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH' : 'HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH';
  return auth ? 'HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH' : 'HTTP_FRONTEND_ROUTING_ONLY';
};

const httpOfHosts = (flags: RoutingFlags): readonly RoutingPiece[] => [
  ...(flags.path ? all(flags.auth ? 'HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH' : 'HTTP_FRONTEND_ACL_ONLY_WITH_PATH') : []),
  ...flags.hosts.map((host) => ({ name: 'HTTP_FRONTEND_ACL_ONLY', host }) as const),
  ...all(httpTail(flags)),
];

/** The pieces that Marathon-LB had for a port on port 80, in their order. */
export const httpPieces = (flags: RoutingFlags): readonly RoutingPiece[] =>
  flags.hosts.length === 1 ? httpOfOneHost(flags) : httpOfHosts(flags);

const httpsPiece = ({ path, auth }: RoutingFlags): PieceName => {
  if (path) return auth ? 'HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH' : 'HTTPS_FRONTEND_ACL_WITH_PATH';
  return auth ? 'HTTPS_FRONTEND_ACL_WITH_AUTH' : 'HTTPS_FRONTEND_ACL';
};

/** The same for port 443. */
export const httpsPieces = (flags: RoutingFlags): readonly RoutingPiece[] => [
  ...(flags.path ? all('HTTPS_FRONTEND_ACL_ONLY_WITH_PATH') : []),
  ...flags.hosts.map((host) => ({ name: httpsPiece(flags), host })),
];
