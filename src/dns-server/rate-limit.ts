import ipaddr from 'ipaddr.js';
import { isLoopback } from '../kit/ip-address.ts';

interface Bucket {
  tokens: number;
  atMs: number;
  refused: number;
}

/** Clients that are remembered: false addresses are many, and each costs a bucket. */
const MOST_CLIENTS = 50_000;

/** One host has all addresses of a /64 (RFC 4291, 2.5.4). */
const clientOf = (address: string): string => {
  if (!address.includes(':')) return address;
  const [plain = ''] = address.split('%');
  return ipaddr.IPv6.parse(plain).parts.slice(0, 4).join(':');
};

/**
 * So many questions a second of each client, and as many at once. Of those above every second one is answered 'truncated': who asks from an address
 * of its own comes back by TCP, which is not limited; whoever is meant by a false address gets nothing larger than the question.
 */
export class RateLimit {
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();
  readonly #nowMs: () => number;

  constructor(perSecond: number, nowMs: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#nowMs = nowMs;
  }

  take(address: string): 'answer' | 'truncate' | 'drop' {
    if (isLoopback(address)) return 'answer';
    const bucket = this.#bucket(clientOf(address));
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 'answer';
    }
    bucket.refused += 1;
    return bucket.refused % 2 === 1 ? 'truncate' : 'drop';
  }

  #bucket(client: string): Bucket {
    const now = this.#nowMs();
    const known = this.#buckets.get(client);
    if (known !== undefined) {
      known.tokens = Math.min(this.#perSecond, known.tokens + ((now - known.atMs) * this.#perSecond) / 1000);
      known.atMs = now;
      return known;
    }
    if (this.#buckets.size >= MOST_CLIENTS) for (const oldest of this.#buckets.keys().take(1)) this.#buckets.delete(oldest);
    const bucket = { tokens: this.#perSecond, atMs: now, refused: 0 };
    this.#buckets.set(client, bucket);
    return bucket;
  }
}
