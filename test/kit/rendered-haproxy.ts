import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import type { Desired } from '../../src/desired/desired.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { ownTemplates } from './own-templates.ts';
import { waitFor } from './wait-for.ts';

/** The HAProxy of this machine. */
export const HAPROXY = process.env.SLUICE_HAPROXY ?? 'haproxy';

/** Since 3.2 HAProxy does not like a listener to have its backend's name. */
export const LISTENER_SUFFIX = /version (2\.|3\.[01]\b)/.test(spawnSync(HAPROXY, ['-v'], { encoding: 'utf8' }).stdout) ? '' : '_in';

/** Writes Desired as files, as Sluice would. Gives the path of haproxy.cfg. */
export const writeRendered = (desired: Desired, folder: string): string => {
  for (const { path, bytes } of new Renderer(ownTemplates).render(desired, fingerprint(desired))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return join(folder, 'haproxy.cfg');
};

const isOpen = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

const ended = async (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** HAProxy ended by itself, with what it said: as a rule somebody else took one of its ports in the meantime. */
class HaproxyEnded extends Error {}

/** HAProxy with this configuration, in the foreground, once `port` is open. `stop` ends it and resolves when it is gone. */
const startRendered = async (binary: string, configFile: string, port: number): Promise<{ readonly stop: () => Promise<void> }> => {
  const child = spawn(binary, ['-db', '-f', configFile], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended(child);
  };
  const state = await waitFor(`HAProxy on port ${port}`, async () => {
    if (child.exitCode !== null) return 'ended';
    return (await isOpen(port)) ? 'open' : undefined;
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (state === 'ended') throw new HaproxyEnded(said);
  return { stop };
};

/** As startRendered, with other ports where somebody else took one in the meantime. `write` gives the configuration's path and the port to wait for. */
export const startSomewhere = async (
  write: () => Promise<{ readonly configFile: string; readonly port: number }>,
  attempts = 5,
  binary = HAPROXY,
): Promise<{ readonly stop: () => Promise<void> }> => {
  const { configFile, port } = await write();
  try {
    return await startRendered(binary, configFile, port);
  } catch (error) {
    if (!(error instanceof HaproxyEnded) || attempts === 1) throw error;
    return startSomewhere(write, attempts - 1, binary);
  }
};
