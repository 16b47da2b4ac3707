/** Where something listens, or is reached: an IP address and a port. Plain data: it goes between processes. */
export interface Address {
  readonly address: string;
  /** 0: any free one, the same by UDP and TCP. */
  readonly port: number;
}

/** '192.0.2.7:53', '[2001:db8::7]:53'. */
export const addressText = ({ address, port }: Address): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
