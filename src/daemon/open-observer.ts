import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { InForce } from '../book/in-force.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { SluiceError } from '../kit/error.ts';
import { GroupObserver } from '../observe/observe-group.ts';
import type { PeerAnswer } from '../observe/peer-answer.ts';
import type { Picture } from '../picture/picture.ts';
import type { GroupObservation } from '../rollout/observation.ts';
import type { Settings } from '../settings.ts';
import { version } from '../version.ts';

interface ObserverParts {
  readonly settings: Settings;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly inForce: InForce;
  /** HAProxy was brought to what the picture asks for since this process began. */
  readonly isApplied: () => boolean;
}

/** What this Sluice sees in its HAProxy. All throw SluiceError where it sees nothing yet, or HAProxy does not answer. */
export interface Observer {
  /** Who this Sluice is: Marathon tells a task that. */
  readonly sluice: string;
  /** Another one with each start. */
  readonly instance: string;
  readonly startedAt: string;
  /** undefined: there is no such group. */
  readonly observe: (group: string) => Promise<GroupObservation | undefined>;
  /** For all who must know it of every Sluice: of a group that is not there, it has no apps. undefined: of none. */
  readonly tell: (group: string | undefined) => Promise<PeerAnswer>;
}

export const openObserver = ({ settings, picture, haproxy, inForce, isApplied }: ObserverParts): Observer => {
  const sluice = settings.ownTask?.taskId ?? `${hostname()}-${process.pid}`;
  const own = { instance: randomUUID(), startedAt: new Date().toISOString() };
  const observer = new GroupObserver({
    sluice,
    groups: {
      revision: async (backends) => inForce.revision(backends),
      members: (group) => picture.members(group),
      places: (appId) => picture.places(appId),
      shapeOf: (backend) => picture.desired.backends.get(backend)?.shape,
    },
    counts: async (counted) => haproxy.counts(counted),
  });
  const observe: Observer['observe'] = async (group) => {
    // Who has just begun may not know who there is, while HAProxy still has it: that is not nobody.
    if (!isApplied()) throw new SluiceError('NOT_READ_YET', 'nothing was applied yet since this Sluice began: ask again');
    return observer.observe(group);
  };
  const tell: Observer['tell'] = async (group) => {
    const nobody = { sluice, at: new Date().toISOString(), revision: picture.revision, apps: {} };
    return { ...own, version: version(), observation: (group === undefined ? undefined : await observe(group)) ?? nobody };
  };
  return { sluice, ...own, observe, tell };
};
