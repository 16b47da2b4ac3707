import type { CheckResult } from '../instances/instance.ts';

/** Marathon's rule: the last success is later than the last failure. */
export function isAlive(result: CheckResult | undefined): boolean {
  if (result?.lastSuccessMs === undefined) return false;
  return result.lastFailureMs === undefined || result.consecutiveFailures === 0;
}

export function withSuccess(before: CheckResult | undefined, nowMs: number): CheckResult {
  return { ...before, firstSuccessMs: before?.firstSuccessMs ?? nowMs, lastSuccessMs: nowMs, consecutiveFailures: 0 };
}

export function withFailure(before: CheckResult | undefined, nowMs: number, cause: string): CheckResult {
  return { ...before, lastFailureMs: nowMs, lastFailureCause: cause, consecutiveFailures: (before?.consecutiveFailures ?? 0) + 1 };
}

/** Within the grace period, and before its first success, a failure does not count and is not told. */
export function mayStillFail(before: CheckResult | undefined, runsForSeconds: number, graceSeconds: number): boolean {
  return before?.firstSuccessMs === undefined && runsForSeconds < graceSeconds;
}
