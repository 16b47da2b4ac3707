import { messageOf } from '../kit/error.ts';
import type { Settings } from '../settings.ts';
import type { Check, Finding } from './check.ts';

export interface Found extends Finding {
  /** Name of the check. */
  readonly check: string;
}

const tooLate = async (signal: AbortSignal, limitMs: number): Promise<readonly Finding[]> =>
  new Promise((resolve) => {
    const message = `it has not come to an end within ${limitMs / 1000} s`;
    signal.addEventListener('abort', () => resolve([{ level: 'fail', message }]), { once: true });
  });

const runOne = async ({ name, find }: Check, settings: Settings, limitMs: number): Promise<readonly Found[]> => {
  const late = new AbortController();
  const limit = tooLate(late.signal, limitMs);
  const timer = setTimeout(() => late.abort(new Error('the check took too long')), limitMs);
  try {
    const findings = await Promise.race([limit, find({ settings, signal: late.signal })]);
    return findings.map((finding) => ({ check: name, ...finding }));
  } catch (error) {
    return [{ check: name, level: 'fail', message: messageOf(error) }];
  } finally {
    clearTimeout(timer);
  }
};

/** What all checks find, in their order. They run at once, each for as long as the limit at most. */
export const runChecks = async (checks: readonly Check[], settings: Settings, limitMs: number): Promise<readonly Found[]> =>
  (await Promise.all(checks.map(async (check) => runOne(check, settings, limitMs)))).flat();
