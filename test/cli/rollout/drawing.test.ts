import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawing, type Seen } from '../../../src/cli/rollout/drawing.ts';
import { LiveFollower } from '../../../src/cli/rollout/live-follower.ts';
import { LiveScreen } from '../../../src/cli/rollout/live-screen.ts';
import { ratesBetween } from '../../../src/cli/rollout/rates.ts';
import { span, toText } from '../../../src/cli/rollout/styled.ts';
import type { Observations } from '../../../src/rollout/observation.ts';
import { aGroup, aRollout } from './views.ts';

const NOW_MS = Date.parse('2026-11-22T22:01:18.000Z');

/** Of one Sluice: requests and 5xx of blue and of green. */
const observed = (at: string, blue: readonly [number, number], green: readonly [number, number], sluice = 'a'): Observations => {
  const app = ([requests, errors5xx]: readonly [number, number]) => ({
    servers: [],
    counters: { requests, errors5xx, connectionErrors: 0 },
  });
  return { seen: [{ sluice, at, revision: 1, apps: { '/shop-blue': app(blue), '/shop-green': app(green) } }], missing: [] };
};

const BEFORE = observed('2026-11-22T22:01:00.000Z', [1000, 1], [0, 0]);
const AFTER = observed('2026-11-22T22:01:10.000Z', [1380, 1], [20, 1]);
const APPS = ['/shop-blue', '/shop-green'];

const gate = { kind: 'errors', maxPercent: 1 } as const;

const drawn = (seen: Partial<Seen> = {}, width = 100): readonly string[] =>
  drawing({ view: aGroup(aRollout()), nowMs: NOW_MS, ...seen }, width).map((line) => toText(line, { width, isColoured: false }));

describe('what was measured', () => {
  it('is the part of each app in the requests between two looks, with its errors', () => {
    const rates = ratesBetween(BEFORE, AFTER, APPS);
    assert.deepEqual(rates?.get('/shop-blue'), { share: 95, perSecond: 38, errors5xx: 0, connectionErrors: 0 });
    assert.deepEqual(rates.get('/shop-green'), { share: 5, perSecond: 2, errors5xx: 5, connectionErrors: 0 });
  });

  it('leaves out a Sluice that was not seen before, and counts anew what was begun anew', () => {
    const newcomer = observed('2026-11-22T22:01:10.000Z', [1e6, 0], [0, 0], 'b');
    const rates = ratesBetween(BEFORE, { ...AFTER, seen: [...AFTER.seen, ...newcomer.seen] }, APPS);
    assert.equal(rates?.get('/shop-blue')?.perSecond, 38);
    const anew = ratesBetween(AFTER, observed('2026-11-22T22:01:20.000Z', [10, 0], [10, 0]), APPS);
    assert.equal(anew?.get('/shop-green')?.share, 50);
  });

  it('is nothing without requests, and not known without time', () => {
    const idle = ratesBetween(AFTER, observed('2026-11-22T22:01:20.000Z', [1380, 1], [20, 1]), APPS);
    assert.deepEqual(idle?.get('/shop-green'), { perSecond: 0 });
    assert.equal(ratesBetween(AFTER, AFTER, APPS), undefined);
  });
});

