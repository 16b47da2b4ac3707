import type { ZddApp } from '../../src/zdd/app.ts';
import type { Row } from '../../src/zdd/read-statistics.ts';

/** A Marathon and its balancer as far as zdd can tell: changes are done at once, and the balancer drains as Marathon-LB 5.9 has it. */
export class World {
  readonly apps = new Map<string, ZddApp>();
  /** Connections that servers have; one less each time that a drained server is looked at. */
  readonly sessions = new Map<string, number>();
  /** In place of what the server's status would be, by task id. */
  readonly status = new Map<string, string>();
  readonly killed: string[] = [];
  /** Tasks that were killed and are in Marathon's list until they have ended, by app. */
  readonly ending = new Map<string, ZddApp['tasks']>();
  #ticks = 0;
  #tasks = 0;

  now(): string {
    this.#ticks += 1;
    return new Date(Date.UTC(2026, 10, 22) + this.#ticks * 1000).toISOString();
  }

  create(definition: Pick<ZddApp, 'id' | 'labels' | 'instances'>): void {
    const app = { deployments: [], tasks: [], ...definition } as ZddApp;
    this.#put(app, definition.instances);
  }

  scale(id: string, instances: number): void {
    this.#put(this.get(id), instances);
  }

  /** With scale=true. */
  kill(ids: readonly string[]): void {
    for (const app of this.apps.values()) {
      const left = app.tasks.filter((task) => !ids.includes(task.id));
      if (left.length === app.tasks.length) continue;
      this.killed.push(...ids.filter((id) => app.tasks.some((task) => task.id === id)));
      this.#put({ ...app, tasks: left }, app.instances - (app.tasks.length - left.length));
    }
  }

  get(id: string): ZddApp {
    const app = this.apps.get(id);
    if (app === undefined) throw new Error(`there is no ${id}`);
    return app;
  }

  /** Ids of the tasks that the balancer drains. */
  drained(): ReadonlySet<string> {
    const [old, fresh] = this.apps
      .values()
      .toArray()
      .sort((a, b) => ((a.labels['HAPROXY_DEPLOYMENT_STARTED_AT'] ?? '') < (b.labels['HAPROXY_DEPLOYMENT_STARTED_AT'] ?? '') ? -1 : 1));
    if (old === undefined || fresh === undefined) return new Set();
    const isBack = scaledAt(old) > scaledAt(fresh);
    return isBack ? toDrain(old, fresh) : toDrain(fresh, old);
  }

  statusOf(id: string): string {
    return this.status.get(id) ?? (this.drained().has(id) ? 'MAINT' : 'UP');
  }

  rows(): readonly Row[] {
    const drained = this.drained();
    return this.apps
      .values()
      .toArray()
      .flatMap(({ tasks }) =>
        tasks.map(({ id, host = '', ports }) => {
          const sessions = this.sessions.get(id) ?? 0;
          if (drained.has(id)) this.sessions.set(id, Math.max(0, sessions - 1));
          return {
            backend: 'nginx_10000',
            server: `${host?.replaceAll('.', '_') ?? ''}_${ports?.[0] ?? 0}`,
            status: this.statusOf(id),
            queued: 0,
            sessions,
          };
        }),
      );
  }

  csv(): string {
    const lines = this.rows().map(({ backend, server, status, sessions }) => `${backend},${server},0,0,${sessions},9,${status},`);
    const totals = ['FRONTEND', 'BACKEND'].map((name) => `nginx_10000,${name},0,0,0,9,UP,`);
    return ['# pxname,svname,qcur,qmax,scur,smax,status,', ...totals, ...lines, ''].join('\n');
  }

  #put(app: ZddApp, instances: number): void {
    const tasks = app.tasks.slice(0, instances);
    while (tasks.length < instances) {
      this.#tasks += 1;
      tasks.push({
        id: `${app.id.slice(1)}.${`${this.#tasks}`.padStart(4, '0')}`,
        host: '10.0.0.1',
        ports: [31_000 + this.#tasks],
        state: 'TASK_RUNNING',
      });
    }
    this.apps.set(app.id, { ...app, instances, tasks, versionInfo: { lastScalingAt: this.now() } });
  }
}

const scaledAt = ({ versionInfo }: ZddApp): string => versionInfo?.lastScalingAt ?? '';

const toDrain = (fresh: ZddApp, old: ZddApp): ReadonlySet<string> => {
  const target = Number(fresh.labels['HAPROXY_DEPLOYMENT_TARGET_INSTANCES']);
  const count = Math.min(fresh.tasks.length, Math.max(0, fresh.tasks.length + old.instances - target));
  return new Set(
    old.tasks
      .map(({ id }) => id)
      .sort()
      .slice(0, count),
  );
};

/** Labels as zdd gives them. */
export const zddLabels = (colour: 'blue' | 'green', target: number, beside = 0): Readonly<Record<string, string>> => ({
  HAPROXY_DEPLOYMENT_GROUP: 'nginx',
  HAPROXY_DEPLOYMENT_ALT_PORT: '10001',
  HAPROXY_0_PORT: '10000',
  HAPROXY_APP_ID: 'nginx',
  HAPROXY_DEPLOYMENT_COLOUR: colour,
  HAPROXY_DEPLOYMENT_TARGET_INSTANCES: `${target}`,
  HAPROXY_DEPLOYMENT_NEW_INSTANCES: `${beside}`,
  HAPROXY_DEPLOYMENT_STARTED_AT: `2026-11-22T1${colour === 'blue' ? 0 : 1}:00:00.000000`,
});
