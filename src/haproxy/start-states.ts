import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../kit/error.ts';
import type { StartsDown } from '../plan/starting-health.ts';

/** Of the form that `show servers state` prints, without a server. HAProxy warns of a file that is not there, or empty. */
const NOBODY = '1\n';

/**
 * srv_check_status and srv_check_result: a connect that failed (8), or no check yet (1). HAProxy gives them back as its own until its first
 * check has ended, so that a server that is known to fail is told from one that was not tried.
 */
const CHECK: Readonly<Record<StartsDown['because'], string>> = { 'found-down': '8 2', unseen: '1 0' };

/**
 * Columns as in HAProxy's management guide, 9.3 "show servers state". Address, weight and id are those of the new configuration: HAProxy takes the
 * ones in this file before those in its configuration (all versions). 0: down.
 */
const lineOf = ({ backend, server: { name, id, address, port, weight }, because }: StartsDown): string =>
  `0 ${backend} ${id} ${name} ${address} 0 0 ${weight} ${weight} 0 ${CHECK[because]} 0 6 0 0 0 - ${port} - 0 0 - - 0\n`;

/**
 * The file from which a new worker learns, before it takes its first request, which servers are down; without it all of them are up until their
 * checks say otherwise. It holds something only while HAProxy starts or reloads.
 */
export class StartStates {
  readonly #path: string;

  constructor(runDir: string) {
    this.#path = join(runDir, 'servers.state');
  }

  /** Throws SluiceError FILES. */
  async write(down: readonly StartsDown[]): Promise<void> {
    try {
      await writeFile(this.#path, `${NOBODY}${down.map(lineOf).join('')}`, { mode: 0o600 });
    } catch (error) {
      throw new SluiceError('FILES', `cannot write ${this.#path}`, error);
    }
  }

  /** Throws SluiceError FILES. */
  async clear(): Promise<void> {
    await this.write([]);
  }
}
