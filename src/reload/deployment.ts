import type { Logger } from 'pino';
import type { Change } from '../desired/change.ts';
import type { Bind, Desired } from '../desired/desired.ts';
import { ConfigRefused } from '../haproxy/diagnostics.ts';
import { messageOf } from '../kit/error.ts';
import { makePlan } from '../plan/make-plan.ts';
import { planCertificates } from '../plan/plan-certificates.ts';
import type { HealthTable, Touched } from '../plan/observed.ts';
import { tally } from '../plan/tally.ts';
import { beginningDown, beginWith, type StartsDown } from '../plan/starting-health.ts';
import type { RenderedFile } from '../render/file.ts';
import { sharedOnly } from '../render/renderer.ts';
import type { CertificateFiles, Certificates } from '../certificates/files.ts';
import type { Rendered } from '../isolation/rendered.ts';
import { LeftOut, type LeftOutOptions, observeIfRunning } from '../isolation/left-out.ts';
import { refusedCertificates, refusedOptions } from './certificate-trial.ts';
import type { Deployed } from './reloader.ts';

interface DeploymentOptions extends LeftOutOptions {
  readonly log: Logger;
  readonly certificates: CertificateFiles;
}

/** What came of a look at certificates. renewed: they are in force, and not in HAProxy's files yet. */
export type Renewed = { readonly kind: 'nothing' | 'renewed' } | { readonly kind: 'reload'; readonly because: string };

/** One try. */
interface Attempt extends Rendered {
  readonly certificates: Certificates;
  readonly hostOptions: ReadonlySet<string>;
  readonly fingerprint: string;
  readonly binds: readonly Bind[];
  readonly down: () => Promise<readonly StartsDown[]>;
}

/** Each but the last leaves something out for the next. */
const MOST_ATTEMPTS = 6;

/** `show info` alone. */
const NOTHING: Touched = { backends: new Set(), mapKeys: new Map() };

const bindsOf = (desired: Desired): readonly Bind[] => [...desired.frontends.values()].flatMap((frontend) => frontend.binds);

