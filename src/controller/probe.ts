import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, request } from 'undici';
import { messageOf } from '../kit/error.ts';
import { canonicalIp, isMetadata } from '../kit/ip-address.ts';
import type { Verdict } from './hook.ts';

const OWN = new Set(['loopback', 'linkLocal', 'unspecified']);

/** What may be asked. */
interface Asked {
  /** Addresses of this host too. */
  readonly allowLocal: boolean;
  /** Those that it has now, in canonical form. */
  readonly ownAddresses: () => ReadonlySet<string>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** This host's own sockets, and what tells a cloud's machines their secrets. */
const isOwn = (address: string, ownAddresses: Asked['ownAddresses']): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const canonical = canonicalIp(parsed.toString()) ?? '';
  return OWN.has(parsed.range()) || isMetadata(canonical) || ownAddresses().has(canonical);
};

const refusal = (address: string): Error => new Error(`${address} is this host's own address, or a cloud's: see --local-probes`);

/** As names are looked up, and no address that may not be asked is given back: what a name stands for may change between two looks. */
const guardedLookup =
  (ownAddresses: Asked['ownAddresses']): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const own = addresses.find(({ address }) => isOwn(address, ownAddresses));
      const [first] = addresses;
      if (own !== undefined || first === undefined) callback(refusal(own?.address ?? hostname), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

/** A GET; passes when it is answered 2xx or 3xx in time. No redirect is followed. */
export const probe = async (url: string, { limitMs, allowLocal, ownAddresses, signal }: Asked): Promise<Verdict> => {
  if (!/^https?:\/\//.test(url)) return { passed: false, because: `probe ${url}: it must begin with http:// or https://` };
  const agent = new Agent({ pipelining: 0, connect: { timeout: limitMs, ...(allowLocal ? {} : { lookup: guardedLookup(ownAddresses) }) } });
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${limitMs / 1000} s`)), limitMs);
  try {
    if (!allowLocal && isOwn(hostOf(url), ownAddresses)) throw refusal(hostOf(url));
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      signal: AbortSignal.any([late.signal, signal]),
      headers: { 'user-agent': 'sluice' },
    });
    body.on('error', () => undefined).destroy();
    return { passed: statusCode >= 200 && statusCode < 400, because: `probe ${url} answered ${statusCode}` };
  } catch (error) {
    return { passed: false, because: `probe ${url}: ${messageOf(error)}` };
  } finally {
    clearTimeout(timer);
    await agent.destroy();
  }
};
