import { setTimeout as wait } from 'node:timers/promises';
import { readCsvAsZdd, type Row } from './read-csv.ts';

/** An app as its owner writes it. */
export interface ZddApp {
  readonly id: string;
  readonly instances: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly portDefinitions: readonly { readonly port: number }[];
  /** As Marathon answers it; zdd looks at the first of them, and not into the definitions. */
  readonly ports?: readonly number[];
}

interface RunningApp extends ZddApp {
  readonly deployments: readonly unknown[];
  readonly tasks: readonly {
    readonly id: string;
    readonly host: string;
    readonly ports: readonly number[];
    readonly ipAddresses?: readonly { readonly ipAddress: string }[];
  }[];
}

export interface ZddOptions {
  /** Of Marathon. */
  readonly marathon: string;
  /** Of the statistics port. */
  readonly balancer: string;
  readonly stepDelayMs: number;
  readonly maxWaitMs: number;
  readonly initialInstances: number;
  /** --new-instances: so many of the new app beside the old one, and no more; 0: it takes the place of the old one. */
  readonly newInstances?: number;
}

/** What zdd did: each kill with how many, and how often it had to give up waiting. */
export interface ZddReport {
  readonly kills: readonly number[];
  readonly timeouts: number;
  readonly deployed: string;
}

/** As zdd: a connection for each request. One that is kept would keep HAProxy from its end. */
const CLOSE = { connection: 'close' };

const askJson = async (url: string, method = 'GET', body?: unknown): Promise<unknown> => {
  const answer = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};

const label = ({ labels }: ZddApp, name: string): string => labels[`HAPROXY_DEPLOYMENT_${name}`] ?? '';
const targetOf = (app: ZddApp): number => Number(label(app, 'TARGET_INSTANCES') || app.instances);

/** Names of servers as zdd makes them up, one for each port of a task. */
const serversOf = ({ tasks }: RunningApp): readonly (readonly [server: string, task: string])[] => {
  const names = tasks.flatMap(({ host, ports, ipAddresses }) => {
    const ip = ipAddresses?.[0]?.ipAddress ?? host;
    return ports.map((port) => (ip === host ? `${host}_${port}` : `${host}_${ip}_${port}`).replaceAll('.', '_'));
  });
  return tasks.flatMap(({ id }, at) => (names[at] === undefined ? [] : [[names[at], id] as const]));
};

/** In the order in which they were deployed. */
const byStart = (a: ZddApp, b: ZddApp): number => (label(a, 'STARTED_AT') < label(b, 'STARTED_AT') ? -1 : 1);

/**
 * Marathon-LB's zdd as its scripts and pipelines use it, with `--force`: what it asks for, in its order, and what it takes an answer for. One balancer,
 * host mode.
 */
export class Zdd {
  readonly #options: ZddOptions;
  readonly #kills: number[] = [];
  #timeouts = 0;

  constructor(options: ZddOptions) {
    this.#options = options;
  }

