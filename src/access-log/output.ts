import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** Where lines go. */
export interface Output {
  /** False: it has enough, and says when it takes more. `written` is called when it has gone out, or never will. */
  readonly write: (text: string, written?: () => void) => boolean;
  /** Resolves when all of it has gone out, or never will. */
  readonly end: () => Promise<void>;
}

/** A file or a terminal: nobody can be told where it fails (a full disk), and the next line may go well. */
const fileOutput = (fd: number): Output => ({
  write: (text, written) => {
    try {
      for (let rest = Buffer.from(text); rest.length > 0;) rest = rest.subarray(writeSync(fd, rest));
    } catch {
      // This is the place where it would be said.
    }
    written?.();
    return true;
  },
  end: async () => undefined,
});

/** The same pipe, opened anew: what is set for it holds for nobody else who has it. */
const openedAnew = (fd: number): number => {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // Another user's, or no /proc: as it is.
    return fd;
  }
};

/** A pipe or a socket: its reader may be slow, hang, or go. */
const streamOutput = (fd: number, onDrain: () => void): Output => {
  const stream = new Socket({ fd, readable: false, writable: true });
  let isGone = false;
  stream.on('drain', onDrain);
  // Whoever read has gone: there is nobody to tell anything, as for Sluice's own log.
  stream.on('error', () => {
    isGone = true;
    onDrain();
  });
  const write: Output['write'] = (text, written) => {
    if (!isGone) return stream.write(text, written);
    written?.();
    return true;
  };
  const end = async (): Promise<void> =>
    new Promise((resolve) => {
      if (isGone) resolve();
      stream.once('error', () => resolve());
      stream.write('', () => resolve());
    });
  return { write, end };
};

/** `onDrain`: it takes more again. */
export const openOutput = (fd: number, onDrain: () => void): Output => {
  const what = fstatSync(fd);
  if (what.isFIFO()) return streamOutput(openedAnew(fd), onDrain);
  return what.isSocket() ? streamOutput(fd, onDrain) : fileOutput(fd);
};
