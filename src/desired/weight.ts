import type { PortSettings } from '../labels/catalogue.ts';

/** Marathon-LB 1.5: an explicit weight, else 1 with a path and 0 without; an explicit 0 counts as not set. */
export const weightOf = ({ backendWeight, paths }: Pick<PortSettings, 'backendWeight' | 'paths'>): number =>
  backendWeight === 0 && paths !== undefined ? 1 : backendWeight;
