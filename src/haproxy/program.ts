import { equal } from '../kit/equal.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import { type Binary, findBinary, identityOfFile } from './binary.ts';
import { askCapabilities } from './capabilities.ts';

/** HAProxy's program file. It may be gone or another one when it is needed next: the master begins anew from it at each reload. */
export class Program {
  readonly path: string;
  readonly #capabilities: Capabilities;
  readonly #runDir: string;
  #identity: string;

  constructor(binary: Binary, capabilities: Capabilities, runDir: string) {
    this.path = binary.path;
    this.#capabilities = capabilities;
    this.#runDir = runDir;
    this.#identity = binary.identity;
  }

  /** Throws SluiceError HAPROXY_MISSING where a reload would end HAProxy: it is gone, too old, does not work or can do other things than before. */
  async assertUsable(): Promise<void> {
    if ((await identityOfFile(this.path)) === this.#identity) return;
    try {
      this.#identity = await this.#accept(await findBinary(this.path));
    } catch (error) {
      const message = `HAProxy's program was changed while it runs, so what runs goes on and is not reloaded: ${messageOf(error)}`;
      throw new SluiceError('HAPROXY_MISSING', message, error);
    }
  }

  /** Returns its identity. */
  async #accept(binary: Binary): Promise<string> {
    const { version, ...can } = await askCapabilities(binary, this.#runDir);
    const { version: before, ...could } = this.#capabilities;
    if (equal(can, could)) return binary.identity;
    const message = `${this.path} is '${version}' now and was '${before}', and they do not have the same commands`;
    throw new SluiceError('HAPROXY_MISSING', `${message}: end Sluice with --keep-haproxy and start it again, or put the old one back`);
  }
}
