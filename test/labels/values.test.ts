import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PORT_LABELS } from '../../src/labels/catalogue.ts';
import type { Parsed } from '../../src/labels/label.ts';

/** Value of the label -> what it means, or the beginning of what is said to be wrong with it. */
interface Table {
  readonly good: readonly (readonly [text: string, value: unknown])[];
  readonly bad: readonly (readonly [text: string, wrong: RegExp])[];
}

const BOOLEAN: Table = {
  good: [
    ...['true', 't', 'yes', 'y', 'TRUE', 'Yes'].map((text): [string, boolean] => [text, true]),
    // Marathon-LB: everything else is false, and nothing is trimmed.
    ...['false', 'no', '', '1', 'on', ' true', 'true ', 'true\n', 'tru', '\0'].map((text): [string, boolean] => [text, false]),
  ],
  bad: [],
};

const WHOLE = /^must be a whole number from /;
const HOST = /is not a host name/;
const PREFIX = /is not a path prefix/;
const ALGORITHM = /^must be a load balancing algorithm/;
const ADDRESS = /^must be \* or one IP address/;
const LONG = 'a'.repeat(10_240);

const TABLES: Readonly<Record<keyof typeof PORT_LABELS, Table>> = {
  enabled: BOOLEAN,
  sticky: BOOLEAN,
  redirectToHttps: BOOLEAN,
  groups: {
    good: [
      ['external', ['external']],
      ['internal,external', ['internal', 'external']],
      ['internal, external', ['internal', ' external']],
      ['*', ['*']],
      ['', []],
      [',', ['', '']],
      ['a\nb', ['a\nb']],
    ],
    bad: [],
  },
  vhosts: {
    good: [
      ['shop.example', ['shop.example']],
      ['Shop.EXAMPLE', ['shop.example']],
      ['a.example,b.example', ['a.example', 'b.example']],
      ['a.example, b.example,', ['a.example', 'b.example']],
      ['a.example,A.example', ['a.example']],
      ['shop.example.', ['shop.example']],
      ['shop.example.,shop.example', ['shop.example']],
      ['*.shop.example', ['*.shop.example']],
      ['*.a.b.c.d.e.f.g.example', ['*.a.b.c.d.e.f.g.example']],
      ['*', ['*']],
      ['localhost', ['localhost']],
      ['my_app.example', ['my_app.example']],
      ['xn--mnchen-3ya.example', ['xn--mnchen-3ya.example']],
      ['10.0.0.1', ['10.0.0.1']],
      ['::1', ['[::1]']],
      ['[FD00:0:0::1]', ['[fd00::1]']],
      ['', []],
      [',,', []],
    ],
    bad: [
      ['shop.example:8080', HOST],
      ['http://shop.example', HOST],
      ['shop.example/cart', HOST],
      ['shop example', HOST],
      ['shop.*', HOST],
      ['*shop.example', HOST],
      ['*.*.example', HOST],
      ['*.', HOST],
      ['*.a.b.c.d.e.f.g.h.example', HOST],
      ['.', HOST],
      ['...', HOST],
      ['-shop.example', HOST],
      ['shop..example', HOST],
      ['münchen.example', HOST],
      ['[::1]:80', HOST],
      ['[', HOST],
      ['[]', HOST],
      [':', HOST],
      ['fe80::1%eth0', HOST],
      ['shop.example\nuse_backend evil', HOST],
      ['shop.example;evil', HOST],
      ['"shop"', HOST],
      ["shop'example", HOST],
      ['shop\\example', HOST],
      ['shop\0example', HOST],
      ['a.example,crt /etc/passwd', HOST],
      ['a.example,%[src]', HOST],
      [LONG, HOST],
      [`a.example,${'a.'.repeat(128)}`, HOST],
    ],
  },
  paths: {
    good: [
      ['/cart', ['/cart']],
      ['/cart /basket', ['/cart', '/basket']],
      ['  /cart  /basket ', ['/cart', '/basket']],
      ['/cart /cart', ['/cart']],
      ['/Cart', ['/Cart']],
      ['/a/b.c_d~e!f$g&h(i)*j+k,l=m:n@o%20-', ['/a/b.c_d~e!f$g&h(i)*j+k,l=m:n@o%20-']],
      ['/', ['/']],
      ['', []],
      [' ', []],
      [`/${'a'.repeat(999)}`, [`/${'a'.repeat(999)}`]],
    ],
    bad: [
      ['cart', PREFIX],
      ['/cart basket', PREFIX],
      ['-i /cart', /^the flag "-i" is not supported/],
      ['/cart -f /etc/passwd', /^the flag "-f" is not supported/],
      ['/cart\n/basket', PREFIX],
      ['/cart\t/basket', PREFIX],
      ['/cart;show', PREFIX],
      ['/"cart"', PREFIX],
      ["/it's", PREFIX],
      ['/a\\ b', PREFIX],
      ['/a\0', PREFIX],
      ['/a?b=c', PREFIX],
      ['/a#b', PREFIX],
      ['/a{b}', PREFIX],
      ['/a[b]', PREFIX],
      ['/a<b', PREFIX],
      ['/ä', PREFIX],
      [`/${LONG}`, /is longer than 1000 characters$/],
    ],
  },
  port: {
    good: [
      ['10000', 10000],
      ['1', 1],
      ['65535', 65535],
      ['080', 80],
    ],
    bad: [
      '0',
      '65536',
      '-1',
      '+80',
      '80.0',
      '8e1',
      '0x50',
      ' 80',
      '80 ',
      '80\n',
      '',
      'abc',
      '١٢٣',
      '80 crt /etc/passwd',
      '9'.repeat(10_240),
    ].map((text): [string, RegExp] => [text, WHOLE]),
  },
  mode: {
    good: [
      ['http', 'http'],
      ['TCP', 'tcp'],
    ],
    bad: ['', 'health', 'https', ' http', 'http\n', 'http\nbind :22', 'log', 'http;', LONG].map((text): [string, RegExp] => [
      text,
      /^must be http or tcp$/,
    ]),
  },
  balance: {
    good: [
      ['roundrobin', 'roundrobin'],
      ['static-rr', 'static-rr'],
      ['leastconn', 'leastconn'],
      ['first', 'first'],
      ['source', 'source'],
      ['random', 'random'],
      ['random(3)', 'random(3)'],
      ['random(32)', 'random(32)'],
      ['uri', 'uri'],
      ['uri whole len 10  depth 3', 'uri whole len 10 depth 3'],
      ['url_param user_id check_post 100', 'url_param user_id check_post 100'],
      ['hdr(X-User) use_domain_only', 'hdr(X-User) use_domain_only'],
      ['rdp-cookie(mstshash)', 'rdp-cookie(mstshash)'],
      [' leastconn ', 'leastconn'],
    ],
    bad: [
      '',
      'round-robin',
      'Roundrobin',
      'roundrobin\nserver evil 6.6.6.6:80',
      'roundrobin # x',
      'random(0)',
      'random(33)',
      'random(9999)',
      `uri${' whole'.repeat(50)}`,
      'random(3) x',
      'hdr()',
      'hdr(X Y)',
      'hdr(X)\nbind :22',
      'uri\tlen 1',
      'url_param',
      'source;',
      'source"',
      'hash req.cook(x)',
      'roundrobin\0',
      LONG,
      `hdr(${LONG})`,
    ].map((text): [string, RegExp] => [text, ALGORITHM]),
  },
  backendWeight: {
    good: [
      ['0', 0],
      ['10', 10],
      ['-3', -3],
      ['999999', 999999],
    ],
    bad: ['', '1000000', '-1000000', '1.5', 'heavy', '+1', '--1', ' 1', '1\n', 'Infinity', 'NaN', LONG].map((text): [string, RegExp] => [
      text,
      WHOLE,
    ]),
  },
  bindAddress: {
    good: [
      ['*', '*'],
      ['', '*'],
      ['0.0.0.0', '*'],
      ['10.0.0.1', '10.0.0.1'],
      ['::', '::'],
      ['::1', '::1'],
      ['[::1]', '::1'],
      ['FD00:0:0::1', 'fd00::1'],
      ['::ffff:10.0.0.1', '10.0.0.1'],
    ],
    bad: [
      'localhost',
      '10.0.0.1,10.0.0.2',
      '10.0.0.1:80',
      '10.0.0.256',
      '10.1',
      '010.0.0.1',
      'bind :22',
      '*:22',
      '10.0.0.1 ssl crt /etc/passwd',
      '10.0.0.1\nbind :22',
      '/var/run/x.sock',
      'unix@/x',
      'abns@x',
      'fd@3',
      '${HOME}',
      'fe80::1%eth0',
      '[::1',
      '[[::1]]',
      '\0',
      LONG,
    ].map((text): [string, RegExp] => [text, ADDRESS]),
  },
};

const inShort = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

for (const [key, { good, bad }] of Object.entries(TABLES) as [keyof typeof PORT_LABELS, Table][]) {
  const label = PORT_LABELS[key];
  describe(`HAPROXY_{n}_${label.name}`, () => {
    for (const [text, value] of good)
      it(`${inShort(text)} means ${inShort(JSON.stringify(value))}`, () => assert.deepEqual(label.parse(text), { value }));
    for (const [text, wrong] of bad)
      it(`${inShort(text)} is refused`, () => {
        const parsed: Parsed<unknown> = label.parse(text);
        assert.ok('wrong' in parsed);
        assert.match(parsed.wrong, wrong);
        assert.ok(parsed.wrong.length < 400 && !/\p{Cc}/u.test(parsed.wrong), 'a message is one short line');
      });
  });
}
