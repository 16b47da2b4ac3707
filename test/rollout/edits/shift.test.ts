import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Carrier } from '../../../src/rollout/edits/carrier.ts';
import { clearShares } from '../../../src/rollout/edits/clear.ts';
import type { Edit } from '../../../src/rollout/edits/edit.ts';
import { isRefusal, type Refusal } from '../../../src/rollout/refusal.ts';
import { shift, type Shift } from '../../../src/rollout/edits/shift.ts';
import { switchTo, type Switch } from '../../../src/rollout/edits/switch-to.ts';
import type { Member } from '../../../src/rollout/members.ts';
import type { Rollout } from '../../../src/rollout/rollout.ts';
import type { GroupShares } from '../../../src/rollout/shares.ts';
import { aBook } from '../../kit/books.ts';
import { SIGNED, someRollout, someShares } from '../../kit/kept-books.ts';

const aMember = (colour: string, healthy = 2): Member => ({ appId: `/shop-${colour}`, colour, instances: 2, running: 2, healthy });

const BLUE_GREEN: readonly Member[] = [aMember('blue'), aMember('green')];
const THREE: readonly Member[] = [...BLUE_GREEN, aMember('red')];
const groupsOf = (members: readonly Member[]): ReadonlyMap<string, readonly Member[]> => new Map([['/shop', members]]);

const ROUND_ROBIN: Carrier = { backend: 'shop_10000', balance: 'roundrobin', mode: 'http', takesWeights: true };
const LEASTCONN: Carrier = { ...ROUND_ROBIN, balance: 'leastconn' };

const SHARED = aBook({ shares: { '/shop': someShares() } });

interface Given {
  readonly members?: readonly Member[];
  readonly carriers?: readonly Carrier[];
  readonly book?: typeof SHARED;
}

const shifted = (
  changes: Partial<Shift>,
  { members = BLUE_GREEN, carriers = [ROUND_ROBIN], book = aBook() }: Given = {},
): GroupShares | Refusal => {
  const edited = shift({ group: '/shop', asked: {}, signed: SIGNED, ...changes }, { groups: groupsOf(members), carriers })(book);
  if (isRefusal(edited)) return edited;
  assert.deepEqual(edited.book.shares.get('/shop'), edited.value);
  return edited.value;
};

const sharesOf = (result: GroupShares | Refusal): GroupShares => {
  if (isRefusal(result)) assert.fail(result.because);
  return result;
};

const assertRefused = (result: object, refused: Refusal['refused'], because: RegExp): void => {
  if (!isRefusal(result)) assert.fail('it was not refused');
  assert.equal(result.refused, refused);
  assert.match(result.because, because);
};

