import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { beTheOnlyOne } from './api/only-one.ts';
import { openApi } from './api/server.ts';
import { accessPipeIn, openAccessPipe } from './haproxy/access-pipe.ts';
import { type Haproxy, openHaproxy } from './haproxy/haproxy.ts';
import { messageOf, SluiceError } from './kit/error.ts';
import { openMarathon } from './marathon/source.ts';
import type { ModelEvent } from './model/event.ts';
import { DEFAULT_MINIMA } from './model/guard.ts';
import { Audit } from './reconcile/audit.ts';
import { CertificateFiles } from './reconcile/certificate-files.ts';
import { Deployment } from './reconcile/deployment.ts';
import { drain } from './reconcile/drain.ts';
import { Gate } from './reconcile/gate.ts';
import { KnownProblems } from './reconcile/known-problems.ts';
import { Loop } from './reconcile/loop.ts';
import { LostLines } from './reconcile/lost-lines.ts';
import { countOldWorkers } from './reconcile/old-workers.ts';
import type { SetAside } from './reconcile/picture-report.ts';
import { Picture } from './reconcile/picture.ts';
import { holdByOldWorkers } from './reconcile/reload-hold.ts';
import { Reloader } from './reconcile/reloader.ts';
import { Saver } from './reconcile/saver.ts';
import { type Views, viewsOf } from './reconcile/views.ts';
import { Renderer } from './render/renderer.ts';
import { compileTemplates } from './render/templates.ts';
import type { Settings } from './settings.ts';
import { certificatesFor } from './startup/certificate.ts';
import { buildOptions, globalsOf } from './startup/from-settings.ts';
import { makeFolder } from './startup/make-folder.ts';
import { loadTemplates } from './startup/template-files.ts';
import { workersUser } from './startup/workers-user.ts';
import { ModelFile } from './store/model-file.ts';
import { ModelKeeper } from './store/model-keeper.ts';
import { version } from './version.ts';

/** A running Sluice. */
export interface Daemon {
  readonly views: Views;
  /** Of the API, where it listens on TCP. */
  readonly apiUrl: string | undefined;
  /** Reads all of Marathon and looks at all of HAProxy, now. */
  readonly refresh: () => void;
  /** Turns `/ready` and HAProxy's health check red; all else goes on. Resolves to whether there is a HAProxy that serves. */
  readonly drain: () => Promise<boolean>;
  /** Ends it in good order: HAProxy is stopped, or left with --keep-haproxy. */
  readonly close: () => Promise<void>;
}

/** Whoever has standard output: HAProxy's lines come from this pipe. */
type FollowAccessLog = (pipe: string) => void;

const makeFolders = (settings: Settings): void => {
  for (const [flag, folder] of [
    ['--run-dir', settings.runDir],
    ['--state-dir', settings.stateDir],
  ] as const) {
    try {
      makeFolder(folder, 0o700);
    } catch (error) {
      throw new SluiceError('FILES', `${flag} ${folder} cannot be made: ${messageOf(error)}; give a folder that can be written`, error);
    }
  }
};

/** What was made, to be closed last made first; each is tried, whatever the others do. The first error is thrown. */
class Made {
  readonly #closers: (() => unknown)[] = [];

