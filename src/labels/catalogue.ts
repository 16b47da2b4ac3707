import { backendWeight } from './backend-weight.ts';
import { balance } from './balance.ts';
import { bindAddr } from './bind-addr.ts';
import { enabled } from './enabled.ts';
import { group } from './group.ts';
import type { PortLabel } from './label.ts';
import { mode } from './mode.ts';
import { path } from './path.ts';
import { port } from './port.ts';
import { redirectToHttps } from './redirect-to-https.ts';
import { sticky } from './sticky.ts';
import { vhost } from './vhost.ts';

/** Every label of a service port, by the name its value has in PortSettings. A new label is a file and a line here. */
export const PORT_LABELS = {
  groups: group,
  enabled,
  vhosts: vhost,
  paths: path,
  port,
  mode,
  balance,
  sticky,
  redirectToHttps,
  backendWeight,
  bindAddress: bindAddr,
} as const satisfies Readonly<Record<string, PortLabel<unknown>>>;

type ValueOf<L> = L extends PortLabel<infer T> ? T : never;

/** The values of all labels of one service port. */
export type PortSettings = { readonly [K in keyof typeof PORT_LABELS]: ValueOf<(typeof PORT_LABELS)[K]> };
