import type { Logger } from 'pino';
import { DRAIN } from '../desired/maps.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { messageOf } from '../kit/error.ts';
import type { Loop } from './loop.ts';
import type { Picture } from '../picture/picture.ts';

interface Drained {
  readonly log: Logger;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly loop: Loop;
}

/**
 * Has others send their traffic elsewhere: `/ready` and HAProxy's health check turn red and stay so, through reloads too. All else goes on as before.
 * Resolves to whether there is a HAProxy that serves. Never rejects: what HAProxy cannot be told now, the loop tells it later.
 */
export const drain = async ({ log, picture, haproxy, loop }: Drained): Promise<boolean> => {
  loop.takeChange(picture.drain());
  if (!haproxy.isRunning()) return false;
  // Before the first full read the loop does nothing. A HAProxy that was found running is to be told all the same.
  if (!picture.mayBeApplied) await tell(haproxy, log);
  return true;
};

const tell = async (haproxy: Haproxy, log: Logger): Promise<void> => {
  try {
    const { outcomes } = await haproxy.apply([{ kind: 'add-map-entry', ...DRAIN }]);
    for (const outcome of outcomes) if (outcome.kind !== 'done') log.warn({ outcome }, "HAProxy's health check could not be turned red");
  } catch (error) {
    log.warn({ err: error }, `HAProxy's health check could not be turned red: ${messageOf(error)}`);
  }
};
