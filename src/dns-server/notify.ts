import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { Name } from '../dns/name.ts';
import { TYPE } from '../dns/record.ts';
import { type Address, addressText } from './address.ts';

interface NotifyOptions {
  readonly targets: readonly Address[];
  readonly apex: Name;
  /** Nobody has said that he has heard it. */
  readonly onSilence: (target: string) => void;
  /** Tests. */
  readonly pauseMs?: number;
}

/** Many changes are one word: whoever transfers gets all there is by then. */
const PAUSE_MS = 1000;
const TRIES = 4;
const FIRST_WAIT_MS = 2000;
const OPCODE_NOTIFY_AA = 0x24;
const HEADER_LENGTH = 12;

/** NOTIFY (RFC 1996): opcode 4, authoritative, one question for the SOA of the zone. */
const notification = (id: number, apex: Name): Buffer => {
  const bytes = Buffer.alloc(HEADER_LENGTH + apex.length + 4);
  bytes.writeUInt16BE(id, 0);
  bytes[2] = OPCODE_NOTIFY_AA;
  bytes.writeUInt16BE(1, 4);
  bytes.write(apex, HEADER_LENGTH, 'latin1');
  bytes.writeUInt16BE(TYPE.SOA, HEADER_LENGTH + apex.length);
  bytes.writeUInt16BE(1, HEADER_LENGTH + apex.length + 2);
  return bytes;
};

/** Words that wait for their answer. */
interface Waiting {
  readonly target: Address;
  timer: NodeJS.Timeout | undefined;
}

/** Tells the hosts that keep a copy of the zone that it has changed. */
export class Notifier {
  readonly #options: NotifyOptions;
  readonly #sockets: Readonly<Record<'udp4' | 'udp6', Socket>>;
  readonly #waiting = new Map<number, Waiting>();
  #due: NodeJS.Timeout | undefined;

  constructor(options: NotifyOptions) {
    this.#options = options;
    this.#sockets = { udp4: this.#socket('udp4'), udp6: this.#socket('udp6') };
  }

  /** The zone has another serial. */
  note(): void {
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.#tellAll();
    }, this.#options.pauseMs ?? PAUSE_MS);
  }

  close(): void {
    clearTimeout(this.#due);
    for (const id of [...this.#waiting.keys()]) this.#forget(id);
    for (const socket of Object.values(this.#sockets)) socket.close();
  }

  #socket(type: 'udp4' | 'udp6'): Socket {
    const socket = createSocket({ type, lookup: (host, _, found) => found(null, host, type === 'udp4' ? 4 : 6) });
    // A host that cannot be reached is tried again, and told of then.
    socket.on('error', () => undefined);
    socket.on('message', (bytes, from) => {
      const id = bytes.length < HEADER_LENGTH ? undefined : bytes.readUInt16BE(0);
      if (id !== undefined && this.#waiting.get(id)?.target.address === from.address) this.#forget(id);
    });
    return socket;
  }

  #tellAll(): void {
    // What was not heard yet is said anew.
    for (const id of [...this.#waiting.keys()]) this.#forget(id);
    for (const target of this.#options.targets) {
      const id = randomInt(0x1_0000);
      this.#waiting.set(id, { target, timer: undefined });
      this.#tell(id, 1);
    }
  }

  #tell(id: number, tries: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    if (tries > TRIES) {
      this.#forget(id);
      this.#options.onSilence(addressText(waiting.target));
      return;
    }
    const { address, port } = waiting.target;
    this.#sockets[address.includes(':') ? 'udp6' : 'udp4'].send(notification(id, this.#options.apex), port, address);
    waiting.timer = setTimeout(() => this.#tell(id, tries + 1), FIRST_WAIT_MS * 2 ** (tries - 1));
  }

  #forget(id: number): void {
    clearTimeout(this.#waiting.get(id)?.timer);
    this.#waiting.delete(id);
  }
}
