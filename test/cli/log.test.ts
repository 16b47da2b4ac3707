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

test('nothing left out, nothing said', async () => {
  const { log, messages } = logged();
  log.info('once');
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.deepEqual(messages(), ['once']);
});
