import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Change } from '../desired/change.ts';
import type { Freshness } from '../dns/feed-message.ts';
import type { DnsFacts } from '../dns-server/dns-responder.ts';
import { ResponderProcess } from '../dns-server/responder-process.ts';
import { SerialFile } from '../dns-server/serial-file.ts';
import { answeringProblems, type DnsStatus, type ProcessStatus, recordsProblems } from '../dns-server/status.ts';
import { WholeFeed } from '../dns-server/whole-feed.ts';
import type { MarathonState } from '../marathon/options.ts';
import type { ModelEvent } from '../model/event.ts';
import type { Picture } from '../picture/picture.ts';
import type { DnsSource } from '../report/dns-explanation.ts';
import type { Settings } from '../settings.ts';
import type { DnsSettings } from '../settings-dns.ts';
import { freshnessOf, staleAfterMs } from './dns-freshness.ts';
import { dnsOptions } from './dns-options.ts';
import type { Made } from './made.ts';
import { openRecords } from './open-records.ts';
import { openSources } from './open-sources.ts';
import { Told } from './told.ts';

/** What answers DNS. */
export interface Dns {
  /** After each event, when it is in the picture. */
  readonly onEvent: (event: ModelEvent) => void;
  readonly onChange: (change: Change) => void;
  readonly onState: (state: MarathonState) => void;
  readonly status: () => DnsStatus;
  /** Why a name is answered as it is. */
  readonly source: DnsSource;
}

export interface DnsOpening {
  readonly settings: Settings;
  readonly dns: DnsSettings;
  readonly log: Logger;
  readonly made: Made;
  readonly picture: Picture;
  readonly readInfo: () => Promise<{ readonly name?: string | undefined }>;
  /** undefined: it is not followed yet. */
  readonly marathon: () => MarathonState | undefined;
}

const LOOK_EVERY_MS = 1000;

const processStatus = (process: ResponderProcess): ProcessStatus => ({
  pid: process.pid ?? null,
  restarts: process.restarts,
  lastEnd: process.lastEnd ?? null,
});

/** Whether what is told can be believed is looked at each second: silence is no event. */
const followFreshness = ({ settings, made, picture, marathon }: DnsOpening, feed: WholeFeed): (() => Freshness) => {
  const startedMs = Date.now();
  const staleMs = staleAfterMs(settings.marathon);
  const now = (): Freshness => freshnessOf({ picture, marathon: marathon(), startedMs, staleMs, nowMs: Date.now() });
  const look = async (): Promise<void> => {
    const freshness = now();
    if (freshness.state !== feed.freshness.state) feed.takeFreshness(freshness);
  };
  void look();
  made.every(LOOK_EVERY_MS, look);
  return now;
};

/** Makes the process that answers DNS, and keeps it told. That it cannot listen stops nothing else: it is told, and tried again. */
export const openDns = async (opening: DnsOpening): Promise<Dns> => {
  const { settings, dns, log, made } = opening;
  for (const note of dns.notes) log.warn(note);
  const feed = new WholeFeed();
  const serials = made.add(await SerialFile.open(join(settings.stateDir, 'dns-serial'), log), (it) => it.close());
  const sources = await openSources(opening, feed);
  const freshness = followFreshness(opening, feed);
  const told = new Told(log);
  const answering = made.add(
    new ResponderProcess({
      role: 'dns',
      feed,
      log,
      begin: () => dnsOptions(dns, serials.begin()),
      onFacts: (facts) => {
        serials.note((facts as DnsFacts).serial);
        told.note(status().problems);
      },
    }),
    (it) => it.close(),
  );
  const records = openRecords({
    ...{ dns, log, made, feed },
    firstSerial: () => serials.begin(),
    answering: () => (answering.facts as DnsFacts | undefined) ?? null,
    onFacts: () => told.note(status().problems),
  });
  const status = (): DnsStatus => {
    const { state, sinceMs } = freshness();
    const facts = (answering.facts as DnsFacts | undefined) ?? null;
    const process = processStatus(answering);
    const recordsProcess = processStatus(records.process);
    return {
      state,
      ageSeconds: state === 'not-ready' ? null : Math.max(0, Math.round((Date.now() - sinceMs) / 1000)),
      domain: dns.domain,
      process,
      answering: facts,
      records: { process: recordsProcess, facts: records.facts() },
      mesos: sources.mesos(),
      problems: [...answeringProblems(process, facts), ...recordsProblems(recordsProcess, records.facts()), ...sources.problems()],
    };
  };
  return { ...sources.handlers, status, source: records.source };
};
