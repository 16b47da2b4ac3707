import { messageOf } from '../../kit/error.ts';
import type { Settings } from '../../settings.ts';
import { type Check, fail, type Finding, ok, warn } from '../check.ts';
import { runningHaproxy, runningSluice } from '../who-runs.ts';

const sluiceFinding = ({ pid }: { readonly pid: number | undefined }, runDir: string): Finding => {
  const who = pid === undefined ? '' : ` (process ${pid})`;
  return warn(
    `a Sluice runs on ${runDir} already${who}: another one would be refused`,
    `sluice status --run-dir ${runDir}   # end it first, or give the other its own --run-dir`,
  );
};

const haproxyFinding = async (settings: Settings, signal: AbortSignal): Promise<Finding | undefined> => {
  const { runDir } = settings;
  try {
    const running = await runningHaproxy(settings, signal);
    return running === undefined ? undefined : ok(`HAProxy of ${runDir} runs (process ${running.pid}): Sluice takes it over`);
  } catch (error) {
    return fail(messageOf(error), `fuser -v ${runDir}/master.sock`);
  }
};

export const runDir: Check = {
  name: 'run-dir',
  find: async ({ settings, signal }) => {
    const { runDir: folder, api } = settings;
    const sluice = await runningSluice(folder, api.socket);
    if (sluice !== undefined) return [sluiceFinding(sluice, folder)];
    return [(await haproxyFinding(settings, signal)) ?? ok(`nothing runs on ${folder}`)];
  },
};
