import { timingSafeEqual } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { sipHash } from './sip-hash.ts';

const CLIENT_LENGTH = 8;
const SERVER_LENGTH = 16;
const SHORTEST = CLIENT_LENGTH + 8;
const LONGEST = CLIENT_LENGTH + 32;
const VERSION = 1;
/** Seconds (RFC 9018, 4.3): older ones count for nothing, those of clocks that go before ours do for a while, and from half of that on a new one is given. */
const OLDEST = 3600;
const EARLIEST = -300;
const RENEWED = 1800;

/** What a client's cookie is worth. */
export type Judgement =
  | { readonly kind: 'malformed' }
  /** `cookie`: what is given back. `server`: what was shown of ours; none: the client knows none yet. */
  | { readonly kind: 'cookie'; readonly cookie: Buffer; readonly server: 'none' | 'bad' | 'good' };

const addressBytes = (address: string): Buffer => {
  const plain = address.replace(/%.*$/, '');
  return ipaddr.isValid(plain) ? Buffer.from(ipaddr.process(plain).toByteArray()) : Buffer.alloc(0);
};

/** Cookies that need no memory (RFC 7873, RFC 9018): who shows ours has had an answer at the address that he writes from. */
export class Cookies {
  readonly #secret: Buffer;
  readonly #now: () => number;

  /** @param secret 16 bytes @param now milliseconds of Unix time */
  constructor(secret: Buffer, now: () => number) {
    if (secret.length !== 16) throw new Error(`a cookie secret has 16 bytes, this one has ${secret.length}`);
    this.#secret = secret;
    this.#now = now;
  }

  /** @param option the data of a query's COOKIE option */
  judge(option: Buffer, address: string): Judgement {
    const { length } = option;
    if (length !== CLIENT_LENGTH && (length < SHORTEST || length > LONGEST)) return { kind: 'malformed' };
    const client = option.subarray(0, CLIENT_LENGTH);
    const seconds = Math.floor(this.#now() / 1000);
    if (length === CLIENT_LENGTH) return { kind: 'cookie', cookie: this.#made(client, seconds, address), server: 'none' };
    const age = this.#ageOf(option, seconds, address);
    const isGood = age !== undefined && age <= OLDEST && age >= EARLIEST;
    const cookie = isGood && age < RENEWED ? option : this.#made(client, seconds, address);
    return { kind: 'cookie', cookie, server: isGood ? 'good' : 'bad' };
  }

  /** Seconds; undefined: it is none of ours. */
  #ageOf(option: Buffer, seconds: number, address: string): number | undefined {
    if (option.length !== CLIENT_LENGTH + SERVER_LENGTH || option[CLIENT_LENGTH] !== VERSION) return undefined;
    const hash = this.#hash(option.subarray(0, SERVER_LENGTH), address);
    // Serial number arithmetic (RFC 1982): the clock of these four bytes goes round.
    return timingSafeEqual(hash, option.subarray(SERVER_LENGTH)) ? (seconds - option.readUInt32BE(CLIENT_LENGTH + 4)) | 0 : undefined;
  }

  #made(client: Buffer, seconds: number, address: string): Buffer {
    const cookie = Buffer.alloc(CLIENT_LENGTH + SERVER_LENGTH);
    client.copy(cookie);
    cookie[CLIENT_LENGTH] = VERSION;
    cookie.writeUInt32BE(seconds >>> 0, CLIENT_LENGTH + 4);
    this.#hash(cookie.subarray(0, SERVER_LENGTH), address).copy(cookie, SERVER_LENGTH);
    return cookie;
  }

  /** @param front the client's cookie, and of ours all before the hash */
  #hash(front: Buffer, address: string): Buffer {
    return sipHash(this.#secret, Buffer.concat([front, addressBytes(address)]));
  }
}
