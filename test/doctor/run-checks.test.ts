import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Check, ok } from '../../src/doctor/check.ts';
import { CHECKS } from '../../src/doctor/checks.ts';
import { type PortRange, portsAtRisk } from '../../src/doctor/ephemeral-ports.ts';
import { runChecks } from '../../src/doctor/run-checks.ts';
import { toSettings } from '../../src/settings.ts';

const settings = toSettings({ group: ['*'] });

const hangs: Check = { name: 'hangs', find: async () => new Promise(() => undefined) };
const breaks: Check = { name: 'breaks', find: async () => Promise.reject(new Error('no such thing')) };
const works: Check = { name: 'works', find: async () => [ok('well'), ok('and well')] };

describe('checks of the host', () => {
  it('are told in their order; one that breaks or hangs fails, and holds up nobody', async () => {
    assert.deepEqual(await runChecks([hangs, breaks, works], settings, 100), [
      { check: 'hangs', level: 'fail', message: 'it has not come to an end within 0.1 s' },
      { check: 'breaks', level: 'fail', message: 'no such thing' },
      { check: 'works', level: 'ok', message: 'well' },
      { check: 'works', level: 'ok', message: 'and well' },
    ]);
  });

  it('are told when their time is over', async () => {
    let aborted: AbortSignal | undefined;
    const listens: Check = {
      name: 'listens',
      find: async ({ signal }) => {
        aborted = signal;
        return new Promise(() => undefined);
      },
    };
    await runChecks([listens], settings, 20);
    assert.equal(aborted?.aborted, true);
  });

  it('have names of their own', () => assert.equal(new Set(CHECKS.map(({ name }) => name)).size, CHECKS.length));
});

describe('ports that outgoing connections may take', () => {
  const ROWS: readonly (readonly [
    what: string,
    wanted: readonly PortRange[],
    taken: PortRange,
    reserved: string,
    atRisk: readonly PortRange[],
  ])[] = [
    [
      'none within',
      [
        [80, 80],
        [10_000, 20_000],
      ],
      [32_768, 60_999],
      '',
      [],
    ],
    [
      'some within',
      [
        [80, 80],
        [9090, 9090],
        [10_000, 20_000],
      ],
      [15_000, 60_999],
      '',
      [[10_000, 20_000]],
    ],
    [
      'all within, and all reserved',
      [
        [9090, 9090],
        [10_000, 20_000],
      ],
      [1024, 65_535],
      '9000-9100,10000-20000',
      [],
    ],
    [
      'all within, and some reserved',
      [
        [9090, 9090],
        [9091, 9091],
        [10_000, 20_000],
      ],
      [1024, 65_535],
      '9090,10000-15000',
      [
        [9091, 9091],
        [10_000, 20_000],
      ],
    ],
  ];
  for (const [what, wanted, taken, reserved, atRisk] of ROWS)
    it(`are found: ${what}`, () => assert.deepEqual(portsAtRisk(wanted, taken, reserved), atRisk));
});
