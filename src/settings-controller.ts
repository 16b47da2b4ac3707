import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** What this Sluice does for rollouts. */
export interface ControllerSettings {
  /** auto: where it is the oldest task of its app that works, or alone. */
  readonly mode: 'auto' | 'on' | 'off';
  /** Gates may run the files in there; undefined: they run nothing. */
  readonly hooksDir: string | undefined;
  /** Gates may ask this host's own addresses. */
  readonly localProbes: boolean;
}

export const CONTROLLER_FLAGS = {
  controller: z.enum(['auto', 'on', 'off'], { error: 'must be auto, on or off' }).default('auto'),
  hooksDir: z
    .string()
    .refine((path) => isAbsolute(path), { error: 'must be the absolute path of a folder' })
    .optional(),
  localProbes: z.boolean().default(false),
};

export const controllerSettings = (flags: {
  readonly controller: ControllerSettings['mode'];
  readonly hooksDir?: string | undefined;
  readonly localProbes: boolean;
}): ControllerSettings => ({ mode: flags.controller, hooksDir: flags.hooksDir, localProbes: flags.localProbes });
