import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { describePlan } from '../../src/cli/describe-plan.ts';
import { printable } from '../../src/cli/printable.ts';
import { shown } from '../../src/labels/label.ts';
import { aServer } from '../kit/builders.ts';
import { sluice } from '../kit/sluice.ts';

const EVIL = '\u001B[2J\u009B1m\u007F\u202Eevil\u2066\u200B\uFEFF\r\b';
// eslint-disable-next-line no-control-regex
const ACTS = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/;

describe('text of others in a terminal', () => {
  const rows: readonly (readonly [text: string, printed: string])[] = [
    ['/shop: grün, 店, 🛒\n  next line', '/shop: grün, 店, 🛒\n  next line'],
    ['\u001B[31m', '\\u001b[31m'],
    ['a\tb\rc\u0000', 'a\\u0009b\\u000dc\\u0000'],
    ['\u007F\u0085\u009B', '\\u007f\\u0085\\u009b'],
    ['\u202Egpj.exe\u2066\u200B\uFEFF\u00AD', '\\u202egpj.exe\\u2066\\u200b\\ufeff\\u00ad'],
    ['\u{E0041}', '\\udb40\\udc41'],
    ['\u2028\u2029', '\\u2028\\u2029'],
  ];
  for (const [text, printed] of rows) it(`is shown as ${JSON.stringify(printed)}`, () => assert.equal(printable(text), printed));

  it('is escaped in what is said of a label too', () => {
    assert.equal(shown('\u001B\u202E"'), '"\\u001b\\u202e\\""');
    assert.equal(printable(shown(EVIL)), shown(EVIL));
  });

  it('a server that is given an address begins anew there, also where it is the same', () =>
    assert.equal(
      describePlan({ kind: 'runtime', steps: [{ kind: 'set-address', backend: 'shop_10000', server: aServer() }] }),
      'without a reload:\n  begin shop_10000/10_0_0_1_31000 anew at 10.0.0.1:31000',
    ));
});

const EXPLANATION = {
  appId: '/shop',
  instances: 1,
  network: 'host',
  groups: [EVIL],
  ports: [
    {
      index: 0,
      servicePort: 10000,
      backend: 'shop_10000',
      frontends: [EVIL],
      routes: [],
      servers: [],
      left: [{ taskId: EVIL, because: EVIL }],
    },
  ],
  problems: [{ appId: '/shop', message: EVIL }],
};

describe('sluice explain', () => {
  it('prints nothing that a terminal acts on, and JSON that means the same', async (t) => {
    const server = createServer((_, answer) => answer.end(JSON.stringify(EXPLANATION)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const api = ['--api', `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
    const lines = await sluice(['explain', '/shop', ...api]);
    assert.equal(lines.code, 0, lines.stderr);
    assert.match(lines.stdout, /evil/);
    assert.doesNotMatch(lines.stdout, ACTS);
    const json = await sluice(['explain', '/shop', '--json', ...api]);
    assert.doesNotMatch(json.stdout, ACTS);
    assert.deepEqual(JSON.parse(json.stdout), EXPLANATION);
  });
});
