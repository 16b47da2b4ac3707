import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { openApi, refuseSecond } from './api/server.ts';
import { openHaproxy } from './haproxy/haproxy.ts';
import { messageOf, SluiceError } from './kit/error.ts';
import { openMarathon } from './marathon/source.ts';
import { certificatesFor } from './reconcile/certificate.ts';
import { Deployment } from './reconcile/deployment.ts';
import { buildOptions, globalsOf } from './reconcile/from-settings.ts';
import { Loop } from './reconcile/loop.ts';
import { Picture } from './reconcile/picture.ts';
import { Reloader } from './reconcile/reloader.ts';
import { Saver } from './reconcile/saver.ts';
import { loadTemplates } from './reconcile/template-files.ts';
import { type Views, viewsOf } from './reconcile/views.ts';
import { Renderer } from './render/renderer.ts';
import { compileTemplates } from './render/templates.ts';
import type { Settings } from './settings.ts';
import { version } from './version.ts';

/** A running Sluice. */
export interface Daemon {
  readonly views: Views;
  /** Of the API, where it listens on TCP. */
  readonly apiUrl: string | undefined;
  /** Reads all of Marathon and looks at all of HAProxy, now. */
  readonly refresh: () => void;
  /** Ends it in good order: HAProxy is stopped, or left with --keep-haproxy. */
  readonly close: () => Promise<void>;
}

const makeFolders = (settings: Settings): void => {
  for (const [flag, folder] of [
    ['--run-dir', settings.runDir],
    ['--state-dir', settings.stateDir],
  ] as const) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new SluiceError('FILES', `${flag} ${folder} cannot be made: ${messageOf(error)}; give a folder that can be written`, error);
    }
  }
};

/**
 * Makes all that lives long, wires it, and starts: Marathon's events -> loop -> HAProxy. The only place that does.
 * Throws when Sluice cannot work at all; whatever fails later is shown, logged and tried again.
 */
export const startDaemon = async (given: Settings, log: Logger): Promise<Daemon> => {
  const settings = { ...given, runDir: resolve(given.runDir), stateDir: resolve(given.stateDir) };
  makeFolders(settings);
  await refuseSecond(settings.api.socket);
  const templates = compileTemplates(loadTemplates(settings.templatesDir));
  const certificates = (await certificatesFor(settings.certificates, settings.stateDir)).map((path) => resolve(path));
  const haproxy = await openHaproxy({
    binary: settings.haproxy,
    runDir: settings.runDir,
    oldWorkersLimit: settings.oldWorkersLimit,
    log,
    // Looking finds that none runs, and has it started with what is desired now.
    onExit: () => loop.lookAtAll(),
  });
  const { capabilities } = haproxy;
  const picture = new Picture(buildOptions(settings, certificates, capabilities), globalsOf(settings, templates.digest, capabilities));
  const renderer = new Renderer(templates);

  const deployment = new Deployment({ log, picture, haproxy, renderer, onChange: (change) => loop.takeChange(change) });
  const reloader = new Reloader({ log, deploy: () => deployment.deploy(), onDone: () => loop.afterReload() });
  // A reload that is due or under way writes the files itself.
  const saver = new Saver({ log, save: async () => (reloader.idle ? deployment.save() : undefined) });
  const loop: Loop = new Loop({ log, picture, haproxy, reloader, saver, auditMs: settings.marathon.auditIntervalMs });
  const marathon = openMarathon({ ...settings.marathon, log }, { onEvent: (event) => loop.take(event) });
  const views = viewsOf({
    version: version(),
    startedAt: new Date(),
    maxStalenessMs: settings.maxStalenessMs,
    picture,
    haproxy,
    loop,
    reloader,
    marathon: () => marathon.state(),
  });

  const close = async (): Promise<void> => {
    await api?.close();
    await marathon.close();
    await loop.close();
    await reloader.close();
    await saver.close();
    deployment.close();
    await haproxy.close({ haproxy: settings.keepHaproxy ? 'leave' : 'stop' });
  };
  const refresh = (): void => {
    marathon.refresh();
    loop.lookAtAll();
  };
  let api: Awaited<ReturnType<typeof openApi>> | undefined;
  try {
    api = await openApi(settings.api, views);
  } catch (error) {
    await close();
    throw error;
  }
  log.info({ version: version(), haproxy: capabilities.version, api: api.url, runDir: settings.runDir }, 'sluice runs');
  return { views, apiUrl: api.url, refresh, close };
};