describe('a shift', () => {
  const taken: readonly (readonly [asked: Shift['asked'], shares: GroupShares['shares'], members?: readonly Member[]])[] = [
    [{ green: 25 }, { '/shop-green': 25, '/shop-blue': 75 }],
    [
      { '/shop-green': 25, blue: 75 },
      { '/shop-green': 25, '/shop-blue': 75 },
    ],
    [{ green: 33.3 }, { '/shop-green': 33.3, '/shop-blue': 66.7 }],
    [{ green: 0.1 }, { '/shop-green': 0.1, '/shop-blue': 99.9 }],
    [{ green: 0 }, { '/shop-green': 0, '/shop-blue': 100 }],
    [{ green: 100 }, { '/shop-green': 100, '/shop-blue': 0, '/shop-red': 0 }, THREE],
    [{ green: 10, red: 20 }, { '/shop-green': 10, '/shop-red': 20, '/shop-blue': 70 }, THREE],
  ];
  for (const [asked, shares, members] of taken)
    it(`of ${JSON.stringify(asked)} is whole`, () =>
      assert.deepEqual(sharesOf(shifted({ asked }, members === undefined ? {} : { members })).shares, shares));

  const refused: readonly (readonly [asked: Shift['asked'], refused: Refusal['refused'], because: RegExp, given?: Given])[] = [
    [{ green: 25.55 }, 'BAD_REQUEST', /in tenths/],
    [{ green: -1 }, 'BAD_REQUEST', /0 to 100/],
    [{ green: 101 }, 'BAD_REQUEST', /0 to 100/],
    [{ green: Number.NaN }, 'BAD_REQUEST', /0 to 100/],
    [{ green: 25, blue: 80 }, 'BAD_REQUEST', /105 percent/],
    [{ green: 25, blue: 50 }, 'BAD_REQUEST', /75 percent/],
    [{}, 'BAD_REQUEST', /0 percent/],
    [{ green: 25 }, 'BAD_REQUEST', /blue, red have none/, { members: THREE }],
    [{ gren: 25 }, 'BAD_REQUEST', /no colour gren, but blue, green; is it green\?/],
    [{ green: 25, '/shop-green': 25 }, 'BAD_REQUEST', /two shares/],
    [{ green: 25 }, 'REFUSED', /shop_10000: load balancing leastconn .* roundrobin/, { carriers: [ROUND_ROBIN, LEASTCONN] }],
    [{ green: 25 }, 'ROLLOUT_RUNS', /sluice rollout pause \/shop/, { book: aBook({ rollouts: [someRollout()] }) }],
  ];
  for (const [asked, kind, because, given] of refused)
    it(`of ${JSON.stringify(asked)} is refused: ${because.source}`, () => assertRefused(shifted({ asked }, given), kind, because));

  it('is refused for a group that there is not, with those that are like it', () =>
    assertRefused(shifted({ group: '/shp', asked: { green: 25 } }), 'NO_SUCH_GROUP', /is it \/shop\?/));

  it('of all or nothing, and one by user, is taken with any load balancing', () => {
    sharesOf(shifted({ asked: { green: 100 } }, { carriers: [LEASTCONN] }));
    assert.equal(sharesOf(shifted({ asked: { green: 25 }, splitBy: 'user' }, { carriers: [LEASTCONN] })).splitBy, 'user');
    assertRefused(
      shifted({ asked: { green: 25 }, splitBy: 'user' }, { carriers: [{ ...LEASTCONN, mode: 'tcp' }] }),
      'REFUSED',
      /leastconn/,
    );
  });

  it('keeps how it is split and looked at, where nothing else is said', () => {
    const book = aBook({ shares: { '/shop': someShares({ splitBy: 'user', preview: { hosts: true }, closed: ['/shop-green'] }) } });
    const shares = sharesOf(shifted({ asked: { green: 50 } }, { book }));
    assert.deepEqual([shares.splitBy, shares.preview, shares.closed], ['user', { hosts: true }, []]);
    assert.equal(sharesOf(shifted({ asked: { green: 50 }, splitBy: 'request' }, { book })).splitBy, 'request');
  });

  it('is free while a rollout is paused, and after it', () => {
    const { state } = someRollout();
    for (const held of [
      { ...state, paused: SIGNED },
      { ...state, phase: 'ended' as const },
    ])
      sharesOf(shifted({ asked: { green: 25 } }, { book: aBook({ rollouts: [someRollout({ state: held })] }) }));
  });
});

describe('what is done by hand while a rollout is paused', () => {
  const paused = aBook({
    shares: { '/shop': someShares() },
    rollouts: [someRollout({ state: { ...someRollout().state, paused: SIGNED } })],
  });
  const signed = { by: 'bob', at: '2026-11-22T21:00:00.000Z', reason: 'looks odd' };
  const groups = groupsOf(BLUE_GREEN);
  const known = { groups, carriers: [ROUND_ROBIN] };
  const done: readonly (readonly [edit: Edit<unknown>, what: string])[] = [
    [shift({ group: '/shop', asked: { green: 10 }, signed }, known), 'shares set: /shop-green 10 %, /shop-blue 90 % by bob: looks odd'],
    [
      switchTo({ group: '/shop', to: 'blue', force: false, signed }, groups),
      'shares set: /shop-blue 100 %, /shop-green 0 % by bob: looks odd',
    ],
    [clearShares('/shop', groups, signed), 'shares cleared by bob: looks odd'],
  ];
  for (const [edit, what] of done)
    it(`is in its history: ${what}`, () => {
      const edited = edit(paused);
      if (isRefusal(edited)) assert.fail(edited.because);
      assert.deepEqual(edited.book.rollouts.get('/shop')?.history.at(-1), { by: 'bob', at: signed.at, what });
    });

  it('is not in that of one that has ended', () => {
    const ended = aBook({ rollouts: [someRollout({ state: { ...someRollout().state, phase: 'ended' } })] });
    const edited = shift({ group: '/shop', asked: { green: 10 }, signed }, known)(ended);
    if (isRefusal(edited)) assert.fail(edited.because);
    assert.deepEqual(edited.book.rollouts, ended.rollouts);
  });
});

