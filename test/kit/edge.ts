import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts';
import type { StandInOptions } from '../../src/demo/options.ts';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import { toSettings } from '../../src/settings.ts';
import { atEnd } from './at-end.ts';
import { freePorts } from './free-ports.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

/** What a client got. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Of the upstream that answered: X-Task-Id. */
  readonly task: string | undefined;
}

export interface EdgeOptions {
  readonly standIn?: StandInOptions;
  /** Flags of `run` by their camel-case names. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** HAProxy binary. */
  readonly haproxy?: string;
  /** Posted before Sluice starts. */
  readonly apps?: readonly object[];
  /** Addresses that Sluice is given before those of the stand-in. */
  readonly marathonsBefore?: readonly string[];
  /**
   * Where HAProxy listens: on 127.0.0.1 (default), or on an address that this edge has for itself. There service ports are opened too: no
   * other test's, and no port that a client's connection happens to have, is in their way.
   */
  readonly address?: 'shared' | 'own';
}

/** A whole edge on loopback: stand-in, Sluice in this process, a real HAProxy. */
export interface Edge {
  readonly standIn: StandIn;
  readonly daemon: Daemon;
  readonly folder: string;
  readonly runDir: string;
  readonly flags: Readonly<Record<string, unknown>>;
  /** Where HAProxy listens. */
  readonly address: string;
  readonly ports: { readonly http: number; readonly https: number; readonly stats: number; readonly appId: number };
  /** A request through the http frontend on a new connection. */
  readonly get: (host: string, path?: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Asks again and again until the answer has this status, and gives that one back. */
  readonly until: (status: number, host: string, path?: string) => Promise<Answer>;
  /** A request to Marathon; fails unless the answer is a 2xx. */
  readonly marathon: (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;
  /** The same, and resolves when the deployment that it began has ended. */
  readonly deploy: (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<void>;
  /** Ends this Sluice and starts another on the same folders. `leave`: HAProxy goes on meanwhile. */
  readonly close: () => Promise<void>;
}

const SHORT = { connectTimeout: 5000, headersTimeout: 15_000, bodyTimeout: 15_000 };

/** A GET on a connection of its own. */
export const getFrom = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
  const agent = new Agent({ ...SHORT, pipelining: 0 });
  try {
    const answer = await request(url, { dispatcher: agent, headers });
    const text = await answer.body.text();
    const task = answer.headers['x-task-id'];
    return { status: answer.statusCode, headers: answer.headers, text, task: typeof task === 'string' ? task : undefined };
  } finally {
    await agent.destroy();
  }
};

const askMarathon = async (
  base: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> => {
  const answer = await request(`${base}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};

/** An app that HAProxy carries: one port, 2 instances, virtual host `<last word of the id>.example`; with overrides. */
export const anAppDefinition = (id: string, overrides: Readonly<Record<string, unknown>> = {}): object => ({
  id,
  cmd: './serve',
  cpus: 0.1,
  mem: 32,
  instances: 2,
  networks: [{ mode: 'host' }],
  ...overrides,
  labels: {
    HAPROXY_GROUP: 'external',
    HAPROXY_0_VHOST: `${id.split('/').at(-1) ?? ''}.example`,
    ...((overrides['labels'] as object | undefined) ?? {}),
  },
});

/** Marathon names a deployment in one field or in the other. */
const deploymentOf = (answer: unknown): string => {
  const { deploymentId, deployments } = answer as { deploymentId?: string; deployments?: readonly { id: string }[] };
  const id = deploymentId ?? deployments?.[0]?.id;
  if (id === undefined) throw new Error(`no deployment in ${JSON.stringify(answer)}`);
  return id;
};

/** In the stand-in's own corner of 127.0.0.0/8, beside its agents. */
const ownAddress = (standIn: StandIn): string => `${(standIn.agents[0]?.host ?? '').split('.').slice(0, 2).join('.')}.250.1`;

/** Starts an edge and waits until it is ready. */
export const startEdge = async (options: EdgeOptions = {}): Promise<Edge> => {
  const folder = tempFolder();
  const standIn = await startStandIn({ timeScale: 0.05, ...options.standIn });
  const address = options.address === 'own' ? ownAddress(standIn) : '127.0.0.1';
  const [http = 0, https = 0, stats = 0, appId = 0] = await freePorts(4, address);
  const runDir = join(folder.path, 'run');
  const flags = {
    marathon: [...(options.marathonsBefore ?? []), ...standIn.urls],
    group: ['external'],
    bindAddress: address,
    httpPort: http,
    httpsPort: https,
    statsPort: stats,
    appIdPort: appId,
    apiListen: '127.0.0.1:0',
    stateDir: join(folder.path, 'state'),
    runDir,
    maxconn: 2000,
    // Service ports are Marathon's choice, and another test's Marathon may choose the same.
    dontBindServicePorts: options.address !== 'own',
    haproxy: options.haproxy ?? process.env['SLUICE_HAPROXY'] ?? 'haproxy',
    ...options.flags,
  };
  try {
    for (const app of options.apps ?? []) await askMarathon(standIn.url, 'POST', '/v2/apps', app);
    const daemon = await startDaemon(toSettings(flags), pino({ level: process.env['SLUICE_TEST_LOG'] ?? 'silent' }));
    const close = async (): Promise<void> => {
      try {
        await daemon.close();
      } finally {
        await standIn.close();
        folder.remove();
      }
    };
    try {
      await waitFor('Sluice is ready', () => daemon.views.ready().ready);
    } catch (error) {
      await close();
      throw error;
    }
    const get: Edge['get'] = async (host, path = '/', headers = {}) => getFrom(`http://${address}:${http}${path}`, { host, ...headers });
    return {
      standIn,
      daemon,
      folder: folder.path,
      runDir,
      flags,
      address,
      ports: { http, https, stats, appId },
      get,
      until: async (status, host, path) =>
        waitFor(`${host}${path ?? '/'} answers ${status}`, async () => {
          const answer = await get(host, path);
          if (answer.status !== status) throw new Error(`it answers ${answer.status}`);
          return answer;
        }),
      marathon: (method, path, body) => askMarathon(standIn.leaderUrl ?? standIn.url, method, path, body),
      deploy: async (method, path, body) => {
        const id = deploymentOf(await askMarathon(standIn.leaderUrl ?? standIn.url, method, path, body));
        const outcome = await standIn.waitForDeployment(id);
        if (outcome !== 'success') throw new Error(`${method} ${path}: the deployment was ${outcome}`);
      },
      close,
    };
  } catch (error) {
    await standIn.close();
    folder.remove();
    throw error;
  }
};

/** An edge that is closed after the test, however that ends. */
export const openEdge = async (t: TestContext, options: EdgeOptions = {}): Promise<Edge> => {
  const edge = await startEdge(options);
  atEnd(t, edge.close);
  return edge;
};
