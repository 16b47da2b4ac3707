import { createConnection } from 'node:net';
import { systemCodeOf } from '../kit/error.ts';
import type { RenderedFile } from '../render/file.ts';

const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ENOTDIR']);

/**
 * Whether anybody listens on this socket. A worker's never refuses, also not during a reload. Whatever else goes wrong (too many wait there, or we
 * have no file left) says nothing against it.
 */
export const isListening = async (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(!NOBODY.has(systemCodeOf(error))));
  });

/** More would be too long for a socket in the longest run directory. */
const SPELLINGS = 3;

/** What comes before the slash in front of a socket's name, and the name. */
const SOCKETS = /^(\s*(?:stats socket |bind unix@)\S+)\/(\S+) /gm;

/**
 * These files with the paths of the worker's sockets in other words. A new worker takes the listeners of the old one over by their paths, also one whose
 * socket was deleted, and then nobody can talk to it (all versions). Under a name that it does not know it makes the socket anew, in the same place.
 * @param attempt counts up: the worker may have the sockets under such names already
 */
export const withSocketsAnew = (files: readonly RenderedFile[], attempt: number): readonly RenderedFile[] => {
  const slashes = '/'.repeat(2 + (attempt % SPELLINGS));
  const respelled = (text: string): string => text.replace(SOCKETS, `$1${slashes}$2 `);
  return files.map((file) =>
    file.path === 'haproxy.cfg' ? { ...file, bytes: Buffer.from(respelled(file.bytes.toString('utf8'))) } : file,
  );
};