describe('shares that are cleared', () => {
  const clear = clearShares('/shop', groupsOf(BLUE_GREEN), SIGNED);

  it('are gone, and those of others stay', () => {
    const edited = clear(aBook({ shares: { '/shop': someShares(), '/pay': someShares() } }));
    if (isRefusal(edited)) assert.fail(edited.because);
    assert.deepEqual([...edited.book.shares.keys()], ['/pay']);
    assert.deepEqual(edited.value, someShares());
  });

  it('may be none, but not of a group that there is not, nor while a rollout runs', () => {
    assert.deepEqual(clear(aBook()), { book: aBook(), value: null });
    assertRefused(clearShares('/sop', groupsOf(BLUE_GREEN), SIGNED)(aBook()), 'NO_SUCH_GROUP', /is it \/shop\?/);
    assertRefused(clear(aBook({ rollouts: [someRollout()] })), 'ROLLOUT_RUNS', /abort/);
    const draining = {
      phase: 'aborting',
      step: 0,
      since: '',
      atRevision: 1,
      draining: {},
      outcome: 'aborted',
      because: 'it failed',
    } as const;
    const back = (state: Rollout['state']) => clear(aBook({ rollouts: [someRollout({ state })] }));
    const hint = (waits: string): RegExp =>
      new RegExp(`shares: it goes back${waits}; \`sluice rollout promote /shop\` closes what still drains$`);
    assertRefused(back(draining), 'ROLLOUT_RUNS', hint(''));
    assertRefused(back({ ...draining, waitingFor: '3 connections to end' }), 'ROLLOUT_RUNS', hint(' and waits for 3 connections to end'));
  });

  it('of a group whose apps are gone can be cleared all the same', () => {
    const edited = clearShares('/shop', new Map(), SIGNED)(SHARED);
    assert.equal(isRefusal(edited), false);
  });
});

describe('a switch', () => {
  const switched = (changes: Partial<Switch>, { members = BLUE_GREEN, book = SHARED }: Given = {}): GroupShares | Refusal => {
    const edited = switchTo({ group: '/shop', force: false, signed: SIGNED, ...changes }, groupsOf(members))(book);
    return isRefusal(edited) ? edited : edited.value;
  };
  const allBlue = aBook({ shares: { '/shop': someShares({ shares: { '/shop-blue': 100, '/shop-green': 0 } }) } });

  it('gives all to the one that is named, by colour or id, or to the other one', () => {
    const all = { '/shop-green': 100, '/shop-blue': 0 };
    for (const to of ['green', '/shop-green']) assert.deepEqual(sharesOf(switched({ to })).shares, all);
    assert.deepEqual(sharesOf(switched({}, { book: allBlue })).shares, all);
  });

  it('asks which one where that is not plain', () => {
    const none = aBook({ shares: { '/shop': someShares({ shares: {} }) } });
    const unclear: readonly (readonly [because: RegExp, given: Given])[] = [
      [/both of its apps have a share; say --to blue or --to green$/, { book: SHARED }],
      [/neither of its two apps was given a share yet; say/, { book: aBook() }],
      [/neither of its two apps has a share; say/, { book: none }],
      [/it has 3 apps; say --to blue or --to green or --to red$/, { book: allBlue, members: THREE }],
      [/it has one app alone; say --to blue$/, { book: allBlue, members: [aMember('blue')] }],
    ];
    for (const [because, given] of unclear) assertRefused(switched({}, given), 'BAD_REQUEST', because);
    assertRefused(switched({ to: 'gren' }), 'BAD_REQUEST', /is it green\?/);
  });

  it('to an app without a healthy task needs force', () => {
    const members = [aMember('blue'), aMember('green', 0)];
    assertRefused(switched({ to: 'green' }, { members }), 'REFUSED', /green \(\/shop-green\) has no healthy task, .* --force/);
    assert.equal(sharesOf(switched({ to: 'green', force: true }, { members })).shares['/shop-green'], 100);
  });

  it('is refused while a rollout runs', () =>
    assertRefused(switched({ to: 'green', force: true }, { book: aBook({ rollouts: [someRollout()] }) }), 'ROLLOUT_RUNS', /pause/));
});
