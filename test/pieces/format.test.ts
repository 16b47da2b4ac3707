import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatText } from '../../src/pieces/format.ts';

const VALUES = {
  backend: 'shop_10000',
  hostname: 'shop.example',
  port: 31000,
  minus: -5,
  nothing: null,
  flag: true,
  empty: '',
  letters: 'ä€😀',
  quote: "it's",
  width: 7,
  braces: '{port}',
  healthCheck: { path: '/ok', intervalSeconds: 10, list: [1, 'a', null], flag: false },
};

/** What Python 3.7 makes of it, tried there. */
const MADE: readonly (readonly [text: string, made: string])[] = [
  ['', ''],
  ['  balance roundrobin\n', '  balance roundrobin\n'],
  ['use_backend {backend}', 'use_backend shop_10000'],
  ['{{ ssl_fc_sni -m end .{hostname} }}', '{ ssl_fc_sni -m end .shop.example }'],
  ['{{}}', '{}'],
  ['{{{backend}}}', '{shop_10000}'],
  ['{port}', '31000'],
  ['{port:d}', '31000'],
  ['{port:08d}', '00031000'],
  ['{width:03d}', '007'],
  ['{port:>8}|{port:<8}|{port:^9}|', '   31000|31000   |  31000  |'],
  ['{port:*^9}', '**31000**'],
  ['{port:,}', '31,000'],
  ['{port:_}', '31_000'],
  ['{port:012,}', '0,000,031,000'],
  ['{port:06,}|{port:07,}|{port:08,}|{port:09,}', '31,000|031,000|0,031,000|0,031,000'],
  ['{port:#012_x}', '0x0_0000_7918'],
  ['{width:0100,}', `0,${'000,'.repeat(24)}007`],
  ['{port:x} {port:X} {port:#x} {port:b} {port:o}', '7918 7918 0x7918 111100100011000 74430'],
  ['{port:#_b}', '0b111_1001_0001_1000'],
  ['{port:+} {minus:+} {minus: } {port: }', '+31000 -5 -5  31000'],
  ['{minus:05}', '-0005'],
  ['{minus:=5}', '-   5'],
  ['{port:n}', '31000'],
  ['{width:c}', '\u0007'],
  ['{backend:s}', 'shop_10000'],
  ['{backend:.4}', 'shop'],
  ['{backend:12}|', 'shop_10000  |'],
  ['{backend:>12.4}', '        shop'],
  ['{letters:^7}', '  ä€😀  '],
  ['{letters:😀>5}', '😀😀ä€😀'],
  ['{backend:{width}}|{port:>{width}}', 'shop_10000|  31000'],
  ['{nothing}', 'None'],
  ['{nothing!s:>6}', '  None'],
  ['{flag}', 'True'],
  ['{flag:3}', '  1'],
  ['{backend!r}', "'shop_10000'"],
  ['{quote!r}', '"it\'s"'],
  ['{letters!a}', "'\\xe4\\u20ac\\U0001f600'"],
  ['{healthCheck[path]}', '/ok'],
  ['{healthCheck[intervalSeconds]:03d}', '010'],
  ['{healthCheck[list][1]}', 'a'],
  ['{healthCheck[list][2]}', 'None'],
  ['{healthCheck[list]}', "[1, 'a', None]"],
  ['{healthCheck}', "{'path': '/ok', 'intervalSeconds': 10, 'list': [1, 'a', None], 'flag': False}"],
  ['{backend[0]}', 's'],
  // Values are not looked through again.
  ['{braces}', '{port}'],
];

const WRONG: readonly (readonly [text: string, wrong: RegExp])[] = [
  ['{', /without its '}'/],
  ['}', /without its '{'/],
  ['use_backend {backend', /without its '}'/],
  ['acl a { path /x }', /names "\{ path \/x \}", and here there are only backend, braces, .*; a brace for HAProxy is written twice/],
  ['{no}', /names "\{no\}"/],
  ['{}', /placeholders have names/],
  ['{0}', /placeholders have names/],
  ['{backend.upper}', /an attribute/],
  ['{healthCheck[path].x}', /an attribute/],
  ['{healthCheck[no]}', /there is no \[no\]/],
  ['{healthCheck[__proto__]}', /there is no/],
  ['{healthCheck[constructor]}', /there is no/],
  ['{constructor}', /names "\{constructor\}"/],
  ['{__proto__}', /names/],
  ['{healthCheck[1]}', /there is no \[1\]/],
  ['{healthCheck[]}', /a key is written/],
  ['{healthCheck[path]x}', /a key is written/],
  ['{backend[99]}', /there is no \[99\]/],
  ['{port[0]}', /a number has no \[0\]/],
  ['{nothing[a]}', /nothing has no \[a\]/],
  ['{nothing:5}', /only texts and whole numbers/],
  ['{healthCheck:5}', /only texts and whole numbers/],
  ['{backend:d}', /d is a format of numbers/],
  ['{backend:05}', /for numbers, and this is a text/],
  ['{backend:+}', /for numbers/],
  ['{port:s}', /s is no format of whole numbers/],
  ['{port:.2f}', /no precision/],
  ['{port:f}', /f is no format/],
  ['{port:.2}', /no precision/],
  ['{port:,x}', /does not go with x/],
  ['{port:zz}', /no format/],
  ['{minus:c}', /no character/],
  ['{port!x}', /a conversion/],
  ['{port!}', /a conversion/],
  ['{port!r', /a conversion/],
  ['{a{b}}', /a '\{' within/],
  ['{port:{width:{width}}}', /within the format/],
  ['{port:1000000}', /more than 100 is/],
  ['{port:0101,}', /more than 100 is/],
  ['{backend:100}'.repeat(999), /more than 65536 characters/],
];

describe('the placeholders of a template', () => {
  for (const [text, value] of MADE) it(`make of ${JSON.stringify(text)}`, () => assert.deepEqual(formatText(text, VALUES), { value }));
  for (const [text, wrong] of WRONG)
    it(`are wrong in ${JSON.stringify(text.slice(0, 40))}`, () => {
      const read = formatText(text, VALUES);
      assert.ok('wrong' in read, JSON.stringify(read));
      assert.match(read.wrong, wrong);
    });

  it('leave every text without braces as it is, and every text whose braces are doubled', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.deepEqual(formatText(text.replaceAll(/[{}]/g, '$&$&'), {}), { value: text });
      }),
    );
  });

  it('put in whatever a value is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (x) => assert.deepEqual(formatText('a{x}b', { x }), { value: `a${x}b` })));
  });

  it('read no more of values than a bound, also where nothing is left of them', () => {
    const values = { long: 'x'.repeat(65_000), map: { path: 'x'.repeat(65_000) } };
    for (const field of ['{long:.0}', '{long[0]:.0}', '{map[path]:.0}', '{long!r:.0}']) {
      assert.deepEqual(formatText(field.repeat(10), values), { value: '' });
      const read = formatText(field.repeat(5000), values);
      assert.ok('wrong' in read, field);
      assert.match(read.wrong, /more than 1000000 characters would be read/);
    }
  });

  it('give a bounded text or a reason, whatever is written', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '{{',
      '}}',
      'port',
      'backend',
      'healthCheck',
      '[path]',
      '[',
      ']',
      ':',
      '!',
      '!r',
      '>',
      '05',
      '99',
      'x',
      ' ',
      '.',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const read = formatText(pieces.join(''), VALUES);
        assert.ok('wrong' in read ? read.wrong !== '' : read.value.length <= 65_536);
      }),
      { numRuns: 2000 },
    );
  });
});
