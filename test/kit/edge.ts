import { join } from 'node:path';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { type Daemon, startDaemon } from '../../src/daemon.ts';
import type { StandInOptions } from '../../src/demo/options.ts';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import { toSettings } from '../../src/settings.ts';
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
}

/** A whole edge on loopback: stand-in, Sluice in this process, a real HAProxy. */
export interface Edge {
  readonly standIn: StandIn;
  readonly daemon: Daemon;
  readonly folder: string;
  readonly runDir: string;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly ports: { readonly http: number; readonly https: number; readonly stats: number; readonly appId: number };
  /** A request through the http frontend on a new connection. */
  readonly get: (host: string, path?: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** A request to Marathon; fails unless the answer is a 2xx. */
  readonly marathon: (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;
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

/** Starts an edge and waits until it is ready. */
export const startEdge = async (options: EdgeOptions = {}): Promise<Edge> => {
  const folder = tempFolder();
  const [http = 0, https = 0, stats = 0, appId = 0] = await freePorts(4);
  const standIn = await startStandIn({ timeScale: 0.05, ...options.standIn });
  const runDir = join(folder.path, 'run');
  const flags = {
    marathon: standIn.urls,
    group: ['external'],
    bindAddress: '127.0.0.1',
    httpPort: http,
    httpsPort: https,
    statsPort: stats,
    appIdPort: appId,
    apiListen: '127.0.0.1:0',
    stateDir: join(folder.path, 'state'),
    runDir,
    maxconn: 2000,
    // Service ports are Marathon's choice, and another test's Marathon may choose the same.
    dontBindServicePorts: true,
    haproxy: options.haproxy ?? process.env['SLUICE_HAPROXY'] ?? 'haproxy',
    ...options.flags,
  };
  try {
    for (const app of options.apps ?? []) await askMarathon(standIn.url, 'POST', '/v2/apps', app);
    const daemon = await startDaemon(toSettings(flags), pino({ level: process.env['SLUICE_TEST_LOG'] ?? 'silent' }));
    const close = async (): Promise<void> => {
      await daemon.close();
      await standIn.close();
      folder.remove();
    };
    try {
      await waitFor('Sluice is ready', () => daemon.views.ready().ready);
    } catch (error) {
      await close();
      throw error;
    }
    return {
      standIn,
      daemon,
      folder: folder.path,
      runDir,
      flags,
      ports: { http, https, stats, appId },
      get: (host, path = '/', headers = {}) => getFrom(`http://127.0.0.1:${http}${path}`, { host, ...headers }),
      marathon: (method, path, body) => askMarathon(standIn.url, method, path, body),
      close,
    };
  } catch (error) {
    await standIn.close();
    folder.remove();
    throw error;
  }
};