  async deploy(app: ZddApp): Promise<ZddReport> {
    const before = await this.#group(app);
    if (before.length > 1) throw new Error('two are there already: to be resumed');
    const last = before.at(-1);
    const fresh = this.#prepare(app, last);
    await askJson(`${this.#options.marathon}/v2/apps`, 'POST', fresh);
    if (last !== undefined) await this.#swap(fresh.id, last.id, Number(label(fresh, 'NEW_INSTANCES')));
    return { kills: this.#kills, timeouts: this.#timeouts, deployed: fresh.id };
  }

  /** --complete-cur, --complete-prev: of the two that are there, the newer one or the older one is to stay alone. */
  async complete(app: ZddApp, which: 'current' | 'previous'): Promise<ZddReport> {
    const [older, newer] = (await this.#group(app)).slice(-2);
    if (older === undefined || newer === undefined) throw new Error('there are no two of them');
    const [fresh, old] = which === 'current' ? [newer, older] : [older, newer];
    await this.#swap(fresh.id, old.id, 0);
    return { kills: this.#kills, timeouts: this.#timeouts, deployed: fresh.id };
  }

  async #group(app: ZddApp): Promise<readonly ZddApp[]> {
    const { apps } = (await askJson(`${this.#options.marathon}/v2/apps`)) as { readonly apps: readonly ZddApp[] };
    return apps.filter((other) => label(other, 'GROUP') === label(app, 'GROUP')).sort(byStart);
  }

  #prepare(app: ZddApp, last: ZddApp | undefined): ZddApp {
    const own = app.portDefinitions[0]?.port ?? 0;
    const alternative = Number(label(app, 'ALT_PORT'));
    const colour = last !== undefined && label(last, 'COLOUR') === 'blue' ? 'green' : 'blue';
    const isAlternativeTaken = last?.ports?.[0] === alternative;
    const port = last === undefined || isAlternativeTaken ? own : alternative;
    const target = last?.instances ?? app.instances;
    const newInstances = Math.min(this.#options.newInstances ?? 0, target);
    return {
      ...app,
      id: `/${app.id.replace(/^\//, '')}-${colour}`,
      instances: last === undefined ? target : Math.min(this.#options.initialInstances, newInstances === 0 ? target : newInstances),
      portDefinitions: [{ ...app.portDefinitions[0], port }],
      labels: {
        ...app.labels,
        HAPROXY_APP_ID: app.id,
        HAPROXY_0_PORT: `${own}`,
        HAPROXY_DEPLOYMENT_TARGET_INSTANCES: `${target}`,
        HAPROXY_DEPLOYMENT_NEW_INSTANCES: `${newInstances}`,
        HAPROXY_DEPLOYMENT_COLOUR: colour,
        // Without a zone, as Python writes it.
        HAPROXY_DEPLOYMENT_STARTED_AT: new Date().toISOString().replace('Z', '000'),
      },
    };
  }

  async #app(id: string): Promise<RunningApp> {
    return ((await askJson(`${this.#options.marathon}/v2/apps${id}`)) as { readonly app: RunningApp }).app;
  }

  /** @param beside so many of the new app beside the old one, and no more; 0: it takes the place of the old one */
  async #swap(freshId: string, oldId: string, beside: number): Promise<void> {
    const { marathon, stepDelayMs } = this.#options;
    for (;;) {
      const [old, fresh] = [await this.#app(oldId), await this.#app(freshId)];
      if (fresh.deployments.length > 0) {
        await wait(stepDelayMs);
        continue;
      }
      const drained = await this.#drainedTasks(fresh, old);
      if (beside > 0 && fresh.instances === beside && old.instances === targetOf(old) - beside) return;
      if (fresh.instances === targetOf(fresh) && drained.length === old.instances) {
        await askJson(`${marathon}/v2/apps${old.id}`, 'DELETE');
        return;
      }
      if (drained.length > 0) {
        await askJson(`${marathon}/v2/tasks/delete?scale=true`, 'POST', { ids: drained });
        this.#kills.push(drained.length);
      }
      const wanted = beside === 0 ? targetOf(fresh) : beside;
      if (fresh.instances < wanted) await this.#scale(fresh, old, wanted);
    }
  }

  async #scale(fresh: RunningApp, old: RunningApp, wanted: number): Promise<void> {
    const more = Math.floor(fresh.instances + (fresh.instances + 1) / 2);
    const instances = more >= old.instances ? wanted : Math.min(more, wanted);
    await askJson(`${this.#options.marathon}/v2/apps${fresh.id}`, 'PUT', { instances });
  }

  async #rows(group: ZddApp): Promise<readonly Row[]> {
    const answer = await fetch(`${this.#options.balancer}/haproxy?stats;csv`, { headers: CLOSE });
    if (!answer.ok) throw new Error(`the statistics are ${answer.status}`);
    const name = `${label(group, 'GROUP')}_${group.labels['HAPROXY_0_PORT'] ?? ''}`;
    return readCsvAsZdd(await answer.text()).filter(
      ({ pxname, svname = '' }) => pxname === name && !['FRONTEND', 'BACKEND'].includes(svname),
    );
  }

  async #isReloading(): Promise<boolean> {
    const answer = await fetch(`${this.#options.balancer}/_haproxy_getpids`, { headers: CLOSE });
    return !answer.ok || (await answer.text()).split(/\s+/).length > 2;
  }

  /** Waits until all servers are there, enough of them are up, and one at least is drained. After too long: those that are being drained. */
  async #drainedTasks(fresh: RunningApp, old: RunningApp): Promise<readonly string[]> {
    const { maxWaitMs, stepDelayMs } = this.#options;
    const named = (rows: readonly Row[]): readonly string[] => {
      const names = new Set(rows.map(({ svname }) => svname));
      return serversOf(old).flatMap(([server, task]) => (names.has(server) ? [task] : []));
    };
    let rows = await this.#rows(fresh);
    const deadline = performance.now() + maxWaitMs;
    while (performance.now() < deadline) {
      await wait(stepDelayMs);
      if (await this.#isReloading()) continue;
      rows = await this.#rows(fresh);
      if (rows.length !== fresh.instances + old.instances) continue;
      if (rows.filter(({ status }) => status === 'UP').length < targetOf(fresh)) continue;
      const drained = rows.filter(({ status, qcur, scur }) => status === 'MAINT' && Number(qcur) === 0 && Number(scur) === 0);
      if (drained.length > 0) return named(drained);
    }
    this.#timeouts += 1;
    return named(rows.filter(({ status }) => status === 'MAINT'));
  }
}
