import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { messageOf } from '../kit/error.ts';
import type { ZddApp } from './app.ts';
import { ZDD_EXIT, ZddError } from './exits.ts';

/** Run before tasks are killed. @throws ZddError `failed` */
export type Hook = (from: ZddApp, ids: readonly string[], to: ZddApp, signal: AbortSignal) => Promise<void>;

/**
 * The program with three arguments, each JSON: the app whose tasks are killed, their ids, the app that takes their place. What it writes goes where we
 * write; anything but exit code 0 ends the deployment where it is.
 */
export const programHook =
  (path: string): Hook =>
  async (from, ids, to, signal) => {
    const failed = (because: string): ZddError => new ZddError(ZDD_EXIT.failed, `--pre-kill-hook: ${path} ${because}: nothing was killed`);
    const child = spawn(
      path,
      [from, ids, to].map((one) => JSON.stringify(one)),
      { stdio: ['ignore', 'inherit', 'inherit'], signal },
    );
    let ended: readonly (number | string | null)[];
    try {
      ended = (await once(child, 'close')) as typeof ended;
    } catch (error) {
      throw failed(`cannot be run: ${messageOf(error)}`);
    }
    const [code = null, by] = ended;
    if (code !== 0) throw failed(code === null ? `was ended by ${String(by)}` : `ended with ${String(code)}`);
  };
