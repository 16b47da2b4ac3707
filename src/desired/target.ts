/** Why no server may have this address, in canonical form; undefined where one may. */
export const whyNoTarget = (address: string): string | undefined => {
  // HAProxy takes the unspecified address for the one that the client came to: everything that listens on this host was open to everybody.
  if (address === '::' || address.startsWith('0.')) return 'is not the address of a host';
  if (address === '255.255.255.255') return 'is a broadcast address';
  const isMulticast = address.includes(':') ? /^ff[0-9a-f]{2}:/.test(address) : Number(address.slice(0, address.indexOf('.'))) >> 4 === 14;
  return isMulticast ? 'is a multicast address' : undefined;
};
