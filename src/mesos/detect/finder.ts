/** Who the masters are, as far as is known now. */
export interface MastersNow {
  /** 'host:port' in a stable order; none: not known yet. */
  readonly masters: readonly string[];
  /** Of the one that leads; absent: not known. */
  readonly leader?: string;
}

/** Finds the masters, and tells when they are others than before. What is known stays when whoever tells it is away. */
export interface MasterFinder {
  readonly now: MastersNow;
  /** Why nothing newer is known; absent: all is well. */
  readonly error: string | undefined;
  close(): void;
}