/** Desired to files to HAProxy. What this host or HAProxy refuses of an app is left out, with a Problem for it; all others are served. */
export class Deployment {
  readonly #options: DeploymentOptions;
  readonly #leftOut: LeftOut;
  /** Options of hosts that HAProxy has accepted. */
  #takenOptions: ReadonlySet<string> = new Set();

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.#leftOut = new LeftOut(options);
  }

  /** Renders, checks and loads Desired as it is now. Resolves when a worker that runs it is confirmed; throws what stood in the way. */
  async deploy(): Promise<Deployed> {
    return this.#deploy(await this.#health(new Map()), MOST_ATTEMPTS);
  }

  /**
   * Writes the files for Desired as it is now, without a reload: what HAProxy would need if it died. Not while its structure is another than
   * that of the worker: those files are not checked, and the reload that is due writes its own.
   */
  async save(): Promise<void> {
    const { picture, haproxy, certificates } = this.#options;
    if (!haproxy.isRunning()) return;
    const { fingerprint } = await haproxy.observe(NOTHING);
    if (fingerprint !== picture.fingerprint) return;
    try {
      const { desired } = picture;
      if (this.#leftOut.knows(desired)) {
        await haproxy.save(this.#files(desired, certificates.inForce));
        return;
      }
      const rendered = this.#render(desired, certificates.inForce);
      if (!(await this.#leftOut.leaveOutRefusedNewcomers(rendered))) await haproxy.save(rendered.files);
    } catch (error) {
      // What changed by that is brought about and saved.
      if (!(await this.#leftOut.leaveOutWhatFailed(error, undefined))) throw error;
    }
  }

  /**
   * Gives the worker in charge the certificates that are on disk, where they are others than it has. 'reload': that takes one, for the reason.
   * Not while one is due or under way: it brings them itself.
   */
  async renewCertificates(): Promise<Renewed> {
    const { certificates, haproxy } = this.#options;
    if (!haproxy.isRunning()) return { kind: 'nothing' };
    const { found } = await this.#look();
    return certificates.isNews(found) ? this.#renew(found) : { kind: 'nothing' };
  }

  close(): void {
    this.#leftOut.close();
  }

  async #deploy(health: HealthTable, attempts: number): Promise<Deployed> {
    const { found, change } = await this.#look();
    if (change?.structure === true && (await this.#isNeedless())) return 'needless';
    let attempt: Attempt | undefined;
    try {
      attempt = this.#attempt(health, found);
      await this.#load(attempt);
      return 'loaded';
    } catch (error) {
      if (attempts === 1 || !(await this.#isWayOut(error, attempt))) throw error;
      if (await this.#isNeedless()) return 'needless';
      return await this.#deploy(health, attempts - 1);
    }
  }

  /** Certificates as they are on disk, all that Desired names among them. What is wrong with some is told, and may change Desired. */
  async #look(): Promise<{ readonly found: Certificates; readonly change: Change | undefined }> {
    const { certificates, picture, onChange } = this.#options;
    for (;;) {
      const files = picture.appFiles;
      const found = await certificates.look(files, picture.hosts);
      // An app came meanwhile.
      if (!picture.appFiles.keys().every((file) => files.has(file))) continue;
      const change = picture.setCertificateTroubles(found.problems, found.troubles);
      if (change !== undefined) onChange(change);
      return { found, change };
    }
  }

  async #renew(found: Certificates): Promise<Renewed> {
    const { certificates, haproxy, log } = this.#options;
    const plan = planCertificates(certificates.inForce, found.files);
    if (plan.kind === 'reload') return { kind: 'reload', because: `certificates on disk are others: ${plan.because}` };
    const began = performance.now();
    const refused = await haproxy.applyCertificates(plan.steps);
    if (refused !== undefined) return { kind: 'reload', because: `certificates on disk are others: ${refused}` };
    certificates.accept(found);
    log.info({ steps: tally(plan.steps), durationMs: Math.round(performance.now() - began) }, 'certificates renewed');
    return { kind: 'renewed' };
  }

  #attempt(health: HealthTable, certificates: Certificates): Attempt {
    const { picture } = this.#options;
    const desired = beginWith(picture.desired, health);
    const { fingerprint } = picture;
    const hostOptions = new Set(picture.hosts.values().map((host) => host.options));
    // A check may have passed, or failed, while HAProxy read the configuration.
    const down = async (): Promise<readonly StartsDown[]> => beginningDown(desired, await this.#health(health));
    return { ...this.#render(desired, certificates.files), certificates, hostOptions, fingerprint, binds: bindsOf(desired), down };
  }

  async #load(attempt: Attempt): Promise<void> {
    const { haproxy, certificates } = this.#options;
    await haproxy.deploy(attempt.files, attempt);
    this.#leftOut.accept(attempt);
    certificates.accept(attempt.certificates);
    this.#takenOptions = attempt.hostOptions;
  }

  #files(desired: Desired, certificates: Certificates['files']): readonly RenderedFile[] {
    const { renderer, picture } = this.#options;
    const copies = [...certificates].map(([path, bytes]) => ({ path, bytes }));
    return [...renderer.render(desired, picture.fingerprint), ...copies];
  }

  #render(desired: Desired, certificates: Certificates['files']): Rendered {
    const { renderer, picture } = this.#options;
    return {
      files: this.#files(desired, certificates),
      sections: renderer.sections(desired),
      shared: () => this.#files(sharedOnly(picture.desired), certificates),
    };
  }

  /** What the worker in charge sees of checked servers; `otherwise` where there are none, or no worker that can tell. */
  async #health(otherwise: HealthTable): Promise<HealthTable> {
    const { picture, haproxy, log } = this.#options;
    const isChecked = picture.desired.backends.values().some(({ serverOptions }) => serverOptions.check !== undefined);
    if (!isChecked || !haproxy.isRunning()) return otherwise;
    try {
      return await haproxy.health();
    } catch (error) {
      log.warn({ err: error }, `the old worker cannot be asked which servers are up: ${messageOf(error)}`);
      return otherwise;
    }
  }

  /** Something was left out that stood in the way: it is worth another try. Certificates first: what an app has is not wrong for that of its file. */
  async #isWayOut(error: unknown, attempt: Attempt | undefined): Promise<boolean> {
    if (error instanceof ConfigRefused && attempt !== undefined && (await this.#refuseCertificates(attempt.certificates))) return true;
    return this.#leftOut.leaveOutWhatFailed(error, attempt);
  }

  /** False: HAProxy takes all that are new. */
  async #refuseCertificates(found: Certificates): Promise<boolean> {
    const { certificates, haproxy } = this.#options;
    const refused = await refusedCertificates(
      async (files, limitMs) => haproxy.check(files, limitMs),
      certificates.news(found),
      found.files,
    );
    certificates.refuse(found, refused);
    return refused.size > 0 || (await this.#refuseHostOptions(found));
  }

  /** False: HAProxy takes all options of hosts that are new. */
  async #refuseHostOptions({ files }: Certificates): Promise<boolean> {
    const { haproxy, picture, onChange } = this.#options;
    const [certificate] = files.keys();
    const options = [...new Set(picture.hosts.values().map((host) => host.options))].filter(
      (text) => text !== '' && !this.#takenOptions.has(text),
    );
    if (certificate === undefined) return false;
    const refused = await refusedOptions(async (given, limitMs) => haproxy.check(given, limitMs), options, certificate, files);
    if (refused.size > 0) onChange(picture.refuseHostOptions(refused));
    return refused.size > 0;
  }

  async #isNeedless(): Promise<boolean> {
    const { picture, haproxy } = this.#options;
    const observed = await observeIfRunning(haproxy);
    return observed !== undefined && makePlan(observed, picture.desired, picture.fingerprint, haproxy.capabilities).kind !== 'reload';
  }
}
