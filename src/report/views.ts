import type { Audit } from '../belief/audit.ts';
import type { Gate, Held } from '../belief/gate.ts';
import type { Decider } from '../book/decider.ts';
import type { BookKeeper } from '../book/keeper.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import type { DnsStatus } from '../dns-server/status.ts';
import { SluiceError } from '../kit/error.ts';
import type { MarathonState } from '../marathon/options.ts';
import { explain } from '../picture/explain.ts';
import type { Explanation } from '../picture/explanation.ts';
import type { Picture } from '../picture/picture.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Observed, Scope } from '../plan/observed.ts';
import { type ToldPlan, toldPlan } from '../plan/plan.ts';
import type { Loop } from '../reconcile/loop.ts';
import { askProcesses, oldWorkersIn } from '../reload/count-old-workers.ts';
import type { Reloader } from '../reload/reloader.ts';
import type { GroupObservation } from '../rollout/observation.ts';
import type { ModelKeeper } from '../store/model-keeper.ts';
import { type BookViews, bookViewsOf } from './book-views.ts';
import { type DnsExplanation, type DnsSource, explainDns } from './dns-explanation.ts';
import type { KnownProblem, KnownProblems } from './known-problems.ts';
import { notesOf, type PictureReport, reportPicture, type SetAside } from './picture-report.ts';
import type { Readiness, Sluices, Status } from './status.ts';

/** What the API shows. */
export interface Views {
  readonly status: () => Promise<Status>;
  readonly ready: () => Readiness;
  /** What is left out, and why. */
  readonly problems: () => readonly KnownProblem[];
  /** Looks at all of HAProxy and plans, without doing anything. */
  readonly plan: () => Promise<ToldPlan>;
  /** undefined: Marathon does not know the app. */
  readonly explain: (appId: string) => Promise<Explanation | undefined>;
  /** What this Sluice's HAProxy has of a deployment group. undefined: there is no such group. */
  readonly observe: (group: string) => Promise<GroupObservation | undefined>;
  /** Why a name in DNS is answered as it is. Absent: no DNS is answered. */
  readonly explainDns?: (question: { readonly name: string; readonly type: number }) => Promise<DnsExplanation>;
  /** What `confirm` would take. */
  readonly held: () => Held | undefined;
  /** Takes the full read that is held. undefined: none is. */
  readonly confirm: () => Held | undefined;
  /** Shares, rollouts and overrides. */
  readonly book: BookViews;
  /** For what is asked for. */
  readonly decider: Decider;
}

export interface Parts {
  readonly version: string;
  readonly startedAt: Date;
  readonly maxStalenessMs: number;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly loop: Loop;
  readonly reloader: Reloader;
  readonly marathon: () => MarathonState;
  readonly gate: Gate;
  readonly problems: KnownProblems;
  readonly audit: Audit;
  readonly modelKeeper: ModelKeeper;
  readonly bookKeeper: BookKeeper;
  readonly decider: Decider;
  readonly setAside: SetAside | undefined;
  readonly lostLogLines: () => number;
  /** undefined: there is no DNS responder. */
  readonly dns: () => DnsStatus | undefined;
  readonly observe: Views['observe'];
  readonly sluices: () => Sluices;
  /** Absent: no DNS is answered. */
  readonly dnsSource?: DnsSource;
}

const pictureReport = ({
  marathon,
  picture: { restoredAt },
  gate: { believedAgoMs, held, isInDoubt },
  modelKeeper,
  setAside,
}: Parts): PictureReport =>
  reportPicture({ marathon: marathon(), believedAgoMs, restoredAt, held, isInDoubt, saved: modelKeeper.state, setAside }, Date.now());

const staleness = ({ marathon, maxStalenessMs, picture }: Parts): readonly string[] => {
  const { streaming, connected, lastFullReadAtMs, heardAgoMs = Infinity, lastError } = marathon();
  if (lastFullReadAtMs === undefined) {
    // What was saved is as good as what was heard then.
    const savedAtMs = picture.mayBeApplied ? Date.parse(picture.restoredAt ?? '') : 0;
    return Date.now() - savedAtMs <= maxStalenessMs
      ? []
      : [`Marathon was not read yet${lastError === undefined ? '' : `: ${lastError.message}`}`];
  }
  // A quiet Marathon is heard by its heartbeats: without them the stream is given up.
  if (streaming && connected) return [];
  return heardAgoMs > maxStalenessMs
    ? [`Marathon was not heard for ${Math.round(heardAgoMs / 1000)} s: what is served may be out of date`]
    : [];
};

