import type { Logger } from 'pino';
import type { AppAnswer, Client } from './client.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { Mark } from './freshness.ts';
import type { Hosts } from './hosts.ts';
import type { Origins } from './origins.ts';
import type { ReadApp } from './payload/entry.ts';
import type { PodReads } from './pod-reads.ts';
import type { Problems } from './problems.ts';
import type { Sequencer } from './sequencer.ts';

interface ReadingParts {
  readonly client: Client;
  readonly pods: PodReads;
  readonly origins: Origins;
  readonly sequencer: Sequencer;
  readonly problems: Problems;
  readonly hosts: Hosts;
  readonly status: ConnectionStatus;
  readonly log: Logger;
}

/** Takes reads from the request to the model: what each tells of apps, problems, agents and of the connection. */
export class Reading {
  readonly #parts: ReadingParts;

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /**
   * @param isAudit the events alone should have told what it tells
   * @throws SluiceError; then nothing is known, and nothing was handed over
   */
  async readAll(signal: AbortSignal, isAudit: boolean): Promise<void> {
    const { client, pods, sequencer, problems, log } = this.#parts;
    const startedAtMs = Date.now();
    const startedAt = performance.now();
    const mark = sequencer.begin();
    try {
      const apps = await client.readApps(signal);
      const readPods = await pods.readAll(signal);
      const read = [...apps, ...(readPods ?? [])];
      const keepsPods = readPods === undefined;
      sequencer.putAll(mark, read, { ...(isAudit ? { isAudit } : {}), ...(keepsPods ? { keepsPods } : {}) });
      problems.putAll(read, (appId) => keepsPods && sequencer.isPod(appId));
      problems.put('/', pods.problems());
      this.#seeHosts(read, keepsPods && pods.areThere);
    } finally {
      sequencer.end(mark);
    }
    this.#parts.status.heard({ lastFullReadAtMs: startedAtMs }, startedAt);
    this.#answered();
    log.info({ durationMs: Math.round(performance.now() - startedAt), problems: problems.all.length }, 'full read');
  }

  /** @throws SluiceError as above */
  async readApp(appId: string, signal: AbortSignal): Promise<void> {
    const { sequencer, log } = this.#parts;
    const mark = sequencer.begin();
    try {
      const answer = await this.#read(appId, signal);
      if (answer.kind === 'hidden') sequencer.ignore(appId);
      else this.#put(mark, appId, answer.kind === 'app' ? answer.read : undefined);
      log.debug({ appId, answer: answer.kind }, 'app read');
    } finally {
      sequencer.end(mark);
    }
    this.#answered();
  }

  /** Events do not always say which of the two it is. No app has the id of a pod. */
  async #read(appId: string, signal: AbortSignal): Promise<AppAnswer> {
    const { client, pods, sequencer } = this.#parts;
    if (sequencer.isPod(appId)) {
      const answer = await client.readPod(appId, signal);
      return answer.kind === 'gone' ? client.readApp(appId, signal) : answer;
    }
    const answer = await client.readApp(appId, signal);
    return answer.kind === 'gone' && pods.areThere ? client.readPod(appId, signal) : answer;
  }

  /** `read` undefined: there is no such app. An app of wrong shape stays as it was. */
  #put(mark: Mark, appId: string, read: ReadApp | undefined): void {
    const { sequencer, problems, hosts } = this.#parts;
    problems.put(appId, read?.problems ?? []);
    if (read === undefined) sequencer.putApp(mark, appId, undefined);
    else if (read.value !== undefined) {
      sequencer.putApp(mark, appId, read.value);
      for (const { host } of read.value.tasks.values()) hosts.see(host);
    }
  }

  /** `isPartial`: there are others, of which nothing is told. */
  #seeHosts(read: readonly ReadApp[], isPartial: boolean): void {
    const tasks = read.flatMap(({ value }) => [...(value?.tasks.values() ?? [])]);
    const hosts = new Set(tasks.map(({ host }) => host));
    if (!isPartial) this.#parts.hosts.retain(hosts);
    for (const host of hosts) this.#parts.hosts.see(host);
  }

  #answered(): void {
    const { client, origins, problems, status } = this.#parts;
    const leader = client.leader === undefined ? {} : { leader: client.leader };
    status.tell({ ...leader, connected: true, url: origins.current.base, problems: problems.all });
  }
}
