import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PORT_LABELS } from '../../src/labels/catalogue.ts';
import type { Parsed } from '../../src/labels/label.ts';
import type { Paths } from '../../src/labels/path.ts';

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
const PREFIX_TOLD = (word: string): string =>
  `"${word.replaceAll('\\', '\\\\')}" is not a path prefix: it begins with / and holds letters, digits and /._~!$&()*+,=:@%- only, e.g. '/cart'`;
const ALGORITHM = /^must be a load balancing algorithm/;
const ADDRESS = /^must be \* or one IP address/;
const LONG = 'a'.repeat(10_240);

/** `openssl passwd -6 -salt abcdefgh secret` */
const SHA512 = '$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.';

const DURATION: Table = {
  good: [
    ['1s', 1000],
    ['1500ms', 1500],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ],
  bad: ['', '30', '30 s', '30S', '0s', '8d', '1.5h', '-1s', 's', '30s\n', '30s client 1s', '1us', '9'.repeat(400)].map(
    (text): [string, RegExp] => [text, /^must be a time from \w+ to \w+ with its unit/],
  ),
};

const TABLES: Readonly<Record<keyof typeof PORT_LABELS, Table>> = {
  enabled: BOOLEAN,
  sticky: BOOLEAN,
  tlsPassthrough: BOOLEAN,
  useHsts: BOOLEAN,
  sslCert: {
    good: [
      ['', []],
      ['/etc/ssl/shop.pem', ['/etc/ssl/shop.pem']],
      ['/etc/ssl/a.pem crt /etc/ssl/b_c@d+e-f.pem', ['/etc/ssl/a.pem', '/etc/ssl/b_c@d+e-f.pem']],
      ['/a,/b', ['/a', '/b']],
    ],
    bad: [
      'a.pem',
      '../a.pem',
      '/etc/../shadow',
      '/etc/.hidden',
      '/a/',
      '//a',
      '/a verify none',
      "/a'",
      '/a\n',
      '/a;',
      '/ä',
      '/a$HOME',
      `/${LONG}`,
    ].map((text): [string, RegExp] => [text, /^must be the absolute path of a PEM file/]),
  },
  bindOptions: {
    good: [
      ['', []],
      ['accept-proxy', ['accept-proxy']],
      [' ca-file /etc/ssl/ca.pem  verify required', ['ca-file', '/etc/ssl/ca.pem', 'verify', 'required']],
    ],
    bad: ['a\nbind :22', "a'b", 'a"b', 'a\\ b', 'a#b', 'a;b', '${HOME}', 'a%b', 'ä', 'a '.repeat(41), LONG].map(
      (text): [string, RegExp] => [text, /^must be options of HAProxy's bind without quotes/],
    ),
  },
  auth: {
    good: [
      [`The Shop:ann:${SHA512}`, { realm: 'The Shop', user: 'ann', passwordHash: SHA512 }],
      ['r:u:$1$abcdefgh$irWbblnpmw.5z7wgBnprh0', { realm: 'r', user: 'u', passwordHash: '$1$abcdefgh$irWbblnpmw.5z7wgBnprh0' }],
      ['r:u@x.example:zJSpTOBK1CV8o', { realm: 'r', user: 'u@x.example', passwordHash: 'zJSpTOBK1CV8o' }],
      [`r:u:$2y$05$${'a'.repeat(53)}`, { realm: 'r', user: 'u', passwordHash: `$2y$05$${'a'.repeat(53)}` }],
      [`r:u:$y$j9T$salt$${'a'.repeat(43)}`, { realm: 'r', user: 'u', passwordHash: `$y$j9T$salt$${'a'.repeat(43)}` }],
    ],
    bad: [
      ...['', 'a', 'a:b', 'a:b:c:d', `:u:${SHA512}`, `r::${SHA512}`, `"r":u:${SHA512}`, `r'x:u:${SHA512}`, `r:u x:${SHA512}`].map(
        (text): [string, RegExp] => [text, /^must be REALM:USER:HASH/],
      ),
      ...[`r\nbind:u:${SHA512}`, `r\\:u:${SHA512}`, `r%[src]:u:${SHA512}`, `ä:u:${SHA512}`, `r:u\nx:${SHA512}`, `r:u'x:${SHA512}`].map(
        (text): [string, RegExp] => [text, /^must be REALM:USER:HASH/],
      ),
      ...[
        'r:u:secret',
        'r:u:$6$salt$short',
        'r:u:$9$a$b',
        `r:u:${SHA512}\nuser x`,
        `r:u:${SHA512}'`,
        `r:u:${SHA512.replace('$6$', '$6$rounds=999999$')}`,
      ].map((text): [string, RegExp] => [text, /^must end in a password as crypt\(3\) makes it/]),
      [`r:u:$2y$31$${'a'.repeat(53)}`, /^must end in a password/],
    ],
  },
  networkAllowed: {
    good: [
      ['10.0.0.1', ['10.0.0.1']],
      ['10.0.0.0/8 192.0.2.7', ['10.0.0.0/8', '192.0.2.7']],
      [' 10.0.0.0/8,10.0.0.0/08 ', ['10.0.0.0/8']],
      ['FD00::/8 ::1', ['fd00::/8', '::1']],
      ['0.0.0.0/0', ['0.0.0.0/0']],
    ],
    bad: [
      ...[
        'localhost',
        '10.0.0.0/33',
        '::/129',
        '10.0.0.0/',
        '/8',
        '10.0.0',
        '-f /etc/passwd',
        '10.0.0.1\n',
        '10.0.0.1;',
        '!10.0.0.1',
        '}',
      ].map((text): [string, RegExp] => [text, / is no IP address and no network: /]),
      ['', /^names nobody/],
      [Array.from({ length: 1001 }, (_, n) => `10.0.${n >> 8}.${n & 255}`).join(' '), /^holds 1001 addresses, more than 1000/],
    ],
  },
  proxypassPath: {
    good: [
      ['/cart', '/cart'],
      ['/cart/v1.0//', '/cart/v1.0'],
      ['/', ''],
    ],
    bad: ['', 'cart', '/a b', '/a(b)', '/a|b', "/a'b", '/a"', '/a\\1', '/a$', '/a*', '/a\n', '/ä', '/a[b]', `/${LONG}`].map(
      (text): [string, RegExp] => [text, /^must be a path: /],
    ),
  },
  revproxyPath: {
    good: [
      ['/cart', { root: '/cart', asksForRest: false }],
      ['/cart/\\3', { root: '/cart', asksForRest: true }],
      ['/', { root: '', asksForRest: false }],
    ],
    bad: ['', 'cart', '/a b', '/a\\1', '/a\\3\\3', "/a'b", '/a\n', '/a$', `/${LONG}`].map((text): [string, RegExp] => [
      text,
      /^must be a path: /,
    ]),
  },
  redir: {
    good: [
      ['/home', '/home'],
      ['/home?x=1&y=%20#top', '/home?x=1&y=%20#top'],
      ['https://www.example.com:8443/a', 'https://www.example.com:8443/a'],
    ],
    bad: [
      ['/', /^would lead \/ to \/ for ever/],
      ...[
        '',
        'home',
        '//evil.example/',
        'ftp://x/',
        'javascript:alert(1)',
        '/a b',
        "/a'b",
        '/a"b',
        '/a\n',
        '/a{b}',
        '/a[b]',
        '/a\\',
        'https://x',
        `/${LONG}`,
      ].map((text): [string, RegExp] => [text, /^must be a path or a URL/]),
    ],
  },
  healthcheckPortIndex: {
    good: [
      ['0', 0],
      ['2', 2],
      ['-1', -1],
    ],
    bad: ['', 'admin', '1.5', '10000', '-10000', ' 1', '1\n'].map((text): [string, RegExp] => [text, WHOLE]),
  },
  healthcheckHost: {
    good: [
      ['Shop.example', 'shop.example'],
      ['localhost', 'localhost'],
    ],
    bad: ['', '*.example', 'a.example,b.example', 'a example', 'a.example:80', 'a.example\nx', "a'", '-a', 'a..b', '%[src]', LONG].map(
      (text): [string, RegExp] => [text, /^must be one host name/],
    ),
  },
  timeoutServer: DURATION,
  timeoutClient: DURATION,
  timeoutTunnel: DURATION,
  timeoutConnect: {
    good: [
      ['50ms', 50],
      ['19s', 19_000],
    ],
    bad: [['20s', /^must be a time from 50ms to 19s/], ...DURATION.bad],
  },
  timeoutQueue: {
    good: [
      ['5s', 5000],
      ['10m', 600_000],
    ],
    bad: [['11m', /^must be a time from 50ms to 10m/], ...DURATION.bad],
  },
  retries: {
    good: [
      ['0', 0],
      ['10', 10],
    ],
    bad: ['', '11', '-1', 'often', '1 option x'].map((text): [string, RegExp] => [text, WHOLE]),
  },
  maxconn: {
    good: [
      ['1', 1],
      ['100000', 100_000],
    ],
    bad: ['', '0', '100001', 'many', '1 backup'].map((text): [string, RegExp] => [text, WHOLE]),
  },
  rateLimit: {
    good: [
      ['100/10s', { requests: 100, periodMs: 10_000 }],
      ['1/1h', { requests: 1, periodMs: 3_600_000 }],
    ],
    bad: ['', '100', '0/1s', '1/2h', '1/999ms', '1000001/1s', '-1/1s', '1/s', '1/1s ', '1/1s\n', ' 1/1s', '1/1s/1s', '1.5/1s'].map(
      (text): [string, RegExp] => [text, /^must be REQUESTS\/PERIOD/],
    ),
  },
  corsOrigins: {
    good: [
      ['*', 'any'],
      ['https://www.example.com', ['https://www.example.com']],
      ['HTTPS://www.example.com, http://localhost:3000', ['https://www.example.com', 'http://localhost:3000']],
    ],
    bad: [
      ...[
        '',
        'www.example.com',
        'https://www.example.com/',
        'null',
        'https://*.example.com',
        '*,https://a',
        "https://a'",
        'https://a}',
        'https://a\nb',
        'ftp://a',
        '-f',
      ].map((text): [string, RegExp] => [text, / is no origin: /]),
      [Array.from({ length: 101 }, (_, n) => `https://o${n}`).join(','), /^holds 101 origins, more than 100/],
    ],
  },
  backendProto: {
    good: [
      ['h2', 'h2'],
      ['H1', 'h1'],
    ],
    bad: ['', 'h3', 'http/2', 'fcgi', 'h2\n', 'h2 ssl'].map((text): [string, RegExp] => [text, /^must be h1 or h2$/]),
  },
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
      ...['/cart', '/cart /basket', '/Cart', '/a/b.c_d~e!f$g&h(i)*j+k,l=m:n@o%20-', '/', `/${'a'.repeat(999)}`].map(
        (text): [string, Paths] => [text, { text, prefixes: text.split(' '), anyCase: false }],
      ),
      ['  /cart  /basket ', { text: '  /cart  /basket ', prefixes: ['/cart', '/basket'], anyCase: false }],
      ['/cart /cart', { text: '/cart /cart', prefixes: ['/cart'], anyCase: false }],
      ['', { text: '', prefixes: [], anyCase: false }],
      [' ', { text: ' ', prefixes: [], anyCase: false }],
      ['-i /Cart /cart /b', { text: '-i /Cart /cart /b', prefixes: ['/cart', '/b'], anyCase: true }],
      ['-n -m beg -- /cart', { text: '-n -m beg -- /cart', prefixes: ['/cart'], anyCase: false }],
      // Somebody's own text may read these, and nothing else.
      ...['cart', '/cart basket', '/cart;show', '/a?b=c', '/a{b}', '/a[b]', '/a<b', '^/v[0-9]+/ -i', '-i ^/v1$', '\\.php$'].map(
        (text): [string, unknown] => {
          const word = text.split(' ').find((one) => !one.startsWith('/') || !/^[\w/]*$/.test(one)) ?? '';
          const bad = word === '-i' ? '^/v1$' : word;
          return [text, { text, prefixes: [], anyCase: text.startsWith('-i'), notPrefixes: PREFIX_TOLD(bad) }];
        },
      ),
    ],
    bad: [
      ['/cart -f /etc/passwd', PREFIX],
      ['-f /etc/passwd', /^the flag "-f" is not supported/],
      ['-m reg ^/x', /^the flag "-m" is not supported/],
      ['/cart\n/basket', PREFIX],
      ['/cart\t/basket', PREFIX],
      ['/"cart"', PREFIX],
      ["/it's", PREFIX],
      ['/a\\ b', PREFIX],
      ['/a\0', PREFIX],
      ['/a#b', PREFIX],
      ['/ä', PREFIX],
      ['cart if TRUE', PREFIX],
      ['cart || TRUE', PREFIX],
      ['cart { path / }', PREFIX],
      ['cart !x', PREFIX],
      ['x$HOME', PREFIX],
      ['x${HOME}', PREFIX],
      ['x%[env(HOME)]', PREFIX],
      ['^/(a+)+$', /is not a path prefix.*; as a regular expression it may take too long: /],
      [Array.from({ length: 21 }, (_, at) => `^${at}`).join(' '), /is not a path prefix.*; and 21 patterns are more than 20$/],
      [`/${LONG}`, /is longer than 1000 characters; as a regular expression/],
    ],
  },
  pathRegex: {
    good: [
      ['^/v[0-9]+/', { regexes: ['^/v[0-9]+/'], anyCase: false }],
      ['-i ^/a  ^/b ^/a', { regexes: ['^/a', '^/b'], anyCase: true }],
      ...['^/users/[^/]+/orders/[^/]+$', '[.](jpe?g|png)$', '(?i)^/a.*b.*', '/api/.*', '^/(\\d{1,3}\\.){3}x'].map(
        (text): [string, unknown] => [text, { regexes: [text], anyCase: false }],
      ),
      ['"\'#\\.%20{2}', { regexes: ['"\'#\\.%20{2}'], anyCase: false }],
    ],
    bad: [
      ['', /^must be a regular expression/],
      ['-i', /^must be a regular expression/],
      ['^/a -f /etc/passwd', /"-f" is a regular expression that may not be: it begins with -/],
      ['^/(a+)+$', /may not be: a group in it that is repeated/],
      ['^/(a', /may not be: it has what no app may use/],
      ['^/ä', /may not be: it has other characters/],
      ['^/a\n', /may not be: it has other characters/],
      ['^/a\t', /may not be: it has other characters/],
      [LONG, /may not be: it has more than 256 characters/],
      ...[
        '^/a.*b.*c.*d',
        '.*.*.*x',
        '^/a.*|b.*c.*',
        '^/[a-z]{0,99}[b-z]{0,99}[c-z]{0,999}x',
        `^${'a?'.repeat(25)}$`,
        '^/(a*b?a*)(a*)x',
      ].map((text): [string, RegExp] => [text, /may not be: it may take too long: let it begin with \^/]),
      [Array.from({ length: 10 }, (_, at) => `^/.*a.*b${at}`).join(' '), /^holds regular expressions that may take too long together/],
      [Array.from({ length: 11 }, (_, at) => `^${at}`).join(' '), /^holds 11 regular expressions, more than 10$/],
    ],
  },
  keepRoute: BOOLEAN,
  sorryPage: {
    good: [
      ['soon', { type: 'text/plain; charset=utf-8', text: 'soon' }],
      [
        ' \n<p>It\'s "ü" # $HOME %[x] \\\n\t</p>\r\n',
        { type: 'text/html; charset=utf-8', text: ' \n<p>It\'s "ü" # $HOME %[x] \\\n\t</p>\r\n' },
      ],
      ['x'.repeat(8192), { type: 'text/plain; charset=utf-8', text: 'x'.repeat(8192) }],
    ],
    bad: [
      ['', /^must be a page: a text/],
      [' \n', /^must be a page: a text/],
      ['a\0b', /^must be a page without control characters$/],
      ['a\u000bb', /^must be a page without control characters$/],
      ['ü'.repeat(4097), /^must be a page of at most 8192 bytes, and has 8194$/],
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
