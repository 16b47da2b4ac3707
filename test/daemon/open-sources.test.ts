import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { Made } from '../../src/daemon/made.ts';
import { openSources } from '../../src/daemon/open-sources.ts';
import { startStandIn } from '../../src/demo/stand-in.ts';
import type { ZoneChange } from '../../src/dns/zone-change.ts';
import { WholeFeed } from '../../src/dns-server/whole-feed.ts';
import type { MarathonState } from '../../src/marathon/options.ts';
import { Picture } from '../../src/picture/picture.ts';
import { toSettings } from '../../src/settings.ts';
import { someGlobals, someOptions } from '../kit/builders.ts';
import { type Ending, lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';
import { noZooKeeper, registrar, startZooKeeper } from '../mesos/zookeeper-server.ts';

const log = pino({ enabled: false });
const CONNECTED = { connected: true, url: 'http://127.0.0.1:8080' } as MarathonState;

/** Frameworks whose tasks are known now. */
class Known extends WholeFeed {
  readonly #keys = new Set<string>();

  override take(change: ZoneChange): void {
    super.take(change);
    for (const { key } of change.put ?? []) this.#keys.add(key);
    for (const key of change.drop ?? []) this.#keys.delete(key);
  }

  get frameworks(): readonly string[] {
    return [...new Set([...this.#keys].map((key) => key.split('\n')[0] ?? ''))].sort();
  }
}

const open = async (t: Ending, mesosMaster: readonly string[], name = 'marathon') => {
  const folder = tempFolder();
  lastly(t, folder.remove);
  const settings = toSettings({
    marathon: ['http://127.0.0.1:1'],
    group: ['*'],
    stateDir: folder.path,
    dnsListen: ['127.0.0.1:1053'],
    mesosMaster,
  });
  const made = new Made();
  lastly(t, async () => made.close());
  const feed = new Known();
  const picture = new Picture(someOptions(), someGlobals());
  const opening = { settings, log, made, picture, readInfo: async () => ({ name }), marathon: () => undefined };
  const { dns } = settings;
  if (dns === undefined) assert.fail('DNS is off');
  const { handlers, mesos } = await openSources({ ...opening, dns }, feed);
  return { feed, handlers, mesos };
};

describe('names that Mesos tells', () => {
  it('are without those of Marathon, whatever it is called, as soon as that is known', async (t) => {
    const cluster = await startStandIn({ mesos: { masters: 1 } });
    lastly(t, async () => cluster.close());
    const { feed, handlers } = await open(t, cluster.mesos.places, 'kafka');
    await waitFor('those of other frameworks', () => feed.frameworks.includes('kafka'));
    handlers.onState(CONNECTED);
    await waitFor('those of the one that is Marathon are gone', () => !feed.frameworks.includes('kafka'));
  });

  it('come from listed masters where ZooKeeper tells of none', { skip: noZooKeeper() }, async (t) => {
    const cluster = await startStandIn({ mesos: { masters: 1 } });
    lastly(t, async () => cluster.close());
    const server = await startZooKeeper(t);
    const { feed } = await open(t, [`zk://${server.place}/mesos`, ...cluster.mesos.places]);
    await waitFor('those of other frameworks', () => feed.frameworks.includes('kafka'));
  });

  it('come from masters in ZooKeeper behind a login', { skip: noZooKeeper() }, async (t) => {
    const cluster = await startStandIn({ mesos: { masters: 1 } });
    lastly(t, async () => cluster.close());
    const server = await startZooKeeper(t);
    const one = await registrar(t, server.place, 'some:secret');
    await one.make('/mesos');
    const [place = ''] = cluster.mesos.places;
    const [ip = '', port = ''] = place.split(':');
    await one.register('/mesos/json.info_', JSON.stringify({ address: { ip, port: Number(port) } }));
    const { feed } = await open(t, [`zk://some:secret@${server.place}/mesos`]);
    await waitFor('those of other frameworks', () => feed.frameworks.includes('kafka'));
  });
});
