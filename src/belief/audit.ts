import type { Logger } from 'pino';
import type { ModelEvent } from '../model/event.ts';
import type { Model } from '../model/model.ts';
import { reduce } from '../model/reduce.ts';

/** Since this process began. */
export interface AuditCounters {
  /** Full reads of Marathon that nothing but `--audit-interval` asked for, while events came. */
  readonly audits: number;
  /** Apps that differed in those, though no event had told of it. */
  readonly auditDifferences: number;
}

interface AuditOptions {
  readonly log: Logger;
  readonly model: () => Model;
  /** An app of which something was heard so shortly before or after an audit is in motion: that it differs proves nothing. */
  readonly motionMs?: number;
}

/** Of each audit's log line. */
const MAX_NAMED = 20;

const appIdOf = (event: ModelEvent): string | undefined => {
  if (event.kind === 'app') return event.entry.app.id;
  return 'appId' in event ? event.appId : undefined;
};

/**
 * The stream may lie: now and then a full read that nobody asked for is compared with the model. It puts right what differs, as any read
 * does; here it is counted, since no event had told of it.
 */
export class Audit {
  readonly #options: AuditOptions;
  readonly #motionMs: number;
  /** App -> when it was last heard of; longest ago first. */
  readonly #heard = new Map<string, number>();
  /** Differ, and nothing was heard of them yet. */
  #suspects = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  readonly #counts = { audits: 0, auditDifferences: 0 };

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#motionMs = options.motionMs ?? 5000;
  }

  /** Since this process began; `auditDifferences`: apps that were not as Marathon has them. */
  get counts(): AuditCounters {
    return this.#counts;
  }

  /** To be called with all that goes into the model, before it does. */
  note(event: ModelEvent): void {
    if (event.kind === 'snapshot') {
      if (event.isAudit === true) this.#compare(event);
      return;
    }
    const appId = appIdOf(event);
    if (appId !== undefined) this.#hear(appId);
    if (event.kind === 'apps-ended') for (const ended of event.appIds) this.#hear(ended);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #hear(appId: string): void {
    this.#suspects.delete(appId);
    this.#heard.delete(appId);
    this.#heard.set(appId, performance.now());
    this.#forgetOld();
  }

  #forgetOld(): void {
    const oldest = performance.now() - this.#motionMs;
    for (const [appId, atMs] of this.#heard) {
      if (atMs >= oldest) return;
      this.#heard.delete(appId);
    }
  }

  #compare(snapshot: ModelEvent): void {
    this.#counts.audits += 1;
    this.#forgetOld();
    const { apps } = reduce(this.#options.model(), snapshot);
    for (const appId of apps.keys()) if (!this.#heard.has(appId)) this.#suspects.add(appId);
    if (this.#suspects.size > 0) this.#timer ??= setTimeout(() => this.#tell(), this.#motionMs);
  }

  #tell(): void {
    this.#timer = undefined;
    const apps = [...this.#suspects];
    this.#suspects = new Set();
    if (apps.length === 0) return;
    this.#counts.auditDifferences += apps.length;
    this.#options.log.warn(
      { differences: apps.length, apps: apps.slice(0, MAX_NAMED) },
      'the audit found apps that were not as Marathon has them, though no event had told: put right',
    );
  }
}
