import type { Cluster } from './cluster.ts';
import type { Random } from './random.ts';

/** Something that is done to a cluster. */
export interface Verb {
  readonly name: string;
  /** How often, compared to the others. */
  readonly weight: number;
  /** Resolves when it is over, with what came of it in a few words. Whatever it makes worse is well again by then, or by `Cluster.settle`. */
  readonly act: (cluster: Cluster, random: Random, longestMs: number) => Promise<string>;
}
