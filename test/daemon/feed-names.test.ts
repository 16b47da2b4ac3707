import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { feedNames, type NamesFeed } from '../../src/daemon/feed-names.ts';
import type { Change } from '../../src/desired/change.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import type { AppEntry } from '../../src/model/model.ts';
import type { ZoneChange } from '../../src/dns/zone-change.ts';
import { Picture } from '../../src/picture/picture.ts';
import { aBook, someShares } from '../kit/books.ts';
import { anEntry, aTask, labels, someGlobals, someOptions } from '../kit/builders.ts';

interface Fed {
  readonly picture: Picture;
  readonly feed: NamesFeed;
  /** What was told since it was last asked: '<task id> <weight or fitness>', '-<key>' of one that is gone. */
  readonly told: () => readonly string[];
  /** As daemon/open-intake.ts does. */
  readonly take: (event: ModelEvent) => void;
  readonly changed: (change: Change) => void;
}

const wordsOf = ({ put = [], drop = [], cluster }: ZoneChange): readonly string[] => [
  ...put.map(({ id, weight, fitness }) => `${id} ${weight ?? ''}${fitness}`),
  ...drop.map((key) => `-${key.replace('\n', ' ')}`),
  ...(cluster?.frameworks ?? []).map(({ name, addresses }) =>
    [`${name}:`, ...addresses, ...(cluster?.agents.map(({ id }) => id) ?? [])].join(' '),
  ),
];

const fed = (srvWeights: 'even' | 'haproxy', ...entries: readonly AppEntry[]): Fed => {
  const picture = new Picture(someOptions(), someGlobals());
  picture.restore({ apps: entries, hosts: new Map(), savedAt: '2026-01-01T00:00:00.000Z' });
  const words: string[] = [];
  const tell = (change: ZoneChange): void => void words.push(...wordsOf(change));
  const feed = feedNames({ picture, framework: 'marathon', isHealthAware: true, srvWeights, tell });
  return {
    picture,
    feed,
    told: () => words.splice(0),
    take: (event) => {
      feed.onChange(picture.take(event));
      feed.onEvent(event);
    },
    changed: (change) => feed.onChange(change),
  };
};

const task = (id: string, changes: Parameters<typeof aTask>[0] = {}) => aTask({ id, instanceId: id, ...changes });
const SHOP = anEntry({ id: '/shop' }, [task('a', { agentId: 'S0' }), task('b', { host: 'agent-3.local', ports: [31001] })]);
const NEWS = anEntry({ id: '/news', ...labels({ HAPROXY_0_VHOST: 'news.example' }) }, [task('n', { ports: [31002] })]);

describe('what DNS hears of Marathon', () => {
  it('begins with the saved model', () => {
    const { feed, told } = fed('even', SHOP);
    assert.deepEqual(wordsOf(feed.whole()), ['a fit', 'b fit', 'marathon: S0']);
    assert.deepEqual(told(), []);
  });

  const EVENTS: readonly (readonly [sentence: string, event: ModelEvent, expected: readonly string[]])[] = [
    ['of a task that is being killed', { kind: 'task', appId: '/shop', task: task('a', { state: 'TASK_KILLING' }) }, ['a unfit']],
    [
      'of an instance that was killed',
      { kind: 'instance-condition', appId: '/shop', instanceId: 'b', condition: 'Killed' },
      ['-marathon b'],
    ],
    ['of a check that fails', { kind: 'check-result', appId: '/shop', instanceId: 'b', alive: false }, ['b unfit']],
    ['of health', { kind: 'instance-health', appId: '/shop', instanceId: 'b', healthy: false }, ['b unfit']],
    ['of an app that was read', { kind: 'app', entry: anEntry({ id: '/new' }, [task('x')]) }, ['x fit']],
    ['of an app that is gone', { kind: 'app-gone', appId: '/news' }, ['-marathon n']],
    ['of an app that is said to end', { kind: 'apps-ended', appIds: ['/news'] }, []],
    ['of an address', { kind: 'host-address', host: 'agent-3.local', address: '10.8.0.3' }, ['b fit']],
    ['of a full read', { kind: 'snapshot', entries: [NEWS], keep: new Set() }, ['-marathon a', '-marathon b', 'marathon:']],
    ['of a full read that tells nothing new', { kind: 'snapshot', entries: [NEWS], keep: new Set(['/shop']) }, []],
  ];
  for (const [sentence, event, expected] of EVENTS)
    it(`is what an event ${sentence} changes`, () => {
      const { take, told } = fed('even', SHOP, NEWS);
      take(event);
      assert.deepEqual(told(), expected);
    });

  it('is what Marathon tells of itself', () => {
    const { feed, told } = fed('even', NEWS);
    feed.onName('mom');
    feed.onName('mom');
    feed.onAddresses(['10.0.0.9']);
    assert.deepEqual(told(), ['n fit', '-marathon n', 'mom:', 'mom: 10.0.0.9']);
  });
});

