import type { Logger } from 'pino';
import type { Change } from '../desired/change.ts';
import type { Picture } from '../picture/picture.ts';
import { DownWatch } from '../reconcile/down-watch.ts';
import { Loop } from '../reconcile/loop.ts';
import { countOldWorkers } from '../reload/count-old-workers.ts';
import { CertificateWatch } from '../reload/certificate-watch.ts';
import { Deployment } from '../reload/deployment.ts';
import { holdByOldWorkers } from '../reload/hold.ts';
import { Reloader } from '../reload/reloader.ts';
import { Saver } from '../reload/saver.ts';
import type { Settings } from '../settings.ts';
import type { Made } from './made.ts';
import type { Edge } from './open-edge.ts';

/** From the picture to HAProxy. */
export interface Output {
  readonly loop: Loop;
  readonly reloader: Reloader;
  /** Gives HAProxy the certificates that are on disk, where they are others than it has. */
  readonly lookAtCertificates: () => void;
}

interface OutputOptions {
  readonly settings: Settings;
  readonly log: Logger;
  readonly made: Made;
  readonly edge: Edge;
  readonly picture: Picture;
  readonly onProblems: () => void;
  /** With each change of Desired. */
  readonly onChange?: (change: Change) => void;
}

/** How often HAProxy's sockets are looked for: a reload brings them back where somebody has deleted them. */
const SOCKETS_EVERY_MS = 5000;

/** How soon shares are computed anew when HAProxy's own checks find a server down, or up again. */
const DOWN_EVERY_MS = 500;

/** Makes what brings HAProxy to what the picture asks for, and keeps it there. */
export const openOutput = ({ settings, log, made, edge, picture, onProblems, onChange }: OutputOptions): Output => {
  const { haproxy, renderer, certificates } = edge;
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
  const loop: Loop = made.add(
    new Loop({
      ...{ log, picture, haproxy, reloader, saver, onProblems, auditMs: settings.marathon.auditIntervalMs },
      ...(onChange === undefined ? {} : { onChange }),
    }),
    (it) => it.close(),
  );
  // Looking finds that none runs, and has it started with what is desired now.
  edge.exits.follow(() => {
    loop.serveSaved();
    loop.lookAtAll();
  });

  const renewCertificates = async (): Promise<void> => {
    // A reload that is due or under way brings them.
    if (!picture.mayBeApplied || !reloader.idle) return;
    const renewed = await deployment.renewCertificates();
    if (renewed.kind === 'reload') reloader.request([renewed.because]);
    if (renewed.kind === 'renewed') saver.request();
  };
  const watch = made.add(new CertificateWatch({ log, look: renewCertificates }), (it) => it.close());
  const lookForSockets = async (): Promise<void> => {
    if (picture.mayBeApplied && (await haproxy.lostSockets())) reloader.request(["HAProxy's sockets are gone"]);
  };
  made.every(SOCKETS_EVERY_MS, lookForSockets);
  const downWatch = made.add(new DownWatch({ log, picture, haproxy, loop }), (it) => it.close());
  made.every(DOWN_EVERY_MS, async () => downWatch.look());
  return { loop, reloader, lookAtCertificates: () => watch.lookNow() };
};
