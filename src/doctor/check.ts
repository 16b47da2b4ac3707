import type { Settings } from '../settings.ts';

/** `fail`: Sluice would not work, or not as it was asked to. `warn`: it works, and something is worth a look. */
export type Level = 'ok' | 'warn' | 'fail';

export interface Finding {
  readonly level: Level;
  readonly message: string;
  /** A command, as a rule; what else to do stands behind `#`. */
  readonly fix?: string;
}

export interface CheckContext {
  /** With absolute folders. */
  readonly settings: Settings;
  /** Aborted when the check has taken too long. */
  readonly signal: AbortSignal;
}

/** One look at the host. It changes nothing; what it throws is a `fail`. */
export interface Check {
  readonly name: string;
  readonly find: (context: CheckContext) => Promise<readonly Finding[]>;
}

export const ok = (message: string): Finding => ({ level: 'ok', message });
export const warn = (message: string, fix: string): Finding => ({ level: 'warn', message, fix });
export const fail = (message: string, fix: string): Finding => ({ level: 'fail', message, fix });