/** Longer than this without a good cycle, and what is served may be out of date. */
const FAILING_TOO_LONG_MS = 30_000;

const failing = ({ loop: { failure } }: Parts): readonly string[] =>
  failure !== undefined && failure.forMs > FAILING_TOO_LONG_MS
    ? [`HAProxy could not be brought up to date for ${Math.round(failure.forMs / 1000)} s: ${failure.message}`]
    : [];

const readiness = (parts: Parts): Readiness => {
  const because = [
    ...(parts.picture.draining ? ['Sluice is about to end: traffic is to go elsewhere'] : []),
    ...(parts.haproxy.isRunning() ? [] : ['HAProxy is not running']),
    ...(parts.loop.applied ? [] : ['no state was applied yet']),
    ...failing(parts),
    ...staleness(parts),
  ];
  const report = pictureReport(parts);
  return {
    ready: because.length === 0,
    because,
    notes: [...notesOf(report), ...(parts.dns()?.problems ?? [])],
    pictureAgeSeconds: report.ageSeconds,
  };
};

const status = async (parts: Parts): Promise<Status> => {
  const { picture, haproxy, loop, reloader } = parts;
  const running = haproxy.isRunning();
  const processes = await askProcesses(haproxy);
  const { desired, model } = picture;
  return {
    version: parts.version,
    pid: process.pid,
    startedAt: parts.startedAt.toISOString(),
    ready: readiness(parts),
    marathon: parts.marathon(),
    picture: pictureReport(parts),
    haproxy: {
      version: processes?.current?.version ?? null,
      running,
      fingerprint: picture.fingerprint,
      oldWorkers: oldWorkersIn(processes),
      reloadPending: reloader.pending,
      reloadHeld: reloader.held,
    },
    apps: model.apps.size,
    tasks: model.apps.values().reduce((sum, entry) => sum + entry.tasks.size, 0),
    frontends: desired.frontends.size,
    backends: desired.backends.size,
    servers: desired.backends.values().reduce((sum, backend) => sum + backend.servers.length, 0),
    lastCycle: loop.lastCycle,
    cycleFailure: loop.failure,
    lastReload: reloader.last,
    counters: {
      ...loop.counters,
      ...reloader.counts,
      ...parts.gate.counts,
      ...parts.audit.counts,
      endedWorkers: haproxy.endedWorkers,
      lostLogLines: parts.lostLogLines(),
    },
    durations: { ...loop.durations, reload: reloader.durations.data },
    problems: parts.problems.list(),
    dns: parts.dns() ?? null,
    sluices: parts.sluices(),
  };
};

const observeIfRunning = async (haproxy: Haproxy, scope: Scope): Promise<Observed | undefined> =>
  haproxy.isRunning() ? await haproxy.observe(scope) : undefined;

const dnsViews = ({ dnsSource, picture }: Parts): Pick<Views, 'explainDns'> =>
  dnsSource === undefined ? {} : { explainDns: async (question) => explainDns(dnsSource, picture.model, question) };

/** What the API shows, out of the parts of a running Sluice. */
export const viewsOf = (parts: Parts): Views => ({
  status: () => status(parts),
  ready: () => readiness(parts),
  problems: () => parts.problems.list(),
  plan: async () => {
    const { picture, haproxy } = parts;
    if (!picture.mayBeApplied)
      throw new SluiceError(
        'NOT_READ_YET',
        'Marathon was not read yet: there is nothing to compare HAProxy with; `sluice status` says why',
      );
    const observed = await observeIfRunning(haproxy, 'all');
    if (observed === undefined) return { kind: 'reload', because: ['HAProxy is not running'], steps: [] };
    return toldPlan(makePlan(observed, picture.desired, picture.fingerprint, haproxy.capabilities));
  },
  book: bookViewsOf(parts),
  decider: parts.decider,
  observe: async (group) => parts.observe(group),
  ...dnsViews(parts),
  held: () => parts.gate.held,
  confirm: () => parts.gate.confirm(),
  explain: async (appId) => {
    const { picture, haproxy } = parts;
    const entry = picture.servedEntry(appId);
    if (entry === undefined) return undefined;
    const fates = picture.fates(appId);
    const backends = new Set(fates.flatMap((fate) => (fate.kind === 'taken' ? [fate.backend] : [])));
    const observed = await observeIfRunning(haproxy, { backends, mapKeys: new Map() });
    const problems = parts.problems.list().filter((problem) => problem.appId === appId);
    const { model, desired, options } = picture;
    const { orders } = picture;
    return explain(appId, { model, entry, group: picture.deploymentGroup(appId), orders, desired, options, fates, problems, observed });
  },
});
