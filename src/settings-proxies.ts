import { z } from 'zod';
import { canonicalNetwork } from './kit/ip-network.ts';
import { shown } from './kit/shown.ts';

/** Each is compared with the address of every client. */
const MOST = 1000;

const networks = z.string().transform((text, context) => {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const wrong = words.find((word) => canonicalNetwork(word) === undefined);
  const because =
    wrong === undefined
      ? words.length > MOST && `holds ${words.length} networks, more than ${MOST}`
      : `holds ${shown(wrong)}, which is no IP address and no network: give them with commas between, as 10.0.0.0/8,192.0.2.7`;
  if (because !== false) {
    context.addIssue({ code: 'custom', message: because });
    return z.NEVER;
  }
  return [...new Set(words.map((word) => canonicalNetwork(word) ?? ''))];
});

/** Flags about balancers in front of this one: a part of those of `run`. */
export const PROXY_FLAGS = { trustedProxies: networks.default([]), acceptProxy: networks.default([]) };

/** Addresses and networks of what stands between clients and this balancer. */
export interface ProxySettings {
  /** What requests from there say of the client's connection is believed: X-Forwarded-Proto and -Port. */
  readonly trusted: readonly string[];
  /** Connections from there to the http and https frontends begin with the PROXY protocol. */
  readonly sendProxyProtocol: readonly string[];
}
