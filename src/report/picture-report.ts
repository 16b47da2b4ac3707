import type { MarathonState } from '../marathon/options.ts';
import type { KeeperState } from '../store/model-keeper.ts';
import type { Held } from '../belief/gate.ts';

/** Where what is served comes from, how old it is, and what of Marathon's answers is not in it. */
export interface PictureReport {
  /** 'saved': from the disk, since Marathon was not read in full since this process began, or is not believed. */
  readonly source: 'none' | 'saved' | 'marathon';
  /** When it was last known to be what Marathon has, ISO 8601; null: never. */
  readonly asOf: string | null;
  /** Seconds since then. 0 while events come in. */
  readonly ageSeconds: number | null;
  /** Absent: all that Marathon lists is in it. */
  readonly held: Held | undefined;
  /** Answers about single apps have taken away much, with no event that tells why: they are not in it before a full read says the same. */
  readonly isInDoubt: boolean;
  /** The copy on disk: when it was last written, and why it is not newer. */
  readonly saved: KeeperState;
  /** The copy on disk that was found at the start and not trusted. */
  readonly setAside: SetAside | undefined;
}

export interface SetAside {
  readonly path: string;
  readonly because: string;
}

interface PictureFacts {
  readonly marathon: MarathonState;
  /** Since a full read was last believed; undefined: none was. */
  readonly believedAgoMs: number | undefined;
  /** Of what this process began with, ISO 8601. */
  readonly restoredAt: string | undefined;
  readonly held: Held | undefined;
  readonly isInDoubt: boolean;
  readonly saved: KeeperState;
  readonly setAside: SetAside | undefined;
}

const ageMs = ({ marathon, believedAgoMs, restoredAt, held }: PictureFacts, nowMs: number): number | undefined => {
  // The clock may have been set back since.
  if (believedAgoMs === undefined) return restoredAt === undefined ? undefined : Math.max(0, nowMs - Date.parse(restoredAt));
  if (held !== undefined) return believedAgoMs;
  if (marathon.streaming && marathon.connected) return 0;
  return marathon.heardAgoMs ?? believedAgoMs;
};

export const reportPicture = (facts: PictureFacts, nowMs: number): PictureReport => {
  const { believedAgoMs, restoredAt, held, isInDoubt, saved, setAside } = facts;
  const age = ageMs(facts, nowMs);
  return {
    source: believedAgoMs !== undefined ? 'marathon' : restoredAt === undefined ? 'none' : 'saved',
    asOf: age === undefined ? null : new Date(nowMs - age).toISOString(),
    ageSeconds: age === undefined ? null : Math.round(age / 1000),
    held,
    isInDoubt,
    saved,
    setAside,
  };
};

/** What an operator must know of it although traffic is served, as sentences. */
export const notesOf = ({ source, asOf, held, isInDoubt, saved, setAside }: PictureReport): readonly string[] => [
  ...(source === 'saved'
    ? [`what is served is from the saved state of ${asOf ?? ''}${held === undefined ? ': Marathon was not read yet' : ''}`]
    : []),
  ...(held === undefined ? [] : [`${held.because}, held since ${held.since}: run \`sluice confirm --id ${held.id}\` if this is meant`]),
  ...(isInDoubt ? ['Marathon says of single apps that they are gone, and no event has told why: a full read is waited for'] : []),
  ...(saved.error === undefined ? [] : [`the state is not saved: ${saved.error}`]),
  ...(setAside === undefined ? [] : [`the saved state was not trusted and is now ${setAside.path}: ${setAside.because}`]),
];
