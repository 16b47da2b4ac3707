/** What `sluice zdd` is to do, as its flags say. */
export interface ZddOptions {
  /** Nothing is asked. */
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Between two looks. */
  readonly stepDelayMs: number;
  /** How long drained servers may keep connections: then their tasks are killed all the same. */
  readonly maxWaitMs: number;
  /** Of the new app, when it is created. */
  readonly initialInstances: number;
  /** So many are added at a time; 0: half as many again each time. */
  readonly linearIncrease: number;
  /** So many of the new app beside the old one, and no more; 0: it takes its place. */
  readonly newInstances: number;
  /** What to do where two apps of the group are there already. */
  readonly found: 'refuse' | 'resume' | 'complete current' | 'complete previous';
  /** Program that is run before tasks are killed. */
  readonly hook: string | undefined;
}
