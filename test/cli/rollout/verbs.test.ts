import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { EXIT } from '../../../src/cli/exit-codes.ts';
import { lookAt } from '../../../src/cli/rollout/ask-group.ts';
import { sluice, startSluice } from '../../kit/sluice.ts';
import { type Answer, type FakeApi, openFakeApi } from './fake-api.ts';
import { runVerb, type Told } from './run-verb.ts';
import { aGroup, aRollout } from './views.ts';

const DEFINITION = { id: '/shop', instances: 3 };

const rollout = async (t: TestContext, { runDir }: FakeApi, args: readonly string[]): Promise<Told> => runVerb(t, runDir, args);

const fileOf = (api: FakeApi, text: string): string => {
  const path = join(api.runDir, 'app.json');
  writeFileSync(path, text);
  return path;
};

const startOf = (api: FakeApi, text = JSON.stringify(DEFINITION)): readonly string[] => ['start', '-f', fileOf(api, text)];

/** Takes a start, and tells of the group what `states` say, one after the other; the last one again and again. */
const going = (...states: readonly Parameters<typeof aRollout>[0][]): Answer => {
  const left = [...states];
  return ({ method }) => {
    if (method === 'POST') return { body: { rollout: aRollout() } };
    return { body: aGroup(aRollout(left.length > 1 ? left.shift() : left[0])) };
  };
};

const refusing =
  (status: number, code: string, error: string): Answer =>
  () => ({ status, body: { error, code } });

const open = async (t: TestContext, answer: Answer): Promise<FakeApi> => openFakeApi(t, answer);

