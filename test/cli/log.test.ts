import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLog } from '../../src/cli/open-log.ts';
import { waitFor } from '../kit/wait-for.ts';

type Line = Readonly<Record<string, unknown>>;

const logged = (level = 'info', limits = { sameLines: 3, lines: 10, windowMs: 100 }) => {
  const lines: Line[] = [];
  const log = openLog(level, { write: (line: string) => void lines.push(JSON.parse(line) as Line) }, limits);
  return { log, lines, messages: () => lines.map(({ msg }) => msg) };
};
const summaryOf = async (lines: readonly Line[]): Promise<Line> =>
  waitFor('the summary', () => lines.find(({ msg }) => msg === 'lines were left out'));

test('the same line again and again is left out and counted, also where only its numbers differ', async () => {
  const { log, lines, messages } = logged();
  for (let n = 0; n < 50; n += 1) log.warn({ n }, `cycle ${n} failed`);
  log.info('reloaded');
  assert.deepEqual(messages(), ['cycle 0 failed', 'cycle 1 failed', 'cycle 2 failed', 'reloaded']);
  const { leftOut, level } = await summaryOf(lines);
  assert.deepEqual([leftOut, level], [{ 'cycle N failed': 47 }, 40]);
});

test('after a while it is written again', async () => {
  const { log, lines, messages } = logged();
  for (let n = 0; n < 50; n += 1) log.warn('down');
  await summaryOf(lines);
  log.warn('down');
  assert.equal(messages().filter((message) => message === 'down').length, 4);
});

test('the same of another app is another line', () => {
  const { log, messages } = logged();
  for (const appId of ['/a', '/b', '/c']) for (let n = 0; n < 3; n += 1) log.warn({ appId }, 'problem');
  assert.equal(messages().length, 9);
});

test('all lines together are bounded, and the most frequent named', async () => {
  const { log, lines, messages } = logged();
  for (let n = 0; n < 500; n += 1) log.warn({ appId: `/${n}` }, 'problem');
  assert.equal(messages().length, 10);
  assert.deepEqual((await summaryOf(lines))['leftOut'], { problem: 490 });
});

test('who asks for debug gets all of it', () => {
  const { log, messages } = logged('debug');
  for (let n = 0; n < 50; n += 1) log.debug('app read');
  assert.equal(messages().length, 50);
});

test('nothing left out, nothing said', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { log, messages } = logged();
  log.info('once');
  t.mock.timers.tick(60_000);
  assert.deepEqual(messages(), ['once']);
});

test('a line is bounded, and stays JSON that tells what it is about', () => {
  const hostile = '\u202e\u0007"\\{'.repeat(100_000);
  const cases: readonly (readonly [what: object, message: string])[] = [
    [{ appId: '/a', because: Array.from({ length: 10_000 }, (_, n) => `reason ${n}`) }, 'reload failed'],
    [{ appId: '/a', answer: 'x'.repeat(1_000_000) }, 'HAProxy refused a step'],
    [{ appId: '/a', nested: { deep: [hostile, { hostile }] } }, hostile],
    [{ appId: '/a', err: new Error('y'.repeat(100_000)) }, 'broken'],
    [Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`field${n}`, n])), 'many fields'],
  ];
  for (const [what, message] of cases) {
    const written: string[] = [];
    openLog('info', { write: (line: string) => void written.push(line) }).error(what, message);
    const [line = '', ...more] = written;
    assert.deepEqual(more, []);
    assert.ok(Buffer.byteLength(line) <= 16_001, `${Buffer.byteLength(line)} bytes`);
    assert.doesNotMatch(line.trimEnd(), /[\p{Cc}\u202e]/u);
    const parsed = JSON.parse(line) as Line;
    assert.equal(parsed['level'], 50);
    assert.equal(String(parsed['msg']).slice(0, 10), message.slice(0, 10));
    assert.ok('appId' in what ? parsed['appId'] === '/a' : Number(parsed['leftOut']) > 200_000);
  }
});

test('what is cut says how long it was; what is short stays as it is', () => {
  const { log, lines } = logged();
  log.warn({ long: 'z'.repeat(20_000), list: Array.from({ length: 50 }, (_, n) => n), short: 'as it is' }, 'long');
  const { long, list, short } = lines[0] ?? {};
  assert.equal(long, `${'z'.repeat(2000)}… (20000 characters)`);
  assert.deepEqual((list as unknown[]).slice(19), [19, '… (50 entries)']);
  assert.equal(short, 'as it is');
  log.warn({ long: 'z'.repeat(15_000) }, 'short enough');
  assert.equal(lines[1]?.['long'], 'z'.repeat(15_000));
});
