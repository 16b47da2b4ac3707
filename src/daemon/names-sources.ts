import type { NamedCluster } from '../dns/named-task.ts';
import type { StaticRecord } from '../dns/static-record.ts';
import type { ZoneChange } from '../dns/zone-change.ts';

interface NamesSourcesOptions {
  readonly tell: (change: ZoneChange) => void;
}

/** Both, each as it knows best: Mesos its masters, agents and frameworks; Marathon those that Mesos has not told of (yet). */
const joined = (marathon: NamedCluster, mesos: NamedCluster | undefined): NamedCluster => {
  if (mesos === undefined) return marathon;
  const frameworks = new Set(mesos.frameworks.map(({ name }) => name));
  const agents = new Set(mesos.agents.map(({ id }) => id));
  return {
    ...mesos,
    frameworks: [...mesos.frameworks, ...marathon.frameworks.filter(({ name }) => !frameworks.has(name))],
    agents: [...mesos.agents, ...marathon.agents.filter(({ id }) => !agents.has(id))],
  };
};

const NOTHING: NamedCluster = { frameworks: [], agents: [], masters: [] };

/** All that the zone is made of, from who knows it. No two tell of the same tasks. */
export class NamesSources {
  readonly #tell: (change: ZoneChange) => void;
  #marathon = NOTHING;
  #mesos: NamedCluster | undefined;

  constructor({ tell }: NamesSourcesOptions) {
    this.#tell = tell;
  }

  takeMarathon(change: ZoneChange): void {
    this.#marathon = change.cluster ?? this.#marathon;
    this.#pass(change);
  }

  takeMesos(change: ZoneChange): void {
    this.#mesos = change.cluster ?? this.#mesos;
    this.#pass(change);
  }

  takeRecords(records: readonly StaticRecord[]): void {
    this.#tell({ records });
  }

  #pass(change: ZoneChange): void {
    this.#tell(change.cluster === undefined ? change : { ...change, cluster: joined(this.#marathon, this.#mesos) });
  }
}
