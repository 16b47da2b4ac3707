import { pino } from 'pino';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import type { StandInOptions } from '../../src/demo/options.ts';
import type { NamedCluster, NamedTask } from '../../src/dns/named-task.ts';
import type { MesosLimits, MesosOptions } from '../../src/mesos/options.ts';
import type { MesosChange } from '../../src/mesos/picture/change.ts';
import { type MesosSource, openMesos } from '../../src/mesos/source.ts';
import { type Ending, lastly } from '../kit/lastly.ts';

/** What the zone would have: changes put in one after the other. */
export class Heard {
  readonly tasks = new Map<string, NamedTask>();
  readonly changes: MesosChange[] = [];
  cluster: NamedCluster | undefined;

  take(change: MesosChange): void {
    this.changes.push(change);
    for (const task of change.put ?? []) this.tasks.set(task.key, task);
    for (const key of change.drop ?? []) this.tasks.delete(key);
    this.cluster = change.cluster ?? this.cluster;
  }

  /** Sorted. */
  get keys(): readonly string[] {
    return [...this.tasks.keys()].map((key) => key.replace('\n', ' ')).sort();
  }
}

/** Everything that waits for minutes waits for moments; what is not to happen in a test does not. */
export const QUICK: Partial<MesosLimits> = {
  backoffBaseMs: 20,
  backoffMaxMs: 100,
  quietMs: 150,
  saveDelayMs: 10,
  auditRetryMs: 50,
  connectMs: 1000,
};

export const startCluster = async (t: Ending, options: StandInOptions = {}): Promise<StandIn> => {
  const standIn = await startStandIn({ upstreams: 'none', timeScale: 0.02, ...options, mesos: { heartbeatMs: 50, ...options.mesos } });
  lastly(t, async () => standIn.close());
  return standIn;
};

interface Followed {
  readonly source: MesosSource;
  readonly heard: Heard;
  readonly end: () => Promise<void>;
}

export const follow = async (t: Ending, options: Partial<MesosOptions> & { readonly masters: string }): Promise<Followed> => {
  const heard = new Heard();
  const limits = { ...QUICK, ...options.limits };
  const source = await openMesos({ log: pino({ enabled: false }), ...options, limits }, { onChange: (change) => heard.take(change) });
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => (ending ??= source.close());
  lastly(t, end);
  const { tasks, cluster } = source.whole();
  heard.take({ put: tasks, cluster });
  source.start();
  return { source, heard, end };
};
