/** What was told of while a read was under way, by id or key: the read may not know it yet. */
export interface Meanwhile {
  readonly tasks: Set<string>;
  readonly agents: Set<string>;
  readonly frameworks: Set<string>;
}

export const nothingMeanwhile = (): Meanwhile => ({ tasks: new Set(), agents: new Set(), frameworks: new Set() });