describe('the picture of a rollout', () => {
  it('has the shares asked and measured, the gates, the time that is left, and what happened last', () => {
    const rates = ratesBetween(BEFORE, AFTER, APPS);
    const view = aGroup(
      aRollout({ gates: [{ gate, outcome: 'failed', because: '5xx 5 % of 20 requests' }], waitingFor: 'the end of the hold' }),
    );
    assert.deepEqual(drawn({ view, ...(rates === undefined ? {} : { rates }) }), [
      '/shop  blue -> green  step 1 of 4, holding  0:42 left',
      'begun 78 s ago by ada@edge-1: release 4711',
      '',
      `blue   asked     ${'█'.repeat(24)}░    95 %  3 of 3 healthy`,
      `       measured  ${'█'.repeat(24)}░    95 %  38.0 requests/s, 5xx 0 %`,
      `green  asked     █${'░'.repeat(24)}     5 %  2 of 3 healthy`,
      `       measured  █${'░'.repeat(24)}     5 %  2.0 requests/s, 5xx 5 %`,
      '',
      'gates',
      '  failed   errors<1%  5xx 5 % of 20 requests',
      '',
      'waits for  the end of the hold',
      '',
      'last',
      '  22:00:00  ada@edge-1: begun',
      '  22:01:00  controller: share of green 5 %',
    ]);
  });

  it('says what is paused, drained, missing and wrong, and that Sluice is away', () => {
    const rollout = aRollout({ paused: { by: 'bob@edge-2', at: '', reason: 'lunch' }, phase: 'shrinking', draining: { t1: '', t2: '' } });
    const problems = [{ appId: '/shop-green', message: 'it has no service port' }];
    const view = aGroup(rollout, { uncounted: 'no answer', problems });
    const text = drawn({ view, away: { because: 'connect ENOENT', forMs: 3000 } }).join('\n');
    for (const part of [
      'Sluice does not answer for 3 s, and is asked again: connect ENOENT',
      'shrinking, PAUSED by bob@edge-2',
      'paused     by bob@edge-2: lunch',
      'draining   2 tasks',
      'missing    what this Sluice counts: no answer',
      'problem    /shop-green: it has no service port',
      'waiting  errors<1%  not asked yet',
    ])
      assert.ok(text.includes(part), `${part} is not in\n${text}`);
  });

  it('has no time that is left while the hold is paused: it is not over by itself', () => {
    const paused = { by: 'bob@edge-2', at: '2026-11-22T22:01:10.000Z' };
    assert.equal(drawn({ view: aGroup(aRollout({ paused })) })[0], '/shop  blue -> green  step 1 of 4, holding, PAUSED by bob@edge-2');
  });

  it('fits a narrow terminal: without bars, and cut', () => {
    for (const width of [59, 30, 10, 1]) {
      const lines = drawn({}, width);
      assert.ok(lines.every((line) => line.length <= width && !line.includes('█')));
    }
  });

  it('shows a small share as one, and a group without a rollout', () => {
    const [first, second] = aGroup(null).apps;
    assert.ok(first !== undefined && second !== undefined);
    const apps = [
      { ...first, share: 99.9 },
      { ...second, share: 0.1 },
      { ...second, colour: 'red', share: null },
    ];
    const lines = drawn({ view: aGroup(null, { apps }) });
    assert.equal(lines[0], '/shop  no rollout');
    assert.match(lines[3] ?? '', /asked {5}█░+ +0\.1 %/);
    assert.match(lines[4] ?? '', /asked {5}░+ +none/);
  });
});

describe('lines with colours', () => {
  it('are safe, whatever they hold, and are cut without leaving a colour on', () => {
    const line = [span('ab\u001B[2J', 'red'), span('cdef', 'green')];
    assert.equal(toText(line, { width: 100, isColoured: true }), '\u001B[31mab\\u001b[2J\u001B[0m\u001B[32mcdef\u001B[0m');
    assert.equal(
      toText([span('abc', 'red'), span('def', 'green')], { width: 5, isColoured: true }),
      '\u001B[31mabc\u001B[0m\u001B[32md\u001B[0m…',
    );
    assert.equal(toText([span('abc', 'red')], { width: 3, isColoured: true }), '\u001B[31mabc\u001B[0m');
    assert.equal(toText([span('abc', 'red')], { width: 3, isColoured: false }), 'abc');
  });
});

describe('the screen', () => {
  const terminal = (columns: number, rows: number): { columns: number; rows: number; written: string[]; write: (text: string) => void } => {
    const written: string[] = [];
    return { columns, rows, written, write: (text: string) => void written.push(text) };
  };

  it('is entered once, drawn over without being emptied, and left as it was', () => {
    const tty = terminal(20, 2);
    const screen = new LiveScreen(tty);
    screen.draw(['one', 'two', 'three']);
    screen.draw(['four']);
    screen.close();
    screen.close();
    const [first = '', second = '', last = ''] = tty.written;
    assert.equal(tty.written.length, 3);
    assert.ok(first.startsWith('\u001B[?1049h\u001B[?7l\u001B[?25l'));
    assert.ok(first.includes('one\u001B[K\r\ntwo\u001B[K\u001B[J') && !first.includes('three'));
    assert.equal(second, '\u001B[?2026h\u001B[Hfour\u001B[K\u001B[J\u001B[?2026l');
    assert.equal(last, '\u001B[?25h\u001B[?7h\u001B[?1049l');
  });

  it('is drawn again at another size, and shows what was seen last while Sluice is away', () => {
    const tty = terminal(100, 40);
    const live = new LiveFollower(tty, false);
    live.draw();
    live.away('nobody was seen yet', 0);
    assert.equal(tty.written.length, 0);
    live.seen(aGroup(aRollout(), { observations: BEFORE }));
    live.seen(aGroup(aRollout(), { observations: AFTER }));
    assert.match(tty.written.at(-1) ?? '', /measured .* 5 % {2}2\.0 requests\/s, 5xx 5 %/);
    live.away('connect ENOENT', 1000);
    assert.match(tty.written.at(-1) ?? '', /asked again: connect ENOENT.*\r\n.*\r\n\/?.*measured/s);
    tty.columns = 30;
    live.draw();
    assert.ok(!(tty.written.at(-1) ?? '').includes('█'));
    live.close();
    assert.ok(live.lines(100).some((line) => line.startsWith('/shop  blue -> green')));
  });
});