describe('sluice rollout', () => {
  it('begins one with what was asked for, and who asked', async (t) => {
    const api = await open(t, going());
    const flags = ['--from', '/shop-blue', '--steps', '1,10%,100', '--hold', '2m', '--gate', 'errors<1%', '--gate', 'p95<1.3x'];
    const more = ['--surge', 'matched', '--instances', '4', '--keep', '0', '--healthy-within', '5m', '--drain-limit', '1h'];
    const last = ['--at-drain-limit', 'close', '--split-by', 'user', '--preview-networks', '10.0.0.0/8, ::1', '--reason', 'release 4711'];
    const { code, stdout, stderr } = await rollout(t, api, [...startOf(api), ...flags, ...more, ...last]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^the rollout of \/shop has begun: \/shop-blue -> \/shop-green\nsluice rollout watch \/shop /);
    const [{ method, path, body } = assert.fail('nothing was asked')] = api.asked;
    assert.deepEqual([method, path], ['POST', '/v2/rollouts']);
    const { by, ...asked } = body as { by: string };
    assert.match(by, /^\S+@\S+$/);
    assert.deepEqual(asked, {
      definition: DEFINITION,
      from: '/shop-blue',
      reason: 'release 4711',
      options: {
        steps: [1, 10, 100],
        holdSeconds: 120,
        gates: [
          { kind: 'errors', maxPercent: 1 },
          { kind: 'p95', maxFactor: 1.3 },
        ],
        surge: 'matched',
        instances: 4,
        keepSeconds: 0,
        healthyWithinSeconds: 300,
        drainSeconds: 3600,
        atDrainLimit: 'close',
        splitBy: 'user',
        preview: { hosts: false, networks: ['10.0.0.0/8', '::1'] },
      },
    });
  });

  it('refuses a command line and a file that are wrong, and asks nobody', async (t) => {
    const api = await open(t, going());
    const start = startOf(api);
    const wrong: readonly (readonly [args: readonly string[], told: RegExp])[] = [
      [['start'], /required option '-f, --file <file>'/],
      [[...start, '--gate', 'errors<1'], /--gate <gate>.* e\.g\. errors<1% or errors<2x/],
      [[...start, '--steps', '50,25,100'], /the step 25 is not more than the one before it/],
      [[...start, '--steps', '5,50'], /the last step must be 100/],
      [[...start, '--steps', '0.05,100'], /the step 0\.05 is .* finer than a tenth/],
      [[...start, '--steps', 'five,100'], /'five' is no share/],
      [[...start, '--hold', '90'], /must be a time from 1s to 30d/],
      [['start', '-f', '/nowhere.json'], /--file: \/nowhere\.json cannot be read/],
      [['pause', '/'], /'\/' is no id/],
    ];
    for (const [args, told] of wrong) {
      const { code, stderr } = await rollout(t, api, args);
      assert.equal(code, EXIT.usage, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr.replaceAll(/\s+/g, ' '), told);
    }
    assert.match((await rollout(t, api, startOf(api, 'no json'))).stderr, /^--file: .*app\.json holds no JSON/);
    assert.match((await rollout(t, api, startOf(api, '[]'))).stderr, /^--file: .*app\.json holds no app/);
    assert.deepEqual(api.asked, []);
  });

  it('prints every step of a dry run', async (t) => {
    const api = await open(t, () => ({ body: { steps: ['make /shop-green', 'give it 5 %'] } }));
    const { code, stdout } = await rollout(t, api, [...startOf(api), '--dry-run']);
    assert.deepEqual([code, stdout], [0, 'make /shop-green\ngive it 5 %\n']);
    assert.equal((api.asked[0]?.body as { dryRun: unknown }).dryRun, true);
  });

  it('says with its exit code that it is refused, not understood, or cannot be done', async (t) => {
    const answers: readonly (readonly [answer: Answer, code: number, told: string])[] = [
      [refusing(409, 'CONFLICT', 'a rollout runs'), EXIT.refused, 'refused: a rollout runs'],
      [refusing(422, 'REFUSED', 'no service port'), EXIT.refused, 'refused: no service port'],
      [refusing(400, 'NOT_UNDERSTOOD', 'steps must rise'), EXIT.usage, 'steps must rise'],
      [refusing(503, 'STORE', 'Marathon does not answer'), EXIT.failed, 'Marathon does not answer'],
      [refusing(403, 'ROLE', 'needs the role write'), EXIT.failed, 'needs the role write'],
    ];
    const api = await open(t, going());
    for (const [answer, code, told] of answers) {
      api.answer = answer;
      for (const args of [startOf(api), ['abort', 'shop']]) {
        const ended = await rollout(t, api, args);
        assert.deepEqual([ended.code, ended.stderr], [code, told]);
      }
    }
    assert.equal(api.asked.at(-1)?.path, '/v2/rollouts/shop');
    await api.close();
    assert.equal((await rollout(t, api, ['list'])).code, EXIT.unreachable);
  });

  it('waits to the end, and says what happens meanwhile', async (t) => {
    const failed = { phase: 'ended', outcome: 'aborted', because: '5xx 4.9 % of 812 requests' } as const;
    const api = await open(t, going({}, { waitingFor: 'two of them' }, { ...failed, phase: 'aborting', draining: {} }, failed));
    const { code, stdout, stderr } = await sluice(['rollout', 'start', '-f', '-', '--wait', '--run-dir', api.runDir], {
      input: JSON.stringify(DEFINITION),
    });
    assert.deepEqual([code, stderr], [EXIT.aborted, 'sluice: aborted: 5xx 4.9 % of 812 requests\n']);
    assert.match(stdout, /^22:00:00 ada@edge-1: begun\n22:01:00 controller: share of green 5 %\n[\d:]{8} waits for two of them\n$/);
    assert.deepEqual((api.asked[0]?.body as { definition: unknown }).definition, DEFINITION);
    api.answer = going({}, { phase: 'ended', outcome: 'done' });
    const done = await rollout(t, api, [...startOf(api), '--wait', '--json']);
    assert.equal(done.code, EXIT.ok);
    const phases = done.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as ReturnType<typeof aGroup>).rollout?.state.phase);
    assert.deepEqual(phases, ['holding', 'ended']);
  });

  it('waits on while Sluice is started anew', async (t) => {
    const api = await open(t, going({}));
    const running = startSluice(t, ['rollout', 'watch', '/shop', '--run-dir', api.runDir]);
    await running.prints(/share of green 5 %/);
    await api.close();
    await running.prints(/Sluice does not answer, and is asked again: no Sluice answers at/);
    api.answer = going({ phase: 'ended', outcome: 'done' });
    await api.open();
    const { code, stdout } = await running.end();
    assert.equal(code, EXIT.ok);
    assert.match(stdout, /Sluice answers again\ndone\n$/);
  });

  it('leaves the rollout alone when it is not waited for any more', async (t) => {
    const api = await open(t, going({}));
    const running = startSluice(t, ['rollout', 'watch', 'shop', '--run-dir', api.runDir]);
    await running.prints(/share of green 5 %/);
    const { code, stderr } = await running.endBy('SIGINT');
    assert.equal(code, EXIT.signalled);
    assert.match(stderr, /^sluice: not watched any more; the rollout goes on: 'sluice rollout watch \/shop' shows it/);
    assert.ok(api.asked.every(({ method }) => method === 'GET'));
  });

  it('takes an action to the group, with who and why', async (t) => {
    const paused = aRollout({ paused: { by: 'ada@edge-1', at: '2026-11-22T22:02:00.000Z' } });
    const api = await open(t, () => ({ body: { rollout: paused } }));
    const { code, stdout } = await rollout(t, api, ['pause', '/shop/', '--reason', 'lunch']);
    assert.deepEqual([code, stdout], [0, '/shop: step 1 of 4, holding, PAUSED by ada@edge-1\n']);
    const { by, ...asked } = api.asked[0]?.body as { by: string };
    assert.match(by, /@/);
    assert.deepEqual([api.asked[0]?.path, asked], ['/v2/rollouts/shop', { action: 'pause', reason: 'lunch' }]);
  });

  it('fails where what was decided is not in force yet, and tells it', async (t) => {
    const aborting = aRollout({ phase: 'aborting', draining: {}, outcome: 'aborted', because: 'abort by ada@edge-1' });
    const api = await open(t, () => ({ body: { rollout: aborting, notYet: 'HAProxy does not answer' } }));
    const { code, stdout, stderr } = await rollout(t, api, ['abort', '/shop']);
    assert.deepEqual([code, stdout], [EXIT.failed, '/shop: going back: abort by ada@edge-1\n']);
    assert.match(stderr, /not here yet: HAProxy does not answer$/);
    const begun = await rollout(t, api, startOf(api));
    assert.equal(begun.code, EXIT.ok);
    assert.match(begun.stdout, /\nit is not in force here yet: HAProxy does not answer\n/);
  });

  it('looks at what is counted where a rollout is watched, and says so where that cannot be had', async (t) => {
    const seen = { sluice: 'a', at: '2026-11-22T22:01:00.000Z', revision: 1, apps: {} };
    const api = await open(t, ({ path }) => ({ body: path === '/v2/observations/shop' ? seen : aGroup(aRollout()) }));
    const target = { socket: join(api.runDir, 'sluice.sock') };
    assert.deepEqual(await lookAt(target, '/shop'), { ...aGroup(aRollout()), observations: { seen: [seen], missing: [] } });
    api.answer = ({ path }) =>
      path === '/v2/observations/shop'
        ? { status: 502, body: { error: 'HAProxy cannot be asked', code: 'HAPROXY_SOCKET' } }
        : { body: aGroup(aRollout()) };
    assert.deepEqual(await lookAt(target, '/shop'), { ...aGroup(aRollout()), uncounted: 'HAProxy cannot be asked' });
  });
});
