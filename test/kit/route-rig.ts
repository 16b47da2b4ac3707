import { createServer, Agent, type Server } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Problem } from '../../src/kit/problem.ts';
import { ask } from './ask.ts';
import { anEntry, aPort, aTask, build, someGlobals } from './builders.ts';
import { freePorts } from './free-ports.ts';
import { lastly } from './lastly.ts';
import { LISTENER_SUFFIX, startSomewhere, writeRendered } from './rendered-haproxy.ts';
import { tempFolder } from './temp-folder.ts';

/** One server for each app, which names itself by its number. Ended after the test. */
export const namedUpstreams = async (t: TestContext, count: number): Promise<readonly number[]> => {
  const servers: Server[] = [];
  for (let at = 0; at < count; at += 1) {
    const server = createServer((_, response) => response.setHeader('x-app', `app ${at}`).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
  }
  lastly(t, async () => {
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map(async (server) => new Promise((resolve) => server.close(resolve))));
  });
  return servers.map((server) => (server.address() as AddressInfo).port);
};

interface Ports {
  readonly http: number;
  readonly https: number;
  readonly appId: number;
}

/** What an app is called, and its labels without HAPROXY_0_. */
export interface LabelledApp {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** It has no task. */
  readonly isEmpty?: boolean;
}

/** HAProxy with these apps, each with one task at its upstream or none; it is ended after `use`. Gives what was wrong with the apps. */
export const withHaproxy = async (
  apps: readonly LabelledApp[],
  upstreams: readonly number[],
  certificates: readonly string[],
  use: (ports: Ports) => Promise<void>,
): Promise<readonly Problem[]> => {
  const folder = tempFolder();
  let ports: Ports = { http: 0, https: 0, appId: 0 };
  let wrong: readonly Problem[] = [];
  const { stop } = await startSomewhere(async () => {
    const [http = 0, https = 0, appId = 0, statsPort = 0] = await freePorts(4);
    ports = { http, https, appId };
    const entries = apps.map(({ id, labels, isEmpty = false }, at) => {
      const named = Object.fromEntries(Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value]));
      const app = { id, ports: [aPort({ servicePort: 10_000 + at })], labels: { HAPROXY_GROUP: 'external', ...named } };
      return anEntry(app, isEmpty ? [] : [aTask({ host: '127.0.0.1', ports: [upstreams[at] ?? 0] })]);
    });
    const { desired, problems } = build(entries, {
      bindAddress: '127.0.0.1',
      bindServicePorts: false,
      httpPort: http,
      httpsPort: https,
      appIdPort: appId,
      statsPort,
      certificates,
      listenerSuffix: LISTENER_SUFFIX,
    });
    wrong = problems;
    const globals = someGlobals({ runDir: folder.path, maxConnections: 100 });
    return { configFile: writeRendered({ ...desired, globals }, folder.path), port: http };
  });
  try {
    await use(ports);
  } finally {
    await stop();
    folder.remove();
  }
  return wrong;
};

/** Connections that are kept; to be closed after the test. */
export const keptConnections = (t: TestContext): { readonly plain: Agent; readonly tls: TlsAgent } => {
  const agents = { plain: new Agent({ keepAlive: true, maxSockets: 4 }), tls: new TlsAgent({ keepAlive: true, maxSockets: 4 }) };
  lastly(t, () => Object.values(agents).forEach((agent) => agent.destroy()));
  return agents;
};

interface Question {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly tls?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The app that answers, or the status with which HAProxy does. */
export const whoAnswers = async (
  { plain, tls: byTls }: ReturnType<typeof keptConnections>,
  { tls = false, ...question }: Question,
): Promise<string> => {
  const { status, headers } = await ask({ ...question, ...(tls ? { servername: 'localhost', agent: byTls } : { agent: plain }) });
  return String(headers['x-app'] ?? status);
};
