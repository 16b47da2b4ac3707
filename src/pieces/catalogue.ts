/**
 * Every piece that Marathon-LB's configuration was made of; Marathon-LB calls them templates. An operator may replace each of them by HAPROXY_<name> in
 * the environment or a file of that name, most of them also an app for one of its ports by the label HAPROXY_{n}_<name>.
 */

/** Which section a piece stands in, or opens. What its text may hold depends on it. */
export type Place =
  /** global, defaults and the statistics. */
  | 'head'
  /** A frontend that many apps share: opens it. */
  | 'shared-frontend'
  /** Opens `userlist user_{backend}`. */
  | 'userlist'
  /** Rules of one port in the frontend on port 80, on 443, or by app id. */
  | 'http-rules'
  | 'https-rules'
  | 'app-id-rules'
  /** Of one virtual host where https is grouped by virtual host: the switch, the way to itself, the frontend behind. */
  | 'vhost-rules'
  | 'vhost-backend'
  | 'vhost-frontend'
  /** The frontend of a service port: opens it; in it. */
  | 'frontend'
  | 'frontend-rules'
  /** The backend of a port: opens it; in it; one server of it; words of a server's line. */
  | 'backend'
  | 'backend-body'
  | 'server'
  | 'server-words';

/**
 * What HAPROXY_{n}_<name> does. read: replaces the piece. shadowed: it is a label with another meaning, so the piece has none.
 * dead: Marathon-LB knew the label and never used it. none: there never was one.
 */
export type LabelUse = 'read' | 'shadowed' | 'dead' | 'none';

export interface Piece {
  readonly place: Place;
  readonly label: LabelUse;
  /** What {name} may stand for in its text. Undefined: the text has no placeholders, and its braces are single. */
  readonly placeholders: readonly string[] | undefined;
  /** Was never used by Marathon-LB's own configuration: accepted and without effect. */
  readonly unused?: true;
}

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

const ofPort = (place: Place, placeholders: string): Piece => ({ place, label: 'read', placeholders: words(placeholders) });
const literalOfPort = (place: Place): Piece => ({ place, label: 'read', placeholders: undefined });
const ofAll = (place: Place, placeholders: string): Piece => ({ place, label: 'none', placeholders: words(placeholders) });
const literalOfAll = (place: Place): Piece => ({ place, label: 'none', placeholders: undefined });
const dead = (place: Place, placeholders: string): Piece => ({ place, label: 'dead', placeholders: words(placeholders) });
const unused = (): Piece => ({ place: 'https-rules', label: 'none', placeholders: words(WITH_AUTH_AND_PATH), unused: true });

const ACL = 'cleanedUpHostname hostname backend appId';
const WITH_AUTH = `${ACL} realm`;
const WITH_PATH = `${ACL} path`;
const WITH_AUTH_AND_PATH = `${ACL} realm path`;

const CHECK = `healthCheck healthCheckPortIndex healthCheckPort healthCheckProtocol healthCheckPath healthCheckTimeoutSeconds
  healthCheckIntervalSeconds healthCheckGracePeriodSeconds healthCheckMaxConsecutiveFailures healthCheckFalls healthCheckPortOptions`.replaceAll(
  /\s+/g,
  ' ',
);

