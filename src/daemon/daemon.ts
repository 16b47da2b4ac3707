import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { Decider } from '../book/decider.ts';
import { InForce } from '../book/in-force.ts';
import { accessPipeIn } from '../haproxy/access-pipe.ts';
import { messageOf } from '../kit/error.ts';
import { Picture } from '../picture/picture.ts';
import { drain } from '../reconcile/drain.ts';
import { KnownProblems } from '../report/known-problems.ts';
import { LostLines } from '../report/lost-lines.ts';
import type { SetAside } from '../report/picture-report.ts';
import { type Views, viewsOf } from '../report/views.ts';
import { strangerProblems } from '../rollout/strangers.ts';
import type { Settings } from '../settings.ts';
import { buildOptions } from '../startup/from-settings.ts';
import { setSysctls } from '../startup/sysctls.ts';
import { ModelFile } from '../store/model-file.ts';
import { version } from '../version.ts';
import { makeFolders } from './folders.ts';
import { Made } from './made.ts';
import { openBook } from './open-book.ts';
import { openController } from './open-controller.ts';
import { openDns } from './open-dns.ts';
import { openEdge } from './open-edge.ts';
import { openEndpoints } from './open-endpoints.ts';
import { type Intake, openIntake } from './open-intake.ts';
import { openObserver } from './open-observer.ts';
import { openOutput } from './open-output.ts';

/** A running Sluice. */
export interface Daemon {
  readonly views: Views;
  /** Of the API, where it listens on TCP. */
  readonly apiUrl: string | undefined;
  /** Reads all of Marathon and looks at all of HAProxy, now. */
  readonly refresh: () => void;
  /** Checks the configuration, and reloads HAProxy with it and with the certificates that are on disk. */
  readonly reload: () => void;
  /** Turns `/ready` and HAProxy's health check red; all else goes on. Resolves to whether there is a HAProxy that serves. */
  readonly drain: () => Promise<boolean>;
  /** Ends it in good order: HAProxy is stopped, or left with --keep-haproxy. */
  readonly close: () => Promise<void>;
}

/** Whoever has standard output: HAProxy's lines come from this pipe. */
type FollowAccessLog = (pipe: string) => void;

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

/** How long a reload under way may take when Sluice ends; HAProxy's answers are not waited for after that. */
const LAST_RELOAD_LIMIT_MS = 3000;

/**
 * Makes all that lives long, wires it, and starts: Marathon's events -> loop -> HAProxy. The only place that does.
 * Throws when Sluice cannot work at all, and leaves a HAProxy that serves as it is then; whatever fails later is shown, logged and tried again.
 */
export const startDaemon = async (given: Settings, log: Logger, followAccessLog?: FollowAccessLog): Promise<Daemon> => {
  const settings = { ...given, runDir: resolve(given.runDir), stateDir: resolve(given.stateDir) };
  makeFolders(settings);
  const { sysctls, sysctlsMayFail: mayFail } = settings.environment;
  setSysctls(sysctls, { mayFail, isRoot: process.getuid?.() === 0, log });
  const made = new Made();
  try {
    return await start(settings, log, made, followAccessLog);
  } catch (error) {
    // What went wrong is what the operator must hear of, not what ending made of it.
    await made.close().catch((other: unknown) => log.warn({ err: other }, `ending failed too: ${messageOf(other)}`));
    throw error;
  }
};

