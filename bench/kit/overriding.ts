/** Labels of apps that put texts in place of templates: a mix of what is in use. */

const RULES = {
  HAPROXY_0_HTTP_FRONTEND_ACL:
    '  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n  use_backend {backend} if host_{cleanedUpHostname} !{{ path_beg /internal }}',
  HAPROXY_0_HTTPS_FRONTEND_ACL: '  use_backend {backend} if {{ ssl_fc_sni {hostname} }}',
};

const MIX: readonly Readonly<Record<string, string>>[] = [
  { HAPROXY_0_BACKEND_HEAD: 'backend {backend}\n  balance {balance}\n  mode {mode}\n  timeout server 5m\n' },
  {
    HAPROXY_0_BACKEND_HTTP_OPTIONS:
      '  option forwardfor\n  http-request set-header X-Forwarded-Port %[dst_port]\n  http-request set-header X-Forwarded-Proto https if { ssl_fc }\n',
  },
  RULES,
  {
    HAPROXY_0_BACKEND_SERVER_OPTIONS:
      '  server {serverName} {host_ipv4}:{port} id {serverId}{cookieOptions}{healthCheckOptions}{otherOptions} maxconn 500\n',
  },
  {
    ...RULES,
    HAPROXY_0_BACKEND_WEIGHT: '10',
    HAPROXY_0_HTTP_FRONTEND_ACL:
      '  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n  http-request set-header X-Edge sluice if host_{cleanedUpHostname}\n  use_backend {backend} if host_{cleanedUpHostname}',
  },
];

/** A prime, so that what is picked by it meets every one of any few. */
const OF = 101;

/** What an app has beside its virtual host, where `percent` of all have texts of their own; those are spread over all. */
export const ownTexts = (app: number, percent: number): Readonly<Record<string, string>> =>
  (app * 37 + 50) % OF < percent ? (MIX[app % MIX.length] ?? {}) : {};
