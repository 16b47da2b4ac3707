import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AnswerError } from '../../../src/cli/client.ts';
import { EXIT, ExitError } from '../../../src/cli/exit-codes.ts';
import { type FollowOptions, follow } from '../../../src/cli/rollout/follow.ts';
import type { Look } from '../../../src/cli/rollout/look.ts';
import { aGroup, aRollout } from './views.ts';

const HOLDING = aGroup(aRollout());
/** Its apps when one of them has all. */
const allWith = (holder: string): Pick<Look, 'apps'> => ({
  apps: HOLDING.apps.map((app) => ({ ...app, share: app.appId === holder ? 100 : 0 })),
});
const NEW_HAS_ALL = allWith('/shop-green');
const OLD_HAS_ALL = allWith('/shop-blue');
const DONE = aGroup(aRollout({ phase: 'ended', outcome: 'done' }), NEW_HAS_ALL);

const away = (): ExitError => new ExitError(EXIT.unreachable, 'no Sluice answers');

/** Follows through these answers, one after the other; an error is thrown. */
const followThrough = async (
  answers: readonly (Look | Error)[],
  options: Partial<FollowOptions> = {},
): Promise<{ end: Promise<unknown>; told: string[] }> => {
  const left = [...answers];
  const told: string[] = [];
  const ask = async (): Promise<Look> => {
    const next = left.shift();
    if (next === undefined) throw new Error('asked more often than there are answers');
    if (next instanceof Error) throw next;
    return next;
  };
  const follower = {
    seen: ({ rollout }: Look) => void told.push(rollout?.state.phase ?? '?'),
    away: (because: string) => void told.push(`away: ${because}`),
  };
  const end = follow(ask, follower, {
    group: '/shop',
    lostAfterMs: 60_000,
    everyMs: 0,
    signal: new AbortController().signal,
    ...options,
  });
  await end.catch(() => undefined);
  return { end, told };
};

const rejectsWith = async (end: Promise<unknown>, exitCode: number, message: RegExp): Promise<void> => {
  await assert.rejects(end, (error) => {
    assert.ok(error instanceof ExitError);
    assert.match(error.message, message);
    assert.equal(error.exitCode, exitCode);
    return true;
  });
};

describe('a rollout that is followed', () => {
  const ENDS: readonly (readonly [what: string, last: Look, exitCode: number, line: RegExp])[] = [
    ['done', DONE, 0, /^done: \/shop-green has all$/],
    ['kept', aGroup(aRollout({ phase: 'keeping', outcome: 'done' }), NEW_HAS_ALL), 0, /^done: .*'sluice rollout undo \/shop' goes back$/],
    [
      'aborted',
      aGroup(aRollout({ phase: 'ended', outcome: 'aborted', because: '5xx 4.9 %' }), OLD_HAS_ALL),
      EXIT.aborted,
      /^aborted: \/shop-blue has all: 5xx 4.9 %$/,
    ],
    ['undone', aGroup(aRollout({ phase: 'ended', outcome: 'undone' }), OLD_HAS_ALL), EXIT.aborted, /^undone: \/shop-blue has all$/],
    ['the first, and gone', aGroup(aRollout({ phase: 'ended', outcome: 'aborted' }), { apps: [] }), EXIT.aborted, /^aborted$/],
    [
      'timed out, and the old app does not serve any more',
      aGroup(aRollout({ phase: 'ended', outcome: 'timed-out', because: '1 of 3 healthy' }), NEW_HAS_ALL),
      EXIT.timedOut,
      /^timed out: \/shop-green has all: 1 of 3 healthy$/,
    ],
  ];
  for (const [what, last, exitCode, line] of ENDS)
    it(`ends with exit code ${exitCode} when it is ${what}`, async () => {
      const { end, told } = await followThrough([
        HOLDING,
        aGroup(aRollout({ phase: 'aborting', draining: {}, outcome: 'aborted', because: '5xx 4.9 %' })),
        last,
      ]);
      const settled = (await end) as { exitCode: number; line: string };
      assert.equal(settled.exitCode, exitCode);
      assert.match(settled.line, line);
      assert.deepEqual(told.slice(0, 2), ['holding', 'aborting']);
    });

  it('outlives a Sluice that is away, starts, or cannot say for a while', async () => {
    const failures = [
      away(),
      new AnswerError(503, 'NOT_RUNNING', 'Sluice is starting'),
      new AnswerError(502, 'HAPROXY_SOCKET', 'HAProxy cannot be asked'),
    ];
    const { end, told } = await followThrough([HOLDING, ...failures, DONE]);
    assert.equal(((await end) as { exitCode: number }).exitCode, 0);
    assert.deepEqual(told, ['holding', 'away: no Sluice answers', 'away: Sluice is starting', 'away: HAProxy cannot be asked', 'ended']);
  });

  it('is lost where Sluice is away for too long', async () => {
    const { end } = await followThrough([HOLDING, away()], { lostAfterMs: 0 });
    await rejectsWith(end, EXIT.lost, /^lost: the rollout goes on where a Sluice runs, 'sluice rollout show \/shop' .*; no Sluice answers/);
  });

  it('is lost where another one has begun since, or there is none any more', async () => {
    const other = aGroup(aRollout({}, { id: 'r2' }));
    await rejectsWith((await followThrough([HOLDING, other])).end, EXIT.lost, /^another rollout of \/shop has begun since, by ada@edge-1/);
    await rejectsWith((await followThrough([other], { id: 'r1' })).end, EXIT.lost, /another rollout/);
    await rejectsWith((await followThrough([HOLDING, aGroup(null)])).end, EXIT.lost, /no rollout any more/);
  });

  it('is not followed where nothing answers from the beginning, unless it was begun here', async () => {
    await rejectsWith((await followThrough([away()])).end, EXIT.unreachable, /no Sluice answers/);
    await rejectsWith((await followThrough([aGroup(null)])).end, EXIT.failed, /has no rollout$/);
    const { told } = await followThrough([away(), DONE], { id: 'r1' });
    assert.deepEqual(told, ['away: no Sluice answers', 'ended']);
  });

  it('gives up at once where it is refused', async () => {
    const { end } = await followThrough([HOLDING, new AnswerError(401, 'CREDENTIALS', 'the token is not known here')]);
    await rejectsWith(end, EXIT.failed, /^the token is not known here$/);
  });

  it('says how to go on when a signal ends it', async () => {
    const ending = new AbortController();
    ending.abort();
    const { end } = await followThrough([], { signal: ending.signal });
    await rejectsWith(end, EXIT.signalled, /the rollout goes on: 'sluice rollout watch \/shop' .* 'sluice rollout abort \/shop'/);
  });
});
