import type { Settings } from '../../settings.ts';
import { type Check, type Finding, ok, warn } from '../check.ts';
import { MarathonQuestions } from '../marathon-questions.ts';

/** A header Date is cut to the second. */
const TOLERANCE_MS = 5000;

const look = async (url: string, marathon: Settings['marathon'], signal: AbortSignal): Promise<readonly Finding[]> => {
  const questions = new MarathonQuestions(url, marathon, signal);
  try {
    const { dateMs, askedAtMs } = await questions.info();
    if (dateMs === undefined) return [];
    const aheadMs = askedAtMs - (dateMs + 500);
    const told = `${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of ${questions.origin.base}`;
    return [
      Math.abs(aheadMs) <= TOLERANCE_MS
        ? ok(`the same as that of ${questions.origin.base}`)
        : warn(
            `this host's clock is ${told}: certificates and ages are judged by it`,
            'timedatectl set-ntp true   # on the host whose clock is wrong',
          ),
    ];
  } catch {
    // What is wrong with it is told by another check.
    return [];
  } finally {
    await questions.close();
  }
};

export const clock: Check = {
  name: 'clock',
  find: async ({ settings: { marathon }, signal }) =>
    (await Promise.all(marathon.urls.map(async (url) => look(url, marathon, signal)))).flat(),
};