describe('weights of SRV records', () => {
  it('are no one where they are not asked for', () => {
    assert.deepEqual(wordsOf(fed('even', SHOP).feed.whole())[0], 'a fit');
  });

  it('are those of the servers, times 256, and of an app alone those that changed', () => {
    const { feed, picture, changed, told } = fed('haproxy', SHOP, NEWS);
    assert.deepEqual(wordsOf(feed.whole()).slice(0, 3), ['a 256fit', 'b fit', 'n 256fit']);
    const order = { id: 'a', by: '', at: '', kind: 'weight', taskId: 'a', weight: 7 } as const;
    changed(picture.takeBook(aBook({ overrides: [order] })));
    assert.deepEqual(told(), ['a 1792fit']);
    changed(picture.takeBook(aBook()));
    assert.deepEqual(told(), ['a 256fit']);
  });

  it('are never too large for a record, and one whose server is drained is left out of account', () => {
    const { picture, changed, told } = fed('haproxy', SHOP);
    const order = { id: 'a', by: '', at: '', taskId: 'a' } as const;
    changed(picture.takeBook(aBook({ overrides: [{ ...order, kind: 'weight', weight: 256 }] })));
    changed(picture.takeBook(aBook({ overrides: [{ ...order, kind: 'weight', weight: 0 }] })));
    assert.deepEqual(told(), ['a 65535fit', 'a unfit']);
  });

  it('follow the shares of a deployment group, whichever app the backend is made of', () => {
    const colour = (id: string, one: string, port: number): AppEntry =>
      anEntry({ id, ...labels({ HAPROXY_DEPLOYMENT_GROUP: 'shop', HAPROXY_DEPLOYMENT_STARTED_AT: id.slice(-10) }) }, [
        task(one, { ports: [port] }),
      ]);
    const blue = colour('/blue-2026-01-01', 'b', 31000);
    const green = colour('/green-2026-01-02', 'g', 31001);
    const { feed, picture, changed, take, told } = fed('haproxy', blue);
    take({ kind: 'app', entry: green });
    told();
    changed(picture.takeBook(aBook({ shares: { '/shop': someShares({ '/blue-2026-01-01': 75, '/green-2026-01-02': 25 }) } })));
    const [blueWeight = 0, greenWeight = 0] = (feed.whole().put ?? []).map(({ weight = 0 }) => weight);
    assert.ok(blueWeight > 0 && Math.abs(blueWeight / greenWeight - 3) < 0.1, `${blueWeight} and ${greenWeight}`);
    changed(picture.takeBook(aBook({ shares: { '/shop': someShares({ '/blue-2026-01-01': 0, '/green-2026-01-02': 100 }) } })));
    assert.deepEqual(told().slice(-2).sort(), ['b unfit', 'g 65535fit']);
    take({ kind: 'app-gone', appId: '/green-2026-01-02' });
    assert.deepEqual(
      told().filter((word) => word.startsWith('-')),
      ['-marathon g'],
    );
  });

  it('go with the server', () => {
    const { take, told } = fed('haproxy', SHOP);
    take({ kind: 'task', appId: '/shop', task: task('b', { host: '10.0.0.2', ports: [31001] }) });
    assert.deepEqual(told(), ['b 256fit']);
    take({ kind: 'task', appId: '/shop', task: task('b', { host: '10.0.0.2', ports: [31001], state: 'TASK_KILLING' }) });
    assert.deepEqual(told(), ['b unfit']);
  });
});
