import { join } from 'node:path';
import type { Logger } from 'pino';
import { EndpointsListener } from '../endpoints/listener.ts';
import { createEndpoints } from '../endpoints/server.ts';
import type { Sources } from '../endpoints/sources.ts';
import { Spaced } from '../endpoints/spaced.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import type { Picture } from '../picture/picture.ts';
import type { Settings } from '../settings.ts';
import { endpointsSocketIn } from '../startup/workers-sockets.ts';
import type { Made } from './made.ts';
import type { Observer } from './open-observer.ts';

interface EndpointsOptions {
  readonly settings: Settings;
  readonly log: Logger;
  readonly made: Made;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  /** As whom HAProxy's workers serve; undefined: as this process. */
  readonly workersUid: number | undefined;
  readonly observer: Observer;
  /** See PeerAnswer. */
  readonly behindMs: () => number;
  readonly refresh: () => void;
  readonly reload: () => void;
}

/** Anybody who reaches the statistics port may ask for these, and each costs something. */
const REFRESH_PAUSE_MS = 5000;
const RELOAD_PAUSE_MS = 10_000;

const LOOK_EVERY_MS = 5000;

/** Marathon-LB's endpoints on the statistics port: HAProxy asks them of Sluice. */
export const openEndpoints = async (options: EndpointsOptions): Promise<void> => {
  const { settings, log, made, picture, haproxy, workersUid, observer, behindMs } = options;
  const refresh = made.add(new Spaced(options.refresh, REFRESH_PAUSE_MS), (it) => it.close());
  const reload = made.add(new Spaced(options.reload, RELOAD_PAUSE_MS), (it) => it.close());
  const sources: Sources = {
    configFile: join(settings.runDir, 'config', 'haproxy.cfg'),
    statistics: () => haproxy.statistics(),
    pids: async () => {
      const { master, current, old = [] } = (await haproxy.workers()) ?? {};
      return [master, current, ...old].flatMap((process) => process?.pid ?? []);
    },
    routes: () => picture.desired.maps.get('routes') ?? new Map<string, string>(),
    apps: () => picture.desired.maps.get('apps') ?? new Map<string, string>(),
    observations: async (group) => ({ ...(await observer.tell(group)), behindMs: behindMs() }),
    refresh: () => refresh.ask(),
    reload: () => {
      if (!picture.mayBeApplied) return false;
      reload.ask();
      return true;
    },
  };
  const create = () => createEndpoints({ log, sources, readOnly: !settings.stats.signals });
  const { runDir } = settings;
  const path = endpointsSocketIn(runDir);
  const listener = made.add(new EndpointsListener({ runDir, path, workersUid, log, create }), (it) => it.close());
  made.every(LOOK_EVERY_MS, () => listener.look());
  await listener.look();
};
