import { existsSync } from 'node:fs';
import { copyFile, open, stat, truncate, type FileHandle } from 'node:fs/promises';
import { SluiceError } from '../kit/error.ts';

const LIMIT_BYTES = 1_000_000;
const EXCERPT_BYTES = 64_000;

/**
 * What HAProxy prints: alerts at start and reload, servers that go up and down. A file and no pipe, so that HAProxy does not depend on
 * Sluice. Size: above 1 MB it is copied to `haproxy.log.1` and emptied, so both together stay near 2 MB while Sluice runs; HAProxy
 * appends, so emptying is all that is needed. While Sluice is away it grows by what HAProxy says.
 */
export class HaproxyLog {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** For the child's stdout and stderr; to be closed by the caller. */
  async openToAppend(): Promise<FileHandle> {
    return open(this.path, 'a', 0o600).catch((error: unknown) => {
      throw new SluiceError('FILES', `cannot write ${this.path}`, error);
    });
  }

  async size(): Promise<number> {
    return existsSync(this.path) ? (await stat(this.path)).size : 0;
  }

  /** What was printed since the log had this size, at most the last 64 kB of it. */
  async since(size: number): Promise<string> {
    const end = await this.size();
    const start = Math.max(size > end ? 0 : size, end - EXCERPT_BYTES);
    if (end === 0) return '';
    const file = await open(this.path, 'r');
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(end - start), position: start });
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async bound(): Promise<void> {
    if ((await this.size()) <= LIMIT_BYTES) return;
    await copyFile(this.path, `${this.path}.1`);
    await truncate(this.path, 0);
  }
}