/** HAProxy first, as it is; then the picture, what follows from it, and Marathon; at last what people see of all that. */
const start = async (settings: Settings, log: Logger, made: Made, followAccessLog?: FollowAccessLog): Promise<Daemon> => {
  let shown: Views | undefined;
  let atEnd: 'leave' | 'stop' = 'leave';
  const hurry = new AbortController();
  const edge = await openEdge({ settings, log, made, views: () => shown, atEnd: () => atEnd, hurry: hurry.signal });
  const { haproxy, accessLog } = edge;

  const options = buildOptions({ ...settings, accessLog }, 'list', haproxy.capabilities);
  const picture = new Picture(options, edge.globals);
  const modelFile = new ModelFile(join(settings.stateDir, 'model.json'));
  const setAside = await beginWithSaved(modelFile, picture, log);

  const allProblems = () => [
    ...intake.gate.problems(),
    ...bookKeeper.problems(),
    ...strangerProblems(picture.model, bookKeeper.book),
    ...picture.problems(),
    ...intake.marathon.state().problems,
  ];
  const problems = made.add(new KnownProblems({ log, problems: allProblems }), (it) => it.close());
  const onProblems = (): void => problems.note();
  const followed: { marathon?: Intake['marathon'] } = {};
  const dns =
    settings.dns === undefined
      ? undefined
      : await openDns({
          ...{ settings, dns: settings.dns, log, made, picture },
          readInfo: async () => intake.marathon.readInfo(),
          marathon: () => followed.marathon?.state(),
        });
  const output = openOutput({ settings, log, made, edge, picture, onProblems, ...(dns === undefined ? {} : { onChange: dns.onChange }) });
  const { loop, reloader } = output;
  let wake = (): void => undefined;
  const inForce = new InForce({ picture, haproxy, isReloading: () => reloader.isUnderWay });
  const { bookKeeper, noteBookApp } = openBook({ settings, log, made, picture, loop, inForce, onBook: () => wake() });
  const namesOf = dns === undefined ? {} : { onTaken: dns.onEvent, onState: dns.onState };
  const intake: Intake = openIntake({ settings, log, made, picture, modelFile, loop, noteBookApp, onProblem: onProblems, ...namesOf });
  followed.marathon = intake.marathon;
  const { marathon, gate, audit, modelKeeper } = intake;
  const observer = openObserver({ settings, picture, haproxy, inForce, isApplied: () => loop.applied });
  const { observe } = observer;
  const controller = openController({ settings, log, made, bookKeeper, observer });
  wake = controller.wake;
  const { apps, behindMs } = controller;

  if (!haproxy.isRunning()) loop.serveSaved();
  made.add(
    setTimeout(() => loop.serveSaved(), FIRST_READ_PATIENCE_MS),
    (timer) => clearTimeout(timer),
  );
  const lostLines = accessLog ? made.add(new LostLines({ log, ask: async () => haproxy.droppedLogs() }), (it) => it.close()) : undefined;
  if (accessLog) followAccessLog?.(accessPipeIn(settings.runDir));

  const decider = new Decider({ picture, bookKeeper, inForce, readDefinition: async (appId) => apps.told(appId) });
  const views = viewsOf({
    ...{ version: version(), startedAt: new Date(), maxStalenessMs: settings.maxStalenessMs },
    ...{ picture, haproxy, loop, reloader, gate, problems, audit, modelKeeper, bookKeeper, decider, setAside },
    marathon: () => marathon.state(),
    lostLogLines: () => lostLines?.count ?? 0,
    dns: () => dns?.status(),
    ...(dns === undefined ? {} : { dnsSource: dns.source }),
    observe,
    sluices: controller.sluices,
  });
  shown = views;

  const close = async (): Promise<void> => {
    shown = undefined;
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
    output.lookAtCertificates();
  };
  const reload = (): void => {
    if (picture.mayBeApplied) reloader.request(['somebody asks for it']);
    else log.warn('not reloaded: Marathon was not read yet, and there is nothing to reload HAProxy with');
  };
  const workersUid = edge.globals.workers?.uid;
  await openEndpoints({ settings, log, made, picture, haproxy, workersUid, observer, behindMs, refresh, reload });
  log.info({ version: version(), haproxy: haproxy.capabilities.version, api: edge.apiUrl, runDir: settings.runDir }, 'sluice runs');
  return { views, apiUrl: edge.apiUrl, refresh, reload, drain: () => drain({ log, picture, haproxy, loop }), close };
};
