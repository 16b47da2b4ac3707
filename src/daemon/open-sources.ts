import { parseStaticRecords } from '../dns/static-records/parse.ts';
import { RecordsFile } from '../dns-server/records-file.ts';
import type { MesosStatus } from '../dns-server/status.ts';
import type { WholeFeed } from '../dns-server/whole-feed.ts';
import { Framework } from '../marathon/framework.ts';
import { systemLookup } from '../marathon/hosts.ts';
import { feedNames } from './feed-names.ts';
import { NamesSources } from './names-sources.ts';
import type { Dns, DnsOpening } from './open-dns.ts';
import { openMesosNames } from './open-mesos.ts';

/** Where names come from. */
interface Sources {
  readonly handlers: Pick<Dns, 'onEvent' | 'onChange' | 'onState'>;
  /** null: Mesos is not asked. */
  readonly mesos: () => MesosStatus | null;
  readonly problems: () => readonly string[];
}

const LOOK_EVERY_MS = 1000;
const DEFAULT_FRAMEWORK = 'marathon';

/** Marathon begins with the picture as it is, and is followed. @param called what Marathon is called in Mesos, as soon as that is known */
const openMarathonNames = (opening: DnsOpening, sources: NamesSources, called: (name: string) => void): Sources['handlers'] => {
  const { dns, log, made, picture, readInfo } = opening;
  const names = feedNames({
    picture,
    framework: dns.framework ?? DEFAULT_FRAMEWORK,
    isHealthAware: dns.isHealthAware,
    srvWeights: dns.followsWeights ? 'haproxy' : 'even',
    tell: (change) => sources.takeMarathon(change),
  });
  sources.takeMarathon(names.whole());
  const onName = (name: string): void => {
    // What it was told to be called is not asked.
    if (dns.framework !== undefined) return;
    called(name);
    names.onName(name);
  };
  const framework = made.add(new Framework({ readInfo, lookup: systemLookup, log, onName, onAddresses: names.onAddresses }), (it) =>
    it.close(),
  );
  return { onEvent: names.onEvent, onChange: names.onChange, onState: (state) => framework.note(state) };
};

type Records = NonNullable<ReturnType<typeof parseStaticRecords>>;

/** @throws Error: there is no list of records in it */
const understood = (text: string): Records => {
  const parsed = parseStaticRecords(JSON.parse(text));
  if (parsed === undefined)
    throw new Error('it has no list of records: write { "records": [{ "name": "db.mesos", "type": "A", "value": "10.0.0.7" }] }');
  return parsed;
};

/** @returns what is wrong with the file now */
const followRecords = async ({ dns, made }: DnsOpening, sources: NamesSources): Promise<() => readonly string[]> => {
  const { recordsFile: path } = dns;
  if (path === undefined) return () => [];
  let leftOut: readonly string[] = [];
  const onRecords = ({ records, problems }: Records): void => {
    leftOut = problems.map((problem) => `--dns-records ${path}: ${problem}`);
    sources.takeRecords(records);
  };
  const file = new RecordsFile({ path, parse: understood, onRecords });
  await file.look();
  made.every(LOOK_EVERY_MS, async () => file.look());
  return () => [...(file.problem === undefined ? [] : [file.problem]), ...leftOut];
};

/** Marathon's tasks, Mesos where it is asked, and a file of records, all told to the feed. */
export const openSources = async (opening: DnsOpening, feed: WholeFeed): Promise<Sources> => {
  const { settings, dns, log, made } = opening;
  const sources = new NamesSources({ tell: (change) => feed.take(change) });
  const marathon = { framework: dns.framework ?? DEFAULT_FRAMEWORK, reconsider: (): void => undefined };
  const handlers = openMarathonNames(opening, sources, (name) => {
    marathon.framework = name;
    marathon.reconsider();
  });
  const problems = await followRecords(opening, sources);
  const { mesos: masters } = dns;
  if (masters === undefined) return { handlers, mesos: () => null, problems };
  const mesos = await openMesosNames({
    ...{ dns, masters, log, made, sources },
    stateDir: settings.stateDir,
    framework: () => marathon.framework,
  });
  marathon.reconsider = () => mesos.reconsider();
  return { handlers, mesos: () => mesos.state, problems };
};
