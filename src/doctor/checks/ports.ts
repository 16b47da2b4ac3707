import { BindTaken, checkBinds, type Listener, type RefusedListener } from '../../haproxy/bind-check.ts';
import { type Check, type CheckContext, fail, type Finding, ok } from '../check.ts';
import { type FlagPort, flagPorts } from '../listeners.ts';
import { portRights } from '../privileges.ts';
import { describeProcesses, listenersOn, type Process } from '../socket-owners.ts';
import { runningHaproxy, runningSluice } from '../who-runs.ts';

/** Those that cannot be had, as far as they are not held by ourselves. */
const refusedOf = async (wanted: readonly FlagPort[], held: readonly Listener[]): Promise<readonly RefusedListener[]> => {
  try {
    await checkBinds(wanted, held);
    return [];
  } catch (error) {
    if (error instanceof BindTaken) return error.listeners;
    throw error;
  }
};

const describe = ({ flag, address, port }: FlagPort, reason: string, holders: readonly Process[]): Finding => {
  const who = holders.length === 0 ? reason : `${reason}: ${describeProcesses(holders)}`;
  return fail(`${flag} ${address}:${port}: ${who}`, `ss -ltnp 'sport = :${port}'   # stop what listens there, or give another ${flag}`);
};

const explain = async (wanted: FlagPort, { reason }: RefusedListener, sluicePid: number | undefined): Promise<readonly Finding[]> => {
  const holders = await listenersOn(wanted.port);
  const isOurs = wanted.who === 'sluice' && holders.some(({ pid }) => pid === sluicePid);
  return isOurs ? [] : [describe(wanted, reason, holders)];
};

/** Whose HAProxy it is where it is not Sluice's is told by another check. */
const held = async ({ settings, signal }: CheckContext): Promise<readonly Listener[]> =>
  (await runningHaproxy(settings, signal).catch(() => undefined))?.listeners ?? [];

export const ports: Check = {
  name: 'ports',
  find: async (context) => {
    const { settings } = context;
    const { lowest } = await portRights();
    const all = flagPorts(settings);
    // Whether the others may be had at all is told by another check.
    const wanted = all.filter(({ port }) => port >= lowest);
    const ours = await held(context);
    const sluice = await runningSluice(settings.runDir, settings.api.socket);
    const refused = await refusedOf(wanted, ours);
    const taken = await Promise.all(
      wanted.map(async (one) => {
        const found = refused.find(({ address, port }) => address === one.address && port === one.port);
        return found === undefined ? [] : explain(one, found, sluice?.pid);
      }),
    );
    const bad = taken.flat();
    if (bad.length > 0 || wanted.length === 0) return bad;
    return [
      ok(`${wanted.map(({ port }) => port).join(', ')}: ${ours.length > 0 ? 'free, or those of the HAProxy that runs here' : 'free'}`),
    ];
  },
};
