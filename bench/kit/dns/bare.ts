import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Ends } from '../ends.ts';
import type { Responder } from './responder.ts';

/** A responder that gives these bytes to whoever asks anything. */
export const startBare = async (answer: Buffer, ends: Ends): Promise<Responder> => {
  const child = fork(new URL('bare-child.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  ends.add(() => child.kill('SIGKILL'));
  child.send(answer.toString('hex'));
  const [port] = (await once(child, 'message')) as [number];
  return { name: 'bare dgram', port, pid: child.pid ?? 0 };
};
