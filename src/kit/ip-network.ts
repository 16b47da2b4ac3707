import { canonicalIp } from './ip-address.ts';

/** An address or a network as HAProxy takes it ('10.0.0.0/8', '192.0.2.7'); undefined: it is none. */
export const canonicalNetwork = (word: string): string | undefined => {
  const [, text = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(word) ?? [];
  const address = canonicalIp(text);
  if (address === undefined) return undefined;
  if (length === undefined) return address;
  return Number(length) <= (address.includes(':') ? 128 : 32) ? `${address}/${Number(length)}` : undefined;
};