/** All of them, by their name without HAPROXY_, in the order of the configuration. */
const PIECES = {
  HEAD: literalOfAll('head'),
  USERLIST_HEAD: ofPort('userlist', 'backend user passwd'),
  HTTP_FRONTEND_HEAD: literalOfAll('shared-frontend'),
  HTTP_FRONTEND_ACL: ofPort('http-rules', ACL),
  HTTP_FRONTEND_ACL_ONLY: ofPort('http-rules', ACL),
  HTTP_FRONTEND_ROUTING_ONLY: ofPort('http-rules', ACL),
  HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH: ofPort('http-rules', WITH_AUTH),
  HTTP_FRONTEND_ACL_WITH_AUTH: ofPort('http-rules', WITH_AUTH),
  HTTP_FRONTEND_ACL_WITH_PATH: ofPort('http-rules', WITH_PATH),
  HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH: ofPort('http-rules', WITH_AUTH_AND_PATH),
  HTTP_FRONTEND_ACL_ONLY_WITH_PATH: ofPort('http-rules', WITH_PATH),
  HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH: ofPort('http-rules', WITH_AUTH_AND_PATH),
  HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH: ofPort('http-rules', WITH_PATH),
  HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH: ofPort('http-rules', WITH_AUTH_AND_PATH),
  BACKEND_REDIRECT_HTTP_TO_HTTPS: ofPort('http-rules', 'bindAddr cleanedUpHostname'),
  BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH: ofPort('http-rules', 'bindAddr cleanedUpHostname backend'),
  MAP_HTTP_FRONTEND_ACL: dead('http-rules', 'haproxy_dir'),
  MAP_HTTP_FRONTEND_ACL_ONLY: dead('http-rules', 'haproxy_dir'),
  HTTP_FRONTEND_APPID_HEAD: literalOfAll('shared-frontend'),
  HTTP_FRONTEND_APPID_ACL: ofPort('app-id-rules', 'cleanedUpAppId hostname appId backend'),
  MAP_HTTP_FRONTEND_APPID_ACL: dead('app-id-rules', 'haproxy_dir'),
  HTTPS_FRONTEND_HEAD: ofAll('shared-frontend', 'sslCerts'),
  HTTPS_FRONTEND_ACL: ofPort('https-rules', ACL),
  HTTPS_FRONTEND_ACL_ONLY_WITH_PATH: ofPort('https-rules', WITH_AUTH_AND_PATH),
  HTTPS_FRONTEND_ACL_WITH_AUTH: ofPort('https-rules', WITH_AUTH),
  HTTPS_FRONTEND_ACL_WITH_PATH: ofPort('https-rules', WITH_PATH),
  HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH: ofPort('https-rules', WITH_AUTH_AND_PATH),
  HTTPS_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH: unused(),
  HTTPS_FRONTEND_AUTH_ACL_ONLY: unused(),
  HTTPS_FRONTEND_AUTH_REQUEST_ONLY: unused(),
  MAP_HTTPS_FRONTEND_ACL: dead('https-rules', 'haproxy_dir hostname'),
  HTTPS_GROUPED_FRONTEND_HEAD: literalOfAll('shared-frontend'),
  HTTPS_GROUPED_VHOST_FRONTEND_ACL: ofAll('vhost-rules', 'backend host'),
  HTTPS_GROUPED_VHOST_BACKEND_HEAD: ofAll('vhost-backend', 'name'),
  HTTPS_GROUPED_VHOST_FRONTEND_HEAD: ofAll('vhost-frontend', 'name sslCerts bindOpts'),
  FRONTEND_HEAD: ofPort('frontend', 'bindAddr backend servicePort mode sslCert bindOptions'),
  FRONTEND_BACKEND_GLUE: ofPort('frontend-rules', 'backend'),
  BACKEND_HEAD: ofPort('backend', 'backend balance mode'),
  BACKEND_HSTS_OPTIONS: literalOfPort('backend-body'),
  BACKEND_HTTP_OPTIONS: literalOfPort('backend-body'),
  HTTP_BACKEND_PROXYPASS_GLUE: ofPort('backend-body', 'hostname proxypath'),
  HTTP_BACKEND_REVPROXY_GLUE: ofPort('backend-body', 'hostname rootpath'),
  HTTP_BACKEND_REDIR: { place: 'backend-body', label: 'shadowed', placeholders: ['hostname', 'redirpath'] },
  HTTP_BACKEND_NETWORK_ALLOWED_ACL: ofPort('backend-body', 'network_allowed'),
  HTTP_BACKEND_ACL_ALLOW_DENY: literalOfAll('backend-body'),
  TCP_BACKEND_NETWORK_ALLOWED_ACL: ofPort('backend-body', 'network_allowed'),
  TCP_BACKEND_ACL_ALLOW_DENY: literalOfAll('backend-body'),
  BACKEND_STICKY_OPTIONS: literalOfPort('backend-body'),
  BACKEND_HTTP_HEALTHCHECK_OPTIONS: ofPort('backend-body', CHECK),
  BACKEND_TCP_HEALTHCHECK_OPTIONS: ofPort('backend-body', CHECK),
  BACKEND_SERVER_OPTIONS: ofPort('server', 'host host_ipv4 port serverName serverId cookieOptions healthCheckOptions otherOptions'),
  BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS: ofPort('server-words', CHECK),
  BACKEND_SERVER_TCP_HEALTHCHECK_OPTIONS: ofPort('server-words', CHECK),
} as const satisfies Readonly<Record<string, Piece>>;

export type PieceName = keyof typeof PIECES;

/** In the order of the configuration. */
export const PIECE_NAMES = Object.keys(PIECES) as readonly PieceName[];

export const pieceOf = (name: PieceName): Piece => PIECES[name];

/** Whether there is a piece of this name. */
export const isPieceName = (name: string): name is PieceName => Object.hasOwn(PIECES, name);
