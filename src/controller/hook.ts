import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND_NAME } from '../rollout/gate-limits.ts';

/** What a hook, or a probe, came to. */
export interface Verdict {
  readonly passed: boolean;
  /** For people. */
  readonly because: string;
}

const MOST_SAID = 300;

const failed = (because: string): Verdict => ({ passed: false, because });

/** The file that a name stands for; a text: why there is none. */
const fileFor = (name: string, hooksDir: string | undefined): { readonly path: string } | string => {
  if (hooksDir === undefined) return 'this Sluice runs no commands: see --hooks-dir';
  if (!COMMAND_NAME.test(name)) return 'it is no name of a file';
  const path = join(hooksDir, name);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? { path } : `there is no such file in ${hooksDir}`;
};

const kill = (pid: number | undefined): void => {
  try {
    // All that it has started is in its group.
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/**
 * Runs a file of the folder that the operator of this Sluice has named; JSON on its standard input, nothing of this process's environment but
 * PATH. It passes when it ends with 0 in time; then, and when it is not in time, all that it started is killed.
 */
export const runHook = async (
  name: string,
  input: object,
  { hooksDir, limitMs, signal }: { readonly hooksDir: string | undefined; readonly limitMs: number; readonly signal: AbortSignal },
): Promise<Verdict> => {
  const file = fileFor(name, hooksDir);
  if (typeof file === 'string') return failed(`command ${name}: ${file}`);
  const child = spawn(file.path, [], {
    cwd: hooksDir,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  let said = '';
  const hear = (text: string): string => (said = `${said}${text}`.slice(-MOST_SAID));
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  // What does not read its input has its reasons.
  child.stdin.on('error', () => undefined).end(JSON.stringify(input));
  const stop = (): void => kill(child.pid);
  const time = { isOver: false };
  const timer = setTimeout(() => {
    time.isOver = true;
    stop();
  }, limitMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const end = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, by) => resolve(code === 0 ? '' : by === null ? `ended with ${code}` : `was ended by ${by}`));
    });
    if (time.isOver) return failed(`command ${name} took longer than ${limitMs / 1000} s`);
    const words = said.trim().replaceAll(/\s+/g, ' ');
    return { passed: end === '', because: `command ${name} ${end === '' ? 'passed' : end}${words === '' ? '' : `: ${words}`}` };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    stop();
    child.stdout.destroy();
    child.stderr.destroy();
  }
};
