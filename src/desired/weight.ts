import type { PortSettings } from '../labels/catalogue.ts';

/** Marathon-LB 1.5: an explicit weight, else 1 with a path and 0 without; an explicit 0 counts as not set. */
export const weightOf = ({ backendWeight, paths, pathRegex }: Pick<PortSettings, 'backendWeight' | 'paths' | 'pathRegex'>): number =>
  backendWeight === 0 && (paths !== undefined || pathRegex !== undefined) ? 1 : backendWeight;
