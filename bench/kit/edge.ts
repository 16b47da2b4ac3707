import { join } from 'node:path';
import type { StandInOptions } from '../../src/demo/options.ts';
import { freePorts } from '../../test/kit/free-ports.ts';
import { tempFolder } from '../../test/kit/temp-folder.ts';
import type { Ends } from './ends.ts';
import { SluiceProcess } from './sluice-process.ts';
import { StandInProcess } from './stand-in-process.ts';

export interface EdgePorts {
  readonly http: number;
  readonly https: number;
  readonly stats: number;
  readonly appId: number;
}

/** A whole edge on loopback, each part in a process of its own: stand-in with its tasks, Sluice, HAProxy. */
export interface BenchEdge {
  readonly standIn: StandInProcess;
  readonly sluice: SluiceProcess;
  readonly runDir: string;
  readonly adminSocket: string;
  readonly ports: EdgePorts;
  readonly close: () => Promise<void>;
}

interface EdgeOptions {
  readonly haproxy: string;
  readonly standIn: StandInOptions;
  /** More flags of `sluice run`. */
  readonly flags?: readonly string[];
  readonly ends: Ends;
}

/** No listeners on service ports: with so many apps they would be ports that others use, and a new one always needs a reload. */
const flagsOf = (haproxy: string, marathon: string, folder: string, ports: EdgePorts): readonly string[] =>
  Object.entries({
    marathon,
    group: 'external',
    haproxy,
    'bind-address': '127.0.0.1',
    'http-port': ports.http,
    'https-port': ports.https,
    'stats-port': ports.stats,
    'app-id-port': ports.appId,
    'state-dir': join(folder, 'state'),
    'run-dir': join(folder, 'run'),
    maxconn: 4000,
  }).flatMap(([name, value]) => [`--${name}`, String(value)]);

/** Starts one and waits until it is ready. Closed by `close`, or by `ends`. */
export const startEdge = async ({ haproxy, standIn: options, flags = [], ends }: EdgeOptions): Promise<BenchEdge> => {
  const folder = tempFolder();
  ends.add(folder.remove);
  const [http = 0, https = 0, stats = 0, appId = 0, api = 0] = await freePorts(5);
  const ports = { http, https, stats, appId };
  const standIn = await StandInProcess.start(options);
  ends.add(() => standIn.close());
  const own = flagsOf(haproxy, standIn.url, folder.path, ports);
  const sluice = await SluiceProcess.start([...own, '--dont-bind-service-ports', ...flags], api, folder.path);
  ends.add(() => sluice.close());
  const runDir = join(folder.path, 'run');
  const close = async (): Promise<void> => {
    await sluice.close();
    await standIn.close();
    folder.remove();
  };
  return { standIn, sluice, runDir, adminSocket: join(runDir, 'admin.sock'), ports, close };
};
