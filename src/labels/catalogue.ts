import { auth } from './auth.ts';
import { healthcheckPortIndex } from './backend-healthcheck-port-index.ts';
import { networkAllowed } from './backend-network-allowed-acl.ts';
import { backendProto } from './backend-proto.ts';
import { backendWeight } from './backend-weight.ts';
import { balance } from './balance.ts';
import { bindAddr } from './bind-addr.ts';
import { bindOptions } from './bind-options.ts';
import { corsOrigins } from './cors-origins.ts';
import { enabled } from './enabled.ts';
import { group } from './group.ts';
import { healthcheckHost } from './healthcheck-host.ts';
import { proxypassPath } from './http-backend-proxypass-path.ts';
import { redir } from './http-backend-redir.ts';
import { revproxyPath } from './http-backend-revproxy-path.ts';
import type { PortLabel } from './label.ts';
import { keepRoute } from './keep-route.ts';
import { maxconn } from './maxconn.ts';
import { mode } from './mode.ts';
import { path } from './path.ts';
import { pathRegex } from './path-regex.ts';
import { port } from './port.ts';
import { rateLimit } from './rate-limit.ts';
import { redirectToHttps } from './redirect-to-https.ts';
import { retries } from './retries.ts';
import { sorryPage } from './sorry-page.ts';
import { sslCert } from './ssl-cert.ts';
import { sticky } from './sticky.ts';
import { timeoutClient } from './timeout-client.ts';
import { timeoutConnect } from './timeout-connect.ts';
import { timeoutQueue } from './timeout-queue.ts';
import { timeoutServer } from './timeout-server.ts';
import { timeoutTunnel } from './timeout-tunnel.ts';
import { tlsPassthrough } from './tls-passthrough.ts';
import { useHsts } from './use-hsts.ts';
import { vhost } from './vhost.ts';

/** Every label of a service port, by the name its value has in PortSettings. A new label is a file and a line here. */
export const PORT_LABELS = {
  groups: group,
  enabled,
  vhosts: vhost,
  paths: path,
  pathRegex,
  port,
  mode,
  balance,
  sticky,
  redirectToHttps,
  tlsPassthrough,
  backendWeight,
  keepRoute,
  sorryPage,
  bindAddress: bindAddr,
  bindOptions,
  sslCert,
  auth,
  networkAllowed,
  useHsts,
  proxypassPath,
  revproxyPath,
  redir,
  healthcheckPortIndex,
  healthcheckHost,
  timeoutServer,
  timeoutClient,
  timeoutTunnel,
  timeoutConnect,
  timeoutQueue,
  retries,
  maxconn,
  rateLimit,
  corsOrigins,
  backendProto,
} as const satisfies Readonly<Record<string, PortLabel<unknown>>>;

type ValueOf<L> = L extends PortLabel<infer T> ? T : never;

/** The values of all labels of one service port. */
export type PortSettings = { readonly [K in keyof typeof PORT_LABELS]: ValueOf<(typeof PORT_LABELS)[K]> };
