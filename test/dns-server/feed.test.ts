import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import type { FeedMessage } from '../../src/dns/feed-message.ts';
import { RecordsFile } from '../../src/dns-server/records-file.ts';
import { SerialFile } from '../../src/dns-server/serial-file.ts';
import { WholeFeed } from '../../src/dns-server/whole-feed.ts';
import { aNamedTask } from '../kit/dns-rig.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

const allOf = (next: () => FeedMessage | undefined): readonly FeedMessage[] => {
  const all: FeedMessage[] = [];
  for (let one = next(); one !== undefined; one = next()) all.push(one);
  return all;
};

const keysIn = (messages: readonly FeedMessage[], what: 'put' | 'drop'): readonly string[] =>
  messages.flatMap((message) => {
    if (message.kind !== 'change') return [];
    return what === 'put' ? (message.change.put ?? []).map(({ key }) => key) : (message.change.drop ?? []);
  });

describe('what a responder is told', () => {
  it('begins with how fresh it is, then everything in pieces, then its end', () => {
    const feed = new WholeFeed();
    feed.take({ put: Array.from({ length: 600 }, (_, nth) => aNamedTask(nth)), records: [] });
    const queue = feed.open(() => undefined);
    const messages = allOf(() => queue.next());
    assert.deepEqual(
      messages.map(({ kind }) => kind),
      ['whole-begin', 'freshness', 'change', 'change', 'change', 'whole-end'],
    );
    assert.equal(new Set(keysIn(messages, 'put')).size, 600);
    assert.equal(queue.next(), undefined);
  });

  it('is the last word on each task, however many there were while it did not listen', () => {
    const feed = new WholeFeed();
    let woken = 0;
    const queue = feed.open(() => (woken += 1));
    allOf(() => queue.next());
    for (let nth = 0; nth < 1000; nth += 1) feed.take({ put: [aNamedTask(1, { agentId: `a-S${nth}` })] });
    feed.take({ put: [aNamedTask(2), aNamedTask(3)] });
    feed.take({ drop: [aNamedTask(2).key] });
    feed.take({ drop: [aNamedTask(3).key] });
    feed.take({ put: [aNamedTask(3)] });
    assert.equal(woken, 1004);
    assert.deepEqual(
      allOf(() => queue.next()),
      [{ kind: 'change', change: { put: [aNamedTask(1, { agentId: 'a-S999' }), aNamedTask(3)], drop: [aNamedTask(2).key] } }],
    );
  });

  it('names what is new before what has gone, where that is more than one message', () => {
    const feed = new WholeFeed();
    const old = Array.from({ length: 300 }, (_, nth) => aNamedTask(nth));
    feed.take({ put: old });
    const queue = feed.open(() => undefined);
    allOf(() => queue.next());
    feed.take({ put: Array.from({ length: 300 }, (_, nth) => aNamedTask(1000 + nth)), drop: old.map(({ key }) => key) });
    const messages = allOf(() => queue.next());
    const firstDrop = messages.findIndex((message) => keysIn([message], 'drop').length > 0);
    const lastPut = messages.findLastIndex((message) => keysIn([message], 'put').length > 0);
    assert.ok(firstDrop >= lastPut);
    assert.equal(keysIn(messages, 'drop').length, 300);
  });

  it('tells who has ended nothing more', () => {
    const feed = new WholeFeed();
    let woken = 0;
    const queue = feed.open(() => (woken += 1));
    feed.close(queue);
    feed.take({ put: [aNamedTask(1)] });
    assert.equal(woken, 0);
  });
});

describe('serials', () => {
  const log = pino({ level: 'silent' });

  it('only grow, also where their process or this one ends without a word, and where the clock goes back', async (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const file = join(path, 'dns-serial');
    const first = await SerialFile.open(file, log, 1000);
    const begun = first.begin();
    assert.equal(begun, 1000);
    first.note(7000);
    const again = first.begin();
    assert.ok(again > 7000);
    await first.close();
    const second = await SerialFile.open(file, log, 10);
    assert.ok(second.begin() > again + 4096);
  });

  it('go on behind the highest number (RFC 1982), and begin at the time where the file says nothing', async (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const file = join(path, 'dns-serial');
    writeFileSync(file, '10\n');
    assert.equal((await SerialFile.open(file, log, 0xffff_ff00)).begin(), 10);
    writeFileSync(file, 'what is this');
    assert.equal((await SerialFile.open(file, log, 2000)).begin(), 2000);
  });

  it('stop nothing where they cannot be kept', async () => {
    assert.equal((await SerialFile.open('/proc/no-such/dns-serial', log, 2000)).begin(), 2000);
  });
});

describe('a file of records', () => {
  it('is read when it has changed; what cannot be understood leaves what was said before, and is told', async (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const file = join(path, 'records.json');
    const heard: unknown[] = [];
    const records = new RecordsFile({
      path: file,
      parse: (text) => JSON.parse(text) as unknown,
      onRecords: (all) => heard.push(all),
    });
    const problem = (): string => records.problem ?? '';
    await records.look();
    assert.match(problem(), /ENOENT/);
    writeFileSync(file, '[1]');
    await records.look();
    await records.look();
    assert.deepEqual(heard, [[1]]);
    assert.equal(problem(), '');
    writeFileSync(file, '[1, 2');
    await records.look();
    await records.look();
    assert.match(problem(), /still answered/);
    writeFileSync(file, '[1, 2, 3]');
    await records.look();
    assert.deepEqual(heard, [[1], [1, 2, 3]]);
    assert.equal(problem(), '');
  });
});
