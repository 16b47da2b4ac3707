import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { openHaproxy, type Haproxy } from '../../src/haproxy/haproxy.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { CertificateFiles } from '../../src/certificates/files.ts';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { Deployment } from '../../src/reload/deployment.ts';
import { buildOptions, globalsOf } from '../../src/startup/from-settings.ts';
import { Loop } from '../../src/reconcile/loop.ts';
import { Picture } from '../../src/picture/picture.ts';
import { Reloader } from '../../src/reload/reloader.ts';
import { Saver } from '../../src/reload/saver.ts';
import { passthroughSocketIn } from '../../src/startup/workers-sockets.ts';
import { loadTemplates } from '../../src/startup/template-files.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { compileTemplates } from '../../src/render/templates.ts';
import { type Settings, toSettings } from '../../src/settings.ts';
import { type Answer, getFrom } from './edge.ts';
import { freePorts } from './free-ports.ts';
import { type Ending, lastly } from './lastly.ts';
import { tempFolder } from './temp-folder.ts';

export interface CoreOptions {
  readonly haproxy: string;
  /** Lines that are put behind Sluice's own templates, by name. */
  readonly templateLines?: Readonly<Record<string, string>>;
  /** Flags of `run`. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** One that was closed: this one goes on in its folders, on its ports. */
  readonly after?: Core;
}

/** Sluice without Marathon: the test says what there is, all at once, and HAProxy is real. */
export interface Core {
  readonly loop: Loop;
  readonly reloader: Reloader;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly settings: Settings;
  /** HAProxy has it for itself, with all its ports. */
  readonly address: string;
  /** A request through the http frontend on a new connection. */
  readonly get: (host: string) => Promise<Answer>;
  /** This is all that there is, as of now. */
  readonly take: (entries: readonly AppEntry[]) => void;
  /** What is left to do. */
  readonly plan: () => Promise<Plan>;
  readonly close: (haproxy: 'stop' | 'leave') => Promise<void>;
}

const ownAddress = (): string => `127.${randomInt(100, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;

const log = pino({ level: process.env['SLUICE_TEST_LOG'] ?? 'silent' });

const newSettings = async (t: Ending, { haproxy, flags }: CoreOptions): Promise<Settings> => {
  const { path: folder, remove } = tempFolder();
  lastly(t, remove);
  const bindAddress = ownAddress();
  const [httpPort = 0, httpsPort = 0, statsPort = 0, appIdPort = 0] = await freePorts(4, bindAddress);
  return toSettings({
    ...{ group: ['external'], marathon: ['http://127.0.0.1:1'], bindAddress, httpPort, httpsPort, statsPort, appIdPort },
    ...{ runDir: join(folder, 'run'), stateDir: join(folder, 'state'), maxconn: 500, haproxy },
    ...flags,
  });
};

export const openCore = async (t: Ending, options: CoreOptions): Promise<Core> => {
  const { haproxy: binary, templateLines = {}, after } = options;
  const settings = after?.settings ?? (await newSettings(t, options));
  const own = loadTemplates(undefined);
  const lines = Object.entries(templateLines).map(([name, text]): [string, string] => [name, `${own.get(name) ?? ''}${text}\n`]);
  const templates = compileTemplates(new Map([...own, ...lines]));
  const certificates = new CertificateFiles(await certificatesFor([], settings.stateDir));
  await certificates.restore(join(settings.runDir, 'config'));
  const { runDir, oldWorkersLimit, oldWorkersMemoryBytes } = settings;
  const globals = globalsOf(settings, templates.digest);
  const workersUid = globals.workers?.uid;
  const haproxy = await openHaproxy({
    ...{ binary, runDir, workersUid, oldWorkersLimit, oldWorkersMemoryBytes, log },
    innerSocket: settings.tlsPassthrough ? passthroughSocketIn(runDir) : undefined,
    onExit: () => undefined,
  });
  const picture = new Picture(buildOptions(settings, 'list', haproxy.capabilities), globals);
  const renderer = new Renderer(templates);
  const deployment = new Deployment({ log, picture, haproxy, renderer, certificates, onChange: (change) => loop.takeChange(change) });
  const reloader: Reloader = new Reloader({
    log,
    deploy: () => deployment.deploy(),
    onDone: () => loop.afterReload(),
    askHold: async () => Promise.resolve(undefined),
  });
  const saver = new Saver({ log, save: async () => (reloader.idle ? deployment.save() : undefined) });
  const loop: Loop = new Loop({ log, picture, haproxy, reloader, saver, onProblems: () => undefined, auditMs: 3_600_000 });
  let isClosed = false;
  const close = async (how: 'stop' | 'leave'): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await loop.close();
    await reloader.close();
    await saver.close();
    deployment.close();
    await haproxy.close({ haproxy: how, softStopLimitMs: 0 });
  };
  lastly(t, async () => close('stop'));
  const { bindAddress: address, httpPort } = settings;
  return {
    ...{ loop, reloader, picture, haproxy, settings, address, close },
    get: async (host) => getFrom(`http://${address}:${httpPort}/`, { host }),
    take: (entries) => loop.take({ kind: 'snapshot', entries, keep: new Set() }),
    plan: async () => makePlan(await haproxy.observe('all'), picture.desired, picture.fingerprint, haproxy.capabilities),
  };
};
