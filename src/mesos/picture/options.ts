import type { HealthAwareness } from '../facts/named.ts';
import type { SettlingLimits } from './settling.ts';

export interface PictureOptions {
  readonly awareness: HealthAwareness;
  /** Tasks of such a framework come from elsewhere; its own records do not. */
  readonly skipFramework: (framework: { readonly id: string; readonly name: string }) => boolean;
  /** Of an agent's or a scheduler's host, as far as they are known now. */
  readonly addressesOf: (host: string) => readonly string[];
  readonly settling: SettlingLimits;
  /** A framework whose scheduler is away keeps its own records for so long. */
  readonly frameworkGraceMs: number;
}

/** How much there is. */
export interface PictureCounts {
  /** That the masters have told of, whether they count for anything or not. */
  readonly tasks: number;
  /** That the zone was told. */
  readonly served: number;
  readonly frameworks: number;
  readonly agents: number;
  readonly awaitedAgents: number;
  readonly unconfirmed: number;
  readonly skipped: number;
}
