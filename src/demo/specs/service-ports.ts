import type { TakeServicePort } from './complete.ts';

const FIRST_PORT = 10_000;
const LAST_PORT = 20_000;

/** Which service ports the apps claim. Two apps may claim one port: Marathon does not refuse it. */
export class ServicePorts {
  readonly #claims = new Map<number, number>();
  #next = FIRST_PORT;

  claim(ports: readonly number[]): void {
    for (const port of ports) this.#claims.set(port, (this.#claims.get(port) ?? 0) + 1);
  }

  release(ports: readonly number[]): void {
    for (const port of ports) {
      const left = (this.#claims.get(port) ?? 0) - 1;
      if (left > 0) this.#claims.set(port, left);
      else this.#claims.delete(port);
    }
  }

  /** Hands out ports for one definition: those it had before first (`own`), then free ones. */
  taker(own: readonly number[], wanted: readonly number[]): TakeServicePort {
    const reusable = own.filter((port) => !wanted.includes(port));
    const taken = new Set(wanted);
    return (port) => {
      if (port !== 0) return port;
      const chosen = reusable.shift() ?? this.#free(taken);
      taken.add(chosen);
      return chosen;
    };
  }

  #free(taken: ReadonlySet<number>): number {
    for (let tries = FIRST_PORT; tries <= LAST_PORT; tries++) {
      const port = this.#next;
      this.#next = port === LAST_PORT ? FIRST_PORT : port + 1;
      if (!this.#claims.has(port) && !taken.has(port)) return port;
    }
    throw new Error('all service ports are taken');
  }
}
