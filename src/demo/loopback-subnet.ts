import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** 127.64.0.0/16 to 127.191.0.0/16. */
const FIRST_SUBNET = 64;
const SUBNETS = 128;
/** Who listens here at a subnet's last address has the subnet. */
const CLAIM_PORT = 26_464;

/**
 * A corner of 127.0.0.0/8 for one stand-in: its agents and its containers. Containers listen at fixed ports of addresses that the stand-in
 * makes up, so two stand-ins must not share a corner, be they of one process or of two.
 */
export class LoopbackSubnet {
  readonly #second: number;
  readonly #claim: Server | undefined;
  #nextContainer = 0;
  #nextBridge = 1;

  private constructor(second: number, claim: Server | undefined) {
    this.#second = second;
    this.#claim = claim;
  }

  /** Finds a corner that nobody has, and claims it until `close()`. */
  static async claim(): Promise<LoopbackSubnet> {
    for (let tries = 0; tries < SUBNETS; tries++) {
      const second = FIRST_SUBNET + ((process.pid + tries) % SUBNETS);
      const claim = await listenOrNot(`127.${second}.255.254`);
      if (claim !== undefined) return new LoopbackSubnet(second, claim);
    }
    // Somebody has the port at every address: then there is no telling, and a task that finds its address taken fails and is launched again.
    return new LoopbackSubnet(FIRST_SUBNET + (process.pid % SUBNETS), undefined);
  }

  agentHost(index: number): string {
    return `127.${this.#second}.${index >> 8}.${(index & 255) + 1}`;
  }

  /** An address for one task on a container network: 127.x.16.1 and up. */
  containerAddress(): string {
    const number = this.#nextContainer++ % (200 * 250);
    return `127.${this.#second}.${16 + Math.floor(number / 250)}.${1 + (number % 250)}`;
  }

  /** An address as Docker's bridge gives it, which nothing outside of its agent can reach. */
  bridgeAddress(): string {
    const number = this.#nextBridge++ % 60_000;
    return `172.17.${number >> 8}.${number & 255}`;
  }

  async close(): Promise<void> {
    if (this.#claim?.listening !== true) return;
    this.#claim.close();
    await once(this.#claim, 'close');
  }
}

async function listenOrNot(host: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.listen(CLAIM_PORT, host);
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
  });
}
