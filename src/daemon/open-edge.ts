import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { beTheOnlyOne } from '../api/only-one.ts';
import { openApi } from '../api/server.ts';
import { CertificateFiles } from '../certificates/files.ts';
import type { Globals } from '../desired/desired.ts';
import { accessPipeIn, openAccessPipe } from '../haproxy/access-pipe.ts';
import { type Haproxy, openHaproxy } from '../haproxy/haproxy.ts';
import { Renderer } from '../render/renderer.ts';
import { compileTemplates } from '../render/templates.ts';
import type { Views } from '../report/views.ts';
import type { Settings } from '../settings.ts';
import { certificatesFor } from '../startup/certificate.ts';
import { globalsOf } from '../startup/from-settings.ts';
import { notesOnPieces } from '../startup/notes-on-pieces.ts';
import { overridesOf } from '../startup/piece-files.ts';
import { passthroughSocketIn } from '../startup/workers-sockets.ts';
import { loadTemplates } from '../startup/template-files.ts';
import { workersUser } from '../startup/workers-user.ts';
import { Exits } from './exits.ts';
import type { Made } from './made.ts';
import { tryDefaultOptions } from './try-default-options.ts';

/** What is needed before anything is known of Marathon. */
export interface Edge {
  /** Of the API, where it listens on TCP. */
  readonly apiUrl: string | undefined;
  readonly renderer: Renderer;
  readonly globals: Globals;
  readonly certificates: CertificateFiles;
  readonly haproxy: Haproxy;
  readonly exits: Exits;
  /** HAProxy writes an access log. */
  readonly accessLog: boolean;
}

interface EdgeOptions {
  readonly settings: Settings;
  readonly log: Logger;
  readonly made: Made;
  /** Absent while Sluice starts and ends. */
  readonly views: () => Views | undefined;
  /** What becomes of HAProxy when all is closed. */
  readonly atEnd: () => 'leave' | 'stop';
  /** Aborted: HAProxy's answers are not waited for any more. */
  readonly hurry: AbortSignal;
}

const openCertificates = async (settings: Settings): Promise<CertificateFiles> => {
  const given = await certificatesFor(settings.certificates, settings.stateDir, settings.environment.certificates);
  const certificates = new CertificateFiles(settings.bindHttpHttps ? given.map((path) => resolve(path)) : []);
  await certificates.restore(join(settings.runDir, 'config'));
  return certificates;
};

/** Whether HAProxy can write an access log: one that runs already may have been started without the pipe for it. */
const canLog = async (haproxy: Haproxy, runDir: string, log: Logger): Promise<boolean> => {
  if (!haproxy.isRunning()) {
    await (await openAccessPipe(accessPipeIn(runDir))).close();
    return true;
  }
  if (await haproxy.hasAccessPipe()) return true;
  log.warn('no access log: HAProxy runs since before it was asked for; stop HAProxy, then Sluice starts both anew with it');
  return false;
};

/** HAProxy's workers give up root where they can. */
const tellWorkersUser = (settings: Settings, log: Logger): void => {
  const user = workersUser(settings.haproxyUser);
  if (user.kind === 'as-sluice' && user.worrying)
    log.warn(`HAProxy serves as root: ${user.because}; make that user, name another by --haproxy-user, or 'off'`);
};

/** The lock of the run directory, the API, templates, certificates, and HAProxy, found or yet to be started. Throws where Sluice cannot work at all. */
export const openEdge = async ({ settings, log, made, views, atEnd, hurry }: EdgeOptions): Promise<Edge> => {
  made.add(await beTheOnlyOne(settings.runDir, settings.api.socket), (onlyOne) => onlyOne.release());
  // First of all that may fail: nothing that serves has been touched yet.
  const api = made.add(await openApi(settings.api, views, log), (it) => it.close());
  const templates = compileTemplates(loadTemplates(settings.templatesDir));
  const certificates = await openCertificates(settings);
  const globals = globalsOf(settings, templates.digest);
  tellWorkersUser(settings, log);
  for (const note of notesOnPieces(overridesOf(settings))) log.warn(note);
  await tryDefaultOptions(settings);
  const exits = new Exits();
  const opened = await openHaproxy({
    binary: settings.haproxy,
    runDir: settings.runDir,
    workersUid: globals.workers?.uid,
    innerSocket: settings.tlsPassthrough ? passthroughSocketIn(settings.runDir) : undefined,
    oldWorkersLimit: settings.oldWorkersLimit,
    oldWorkersMemoryBytes: settings.oldWorkersMemoryBytes,
    accessLog: settings.accessLog,
    log,
    onExit: () => exits.note(),
    hurry,
  });
  const haproxy = made.add(opened, (it) => it.close({ haproxy: atEnd(), softStopLimitMs: settings.stopLimitMs }));
  const accessLog = settings.accessLog && (await canLog(haproxy, settings.runDir, log));
  return { apiUrl: api.url, renderer: new Renderer(templates), globals, certificates, haproxy, exits, accessLog };
};