  add<T>(thing: T, close: (thing: T) => unknown): T {
    this.#closers.push(() => close(thing));
    return thing;
  }

  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

/** With HAProxy running already there is time to wait for Marathon: what HAProxy has may be newer than what was saved. */
const FIRST_READ_PATIENCE_MS = 10_000;

/** What the picture begins with: the saved model, unless it cannot be trusted. */
const beginWithSaved = async (file: ModelFile, picture: Picture, log: Logger): Promise<SetAside | undefined> => {
  const loaded = await file.load();
  if (loaded.kind === 'none') return undefined;
  if (loaded.kind === 'set-aside') {
    log.error({ path: loaded.path }, `the saved state is not trusted and was set aside: ${loaded.because}`);
    return { path: loaded.path, because: loaded.because };
  }
  picture.restore(loaded.saved);
  log.info({ savedAt: loaded.saved.savedAt, apps: picture.model.apps.size }, 'found a saved state');
  return undefined;
};

/** How often it is looked whether certificates were renewed. */
const CERTIFICATES_EVERY_MS = 60_000;

/** How often HAProxy's sockets are looked for: a reload brings them back where somebody has deleted them. */
const SOCKETS_EVERY_MS = 5000;

const openCertificates = async (settings: Settings): Promise<CertificateFiles> => {
  const given = await certificatesFor(settings.certificates, settings.stateDir);
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

/** How long a reload under way may take when Sluice ends; HAProxy's answers are not waited for after that. */
const LAST_RELOAD_LIMIT_MS = 3000;

/**
 * Makes all that lives long, wires it, and starts: Marathon's events -> loop -> HAProxy. The only place that does.
 * Throws when Sluice cannot work at all, and leaves a HAProxy that serves as it is then; whatever fails later is shown, logged and tried again.
 */
export const startDaemon = async (given: Settings, log: Logger, followAccessLog?: FollowAccessLog): Promise<Daemon> => {
  const settings = { ...given, runDir: resolve(given.runDir), stateDir: resolve(given.stateDir) };
  makeFolders(settings);
  const made = new Made();
  try {
    return await start(settings, log, made, followAccessLog);
  } catch (error) {
    // What went wrong is what the operator must hear of, not what ending made of it.
    await made.close().catch((other: unknown) => log.warn({ err: other }, `ending failed too: ${messageOf(other)}`));
    throw error;
  }
};

const start = async (settings: Settings, log: Logger, made: Made, followAccessLog?: FollowAccessLog): Promise<Daemon> => {
  let views: Views | undefined;
  let atEnd: 'leave' | 'stop' = 'leave';
  const hurry = new AbortController();
  made.add(await beTheOnlyOne(settings.runDir, settings.api.socket), (onlyOne) => onlyOne.release());
  // First of all that may fail: nothing that serves has been touched yet.
  const api = made.add(await openApi(settings.api, () => views, log), (it) => it.close());
  const templates = compileTemplates(loadTemplates(settings.templatesDir));
  const certificates = await openCertificates(settings);
  const globals = globalsOf(settings, templates.digest);
  tellWorkersUser(settings, log);
  const opened = await openHaproxy({
    binary: settings.haproxy,
    runDir: settings.runDir,
    workersUid: globals.workers?.uid,
    oldWorkersLimit: settings.oldWorkersLimit,
    oldWorkersMemoryBytes: settings.oldWorkersMemoryBytes,
    accessLog: settings.accessLog,
    log,
    // Looking finds that none runs, and has it started with what is desired now.
    onExit: () => {
      loop.serveSaved();
      loop.lookAtAll();
    },
    hurry: hurry.signal,
  });
  const haproxy = made.add(opened, (it) => it.close({ haproxy: atEnd, softStopLimitMs: settings.stopLimitMs }));
  const { capabilities } = haproxy;
  const accessLog = settings.accessLog && (await canLog(haproxy, settings.runDir, log));
  const picture = new Picture(buildOptions({ ...settings, accessLog }, certificates.paths, capabilities), globals);
  const modelFile = new ModelFile(join(settings.stateDir, 'model.json'));
  const setAside = await beginWithSaved(modelFile, picture, log);
  const renderer = new Renderer(templates);

  const deployment = made.add(
    new Deployment({ log, picture, haproxy, renderer, certificates, onChange: (change) => loop.takeChange(change) }),
    (it) => it.close(),
  );
  // A reload that is due or under way writes the files itself.
  const saver = made.add(new Saver({ log, save: async () => (reloader.idle ? deployment.save() : undefined) }), (it) => it.close());
  const askHold = holdByOldWorkers({
    countOldWorkers: () => countOldWorkers(haproxy),
    oldWorkersLimit: settings.oldWorkersLimit,
    oldWorkerLifeMs: settings.hardStopAfterSeconds * 1000,
  });
  const reloader: Reloader = made.add(
    new Reloader({ log, askHold, deploy: () => deployment.deploy(), onDone: () => loop.afterReload() }),
    (it) => it.close(),
  );
  const problems = made.add(
    new KnownProblems({ log, problems: () => [...gate.problems(), ...picture.problems(), ...marathon.state().problems] }),
    (it) => it.close(),
  );
  const onProblems = (): void => problems.note();
  const loop: Loop = made.add(
    new Loop({ log, picture, haproxy, reloader, saver, onProblems, auditMs: settings.marathon.auditIntervalMs }),
    (it) => it.close(),
  );
  const keeper = made.add(new ModelKeeper({ log, write: async (savedAt) => modelFile.write(picture.model, savedAt) }), (it) => it.close());
  const take = (event: ModelEvent): void => {
    loop.take(event);
    // Before that the picture may be one app out of many.
    if (picture.complete || picture.restoredAt !== undefined) keeper.request();
  };
  const gate = new Gate({
    log,
    model: () => picture.model,
    policy: { maxLossPercent: settings.maxLossPercent, ...DEFAULT_MINIMA },
    refresh: () => marathon.refresh(),
    take,
    onHold: () => loop.serveSaved(),
  });
  made.add(gate, (it) => it.close());
  const audit = made.add(new Audit({ log, model: () => picture.model }), (it) => it.close());
  const onEvent = (event: ModelEvent): void => {
    gate.note(event);
    audit.note(event);
    take(event);
  };
  const believes = (event: ModelEvent): boolean => gate.believes(event);
  const marathon = made.add(openMarathon({ ...settings.marathon, log }, { onEvent, believes, onProblem: onProblems }), (it) => it.close());
  if (!haproxy.isRunning()) loop.serveSaved();
  made.add(
    setTimeout(() => loop.serveSaved(), FIRST_READ_PATIENCE_MS),
    (timer) => clearTimeout(timer),
  );
  const lookAtCertificates = async (): Promise<void> => {
    if (picture.complete && (await deployment.areCertificatesNew())) reloader.request(['certificates on disk are others']);
  };
  made.add(
    setInterval(() => void lookAtCertificates(), CERTIFICATES_EVERY_MS),
    (timer) => clearInterval(timer),
  );
  const lookForSockets = async (): Promise<void> => {
    if (picture.complete && (await haproxy.lostSockets())) reloader.request(["HAProxy's sockets are gone"]);
  };
  made.add(
    setInterval(() => void lookForSockets(), SOCKETS_EVERY_MS),
    (timer) => clearInterval(timer),
  );
  const lostLines = accessLog ? made.add(new LostLines({ log, ask: async () => haproxy.droppedLogs() }), (it) => it.close()) : undefined;
  if (accessLog) followAccessLog?.(accessPipeIn(settings.runDir));
  const present = viewsOf({
    version: version(),
    startedAt: new Date(),
    maxStalenessMs: settings.maxStalenessMs,
    picture,
    haproxy,
    loop,
    reloader,
    marathon: () => marathon.state(),
    gate,
    problems,
    audit,
    keeper,
    setAside,
    lostLogLines: () => lostLines?.count ?? 0,
  });
  views = present;

  const close = async (): Promise<void> => {
    views = undefined;
    atEnd = settings.keepHaproxy ? 'leave' : 'stop';
    const timer = setTimeout(() => hurry.abort(), LAST_RELOAD_LIMIT_MS);
    try {
      await made.close();
    } finally {
      clearTimeout(timer);
    }
  };
  const refresh = (): void => {
    marathon.refresh();
    loop.lookAtAll();
    void lookAtCertificates();
  };
  log.info({ version: version(), haproxy: capabilities.version, api: api.url, runDir: settings.runDir }, 'sluice runs');
  return { views: present, apiUrl: api.url, refresh, drain: () => drain({ log, picture, haproxy, loop }), close };
};
