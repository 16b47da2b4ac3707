import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PIECE_NAMES, type PieceName, type Place, pieceOf } from '../../src/pieces/catalogue.ts';
import { refusalOf } from '../../src/pieces/entitled.ts';
import { wordsOf } from '../../src/pieces/lines.ts';
import { readPiece } from '../../src/pieces/read-piece.ts';
import { OWN, PLACES } from './own.ts';

const refusal = (text: string, place: Place): string | undefined => {
  const words = wordsOf(text);
  assert.ok('value' in words, text);
  return refusalOf(words.value, place, OWN);
};

const HASH = `$5$rounds=5000$abcdefgh$${'a'.repeat(43)}`;

/** What is said of a whole text of the app. */
const refusalOfText = (name: PieceName, text: string): string | undefined => {
  const read = readPiece(name, { text, from: 'label' }, {}, OWN);
  return 'wrong' in read ? read.wrong : undefined;
};

const times = (count: number, line: (at: number) => string): string => Array.from({ length: count }, (_, at) => line(at)).join('\n');

const MAY: Readonly<Partial<Record<Place, readonly string[]>>> = {
  userlist: [
    `user ann password ${HASH}`,
    `user ann password $6$rounds=19999$abcdefgh$${'a'.repeat(86)} groups a`,
    'user bob insecure-password secret groups a',
    'group a',
    'group b users ann,bob',
  ],
  'http-rules': [
    'acl host_a hdr(host) -i a.example',
    'acl host_a hdr_end(host) -i lua.example',
    'acl quad hdr(host) -m reg ^(\\\\d{1,3}\\\\.){3}\\\\d{1,3}$',
    'acl parts path_reg ^/([^/]+)/(.*)$ (?i)^/(a|b)[(]+(?:c+)?$',
    'acl many path_reg (ab)+ (a{2}b)*',
    'http-request replace-pathq ^/old/(.*)$ /new/\\1 if host_a',
    'http-request set-header X %[path,regsub(^/a+,/b,g)] if host_a',
    'acl a path -m str if unless',
    'http-request deny if host_a',
    'http-request deny deny_status 403 unless host_a',
    'http-request del-header X -m beg if host_a',
    'http-request return status 200 hdr X-A b hdr X-C d string e if host_a',
    'http-request set-var-fmt(txn.mine) %[path] if host_a',
    'redirect prefix http://a code 301 drop-query append-slash if host_a',
    'acl dash path -m beg -i -- -u /b',
    'acl dash path -m beg -i /b -u',
    'acl list src -n -M -f templates/office.map',
    'acl path_a path_reg ^/a(/.*)?$',
    'acl list src -f templates/office.lst',
    'http-request auth realm "My Shop" if host_a !auth_a',
    'http-request set-header X-A %[src] if host_a',
    'http-request set-var(txn.mine) path if host_a',
    'http-request return status 200 content-type text/plain file templates/a.txt if host_a',
    'redirect scheme https code 301 if !{ ssl_fc } host_a',
    'use_backend shop_10000 if host_a',
    'use_backend shop_10000 if { req.hdr(host),map(templates/hosts.map) -m found }',
    'use_backend shop_10000 unless { http_auth(user_shop_10000) }',
  ],
  'https-rules': ['use_backend shop_10000 if { ssl_fc_sni -m end .a.example }'],
  'app-id-rules': ['use_backend shop_10000 if { hdr(x-marathon-app-id) -i /shop }'],
  frontend: [
    'bind *:10000',
    'bind :10000,10.0.0.1:10000',
    'bind [::]:10000 v6only',
    'bind *:10000 ssl crt /etc/ssl/shop.pem alpn h2,http/1.1 ca-file templates/ca.pem verify required accept-proxy',
    'mode http',
    'timeout client 10m',
    'errorfile 503 templates/503.http',
    'capture request header User-Agent len 100',
    'declare capture response len 1024',
    'stick-table type string len 1k size 1m',
    'use_backend shop_10000',
    'default_backend shop_10000',
    'http-request deny if { src 10.0.0.0/8 }',
    'stick-table type ip size 100k expire 30s store http_req_rate(10s)',
    'http-request track-sc0 src',
    'http-request deny deny_status 429 if { sc_http_req_rate(0) gt 10 }',
    'tcp-request connection reject if { src -f templates/bad.lst }',
    'monitor-uri /alive',
  ],
  'frontend-rules': ['use_backend shop_10000'],
  backend: [
    'balance leastconn',
    'balance url_param id',
    'balance random(32)',
    'balance uri depth 3',
    'mode http',
    'timeout server 30m',
    'timeout connect 2s',
    'timeout tunnel 1d',
    'retries 2',
    'option httpchk GET /',
    'no option httpclose',
    'errorfile 503 templates/errors/503.http',
    'stick-table type string len 32 size 1m expire 1h',
    'stick on cookie(SID)',
    'stick on src table shop_10000',
  ],
  'backend-body': [
    'acl is_http hdr(X-Forwarded-Proto) -i http',
    'http-request set-header X-Forwarded-Port %[dst_port]',
    'http-request redirect scheme https code 301 if is_http',
    'http-request set-src hdr(x-forwarded-for)',
    'http-response set-header X-Frame-Options DENY',
    'http-after-response set-header X-A b',
    'cookie JSESSIONID prefix nocache',
    'compression algo gzip',
    'http-check send hdr Host a',
    'http-check expect rstatus ^2',
    'http-request deny if { nbsrv lt 1 }',
    'http-request deny if { nbsrv(shop_10000) lt 1 }',
    'http-request set-header X-Up %[srv_is_up(agent_31000)]',
    'tcp-request content accept if { src 10.0.0.1 }',
    'default-server inter 5s on-marked-down shutdown-sessions',
    'http-error status 503 content-type text/html file templates/sorry.html',
  ],
  server: [
    'server agent_31000 10.0.0.1:31000 id 7 check inter 5s fall 3',
    'server agent_31000 10.0.0.1:8080 ssl verify required ca-file templates/ca.pem sni req.hdr(host) cookie abc disabled',
  ],
  'server-words': ['check inter 5s fall 3 rise 2', 'check port 8080', 'check check-ssl verify none'],
};

const MAY_NOT: Readonly<Partial<Record<Place, readonly (readonly [line: string, wrong: RegExp])[]>>> = {
  userlist: [
    ['userlist other', /no app may use/],
    ['bind :1', /no app may use/],
    // HAProxy hashes when it reads the line, and at each request.
    [`user a password $6$rounds=999999999$abcdefgh$${'a'.repeat(86)}`, /up to 19999 rounds/],
    [`user a groups b password $5$rounds=20000$abcdefgh$${'a'.repeat(43)}`, /up to 19999 rounds/],
    ['user a password $2y$31$abc', /up to 19999 rounds/],
    ['user a password secret', /a plain one is an insecure-password/],
    ['user a password', /a plain one is an insecure-password/],
    ['user a insecure-password b secret c', /has "secret" for a user/],
  ],
  'http-rules': [
    ['use_backend other if host_a', /its own is \{backend\}/],
    ['use_backend %[req.hdr(x)] if host_a', /its own is \{backend\}/],
    ['use_backend shop_10000', /without a condition/],
    ['use_backend shop_10000 if', /without a condition/],
    ['default_backend shop_10000', /no app may use among the rules of all apps/],
    ['redirect scheme https', /without a condition/],
    ['http-request deny', /without a condition/],
    ['http-request allow if TRUE', /may use here/],
    ['http-request set-log-level silent if host_a', /may use here/],
    ['http-request set-src src if host_a', /may use here/],
    ['http-request set-var(txn.backend) str(other) if host_a', /which Sluice needs/],
    ['http-request set-var-fmt(txn.host) a if host_a', /which Sluice needs/],
    ['http-request set-header X %[str(a),set-var(txn.backend)] if host_a', /which Sluice needs/],
    ['http-request set-var(proc.a) str(b) if host_a', /only txn\., req\./],
    ['http-request use-service prometheus-exporter if host_a', /may use here/],
    ['http-request set-map(maps/routes.map) a b if host_a', /may use here/],
    ['http-response set-header X a if host_a', /no app may use/],
    ['timeout client 1s', /no app may use/],
    ['option httplog', /no app may use/],
    ['bind *:10000', /no app may use/],
    // HAProxy would see no condition, or another one: what keeps a rule to the app's hosts would be no part of it.
    ['http-request set-header if a if host_a', /more than one `if` or `unless`/],
    ['redirect location unless if host_a', /more than one `if` or `unless`/],
    ['use_backend shop_10000 if { hdr(a) unless }', /more than one `if` or `unless`/],
    ['http-request return hdr if string foo', /is no beginning of a condition/],
    ['http-request return hdr X if string foo', /is no beginning of a condition/],
    ['http-request return status 200 content-type text/plain string if foo', /is no beginning of a condition/],
    ['http-request deny deny_status 403 hdr X if string a', /is no beginning of a condition/],
    ['http-request set-header if a', /is no beginning of a condition/],
    ['http-request set-header X if host_a', /is no beginning of a condition/],
    ['http-request set-path if host_a', /is no beginning of a condition/],
    ['http-request set-var(txn.mine) if host_a', /is no beginning of a condition/],
    ['http-request set-var-fmt(txn.mine) if host_a', /is no beginning of a condition/],
    ['http-request auth realm if host_a', /is no beginning of a condition/],
    ['http-request del-header if -m beg', /is no beginning of a condition/],
    ['redirect location if code 301', /is no beginning of a condition/],
    ['redirect scheme https set-cookie if host_a', /is no beginning of a condition/],
    ['acl a src -u 7 10.0.0.1', /has "-u" for an ACL/],
    ['acl a path -m beg -i -u 7 /b', /has "-u" for an ACL/],
    ['use_backend shop_10000 if host_a !{ path -i -u 7 /b }', /has "-u" for an ACL/],
    ['acl a path -x /b', /has "-x" for an ACL/],
    ['acl own:other path /', /no colon may be in its name/],
    ['use_backend shop_10000 if { path /a:b } !own:other', /"!own:other": no colon/],
    ['acl a path_reg ^/(a+)+$', /may take too long: a group in it that is repeated/],
    ['acl a path_reg ^/x (a*)*$', /may take too long/],
    ['acl a path_reg (x(a+)y){2,}', /may take too long/],
    ['acl a path_reg (a?a)*$', /may take too long/],
    ['acl a path_reg (a|a)+$', /may take too long/],
    ['acl a path_reg (a?){30}$', /may take too long/],
    ['acl a path_reg ((a+){5}){5}$', /may take too long/],
    ['acl a path_reg (a(?1)?)+', /may take too long/],
    ['acl a path_reg (a+\\\\Q)(\\\\E)+', /may take too long/],
    ['acl a path_reg "(a+){ 2, }"', /may take too long/],
    ['acl a path_reg [\\\\c\\\\](a+)+]', /may take too long/],
    ['acl a path -m reg -m str (a+)+', /may take too long/],
    ['acl a path_reg (?x)a', /may take too long/],
    ['acl a path_reg (a', /may take too long/],
    [`acl a path_reg ${'a'.repeat(257)}`, /more than 256 characters/],
    ['acl a hdr_reg(host) -i (a+)+', /may take too long/],
    ['acl a hdr(host),lower -m reg -i (a+)+', /may take too long/],
    ['use_backend shop_10000 if host_a !{ path -m reg (a+)+ }', /may take too long/],
    ['use_backend shop_10000 if { path_reg -i -- (a+)+ }', /may take too long/],
    ['http-request replace-header X (a+)+ b if host_a', /may take too long/],
    ['http-request replace-value X (a+)+ b if host_a', /may take too long/],
    ['http-request replace-path (a+)+ b if host_a', /may take too long/],
    ['http-request replace-uri (a+)+ b if host_a', /may take too long/],
    ['http-request del-header (a+)+ -m reg if host_a', /may take too long/],
    ['http-request set-header X %[path,regsub((a+)+,b)] if host_a', /may take too long/],
    ['http-request set-header X "%[path,regsub(\'(a+\\"\\")+\',b)]" if host_a', /may take too long/],
    ['acl a src -f /etc/passwd', /names the file "\/etc\/passwd": only files in templates/],
    ['acl a src -f templates/../haproxy.cfg', /names the file/],
    ['acl a src -f', /names no file/],
    ['acl a src -M -f maps/routes.map', /names the file/],
    ['acl a req.hdr(host),map_reg(/etc/passwd) -m found', /names the file/],
    ['acl a req.hdr(host),map("/etc/passwd") -m found', /names the file/],
    ['acl a lua.check', /uses Lua/],
    ['acl a src,lua.check -m found', /uses Lua/],
    ['acl a env(HOME) -m found', /uses env\(\)/],
    ['acl a nbsrv(other_10001) gt 0', /not its own/],
    ['acl a srv_is_up(other_10001/a)', /not its own/],
    ['acl a http_auth(user_other_10001)', /not its own/],
    // Who may see the statistics.
    ['acl a http_auth(user_stats)', /not its own/],
    ['acl a src_conn_rate(other_10001) gt 1', /not its own/],
    ['acl a src,in_table(other_10001)', /not its own/],
    ['acl a src,debug -m found', /uses debug/],
    ['http-request return status 200 lf-file /etc/passwd if host_a', /names the file/],
    ['http-request return status 200 errorfile /etc/passwd if host_a', /names the file/],
  ],
  frontend: [
    ['bind *:80', /its port is 10000/],
    ['bind *:10000,*:443', /its port is 10000/],
    ['bind *:10000-10010', /its port is 10000/],
    ['bind unix@/tmp/a:10000', /one IP address/],
    ['bind /tmp/a.sock', /its port is 10000/],
    ['bind abns@a:10000', /one IP address/],
    ['bind fd@3', /its port is 10000/],
    ['bind *:10000 ssl crt /etc/ssl/private/all.pem', /names the file/],
    ['bind *:10000 ssl crt-list templates/a', /no app may use/],
    ['bind *:10000 level admin', /no app may use/],
    ['bind *:10000 interface eth0', /no app may use/],
    ['bind *:10000 thread 1', /no app may use/],
    ['mode tcp', /its mode is http/],
    ['listen other', /no app may use/],
    ['frontend other', /no app may use/],
    ['backend other', /no app may use/],
    ['defaults', /no app may use/],
    ['global', /no app may use/],
    ['.if 1', /no app may use/],
    ['no bind *:80', /no app may use/],
    ['log stdout local0', /no app may use/],
    ['log-format a', /no app may use/],
    ['stats enable', /no app may use/],
    ['filter spoe engine a config /etc/a', /no app may use/],
    ['errorfile 503 /etc/passwd', /names the file/],
    ['capture request header A len 999999', /1024 at most/],
    ['declare capture request len 1025', /1024 at most/],
    ['stick-table type string len 1025 size 1k', /keys of "1025" bytes: 1024 at most/],
    ['stick-table type binary len 8 len 2k size 1k', /keys of "2k" bytes/],
    ['stick-table type ip size 1 size 100m', /1m at most/],
    ['stick-table type ip', /1m at most/],
    ['stick-table type ip size 1k write-to other', /peers/],
    ['stick-table type ip size 100m', /1m at most/],
    ['stick-table type ip size 1m peers a', /peers/],
    ['use_backend other', /its own/],
    ['tcp-request content set-dst src', /may use here/],
    ['http-request track-sc0 src table other', /not its own/],
  ],
  'frontend-rules': [['bind *:10000', /no app may use/]],
  'backend-body': [
    ['server a 10.0.0.9:80', /no app may use/],
    ['server-template a 3 example:80', /no app may use/],
    ['default-server addr 10.0.0.9', /no app may use/],
    ['default-server id 3', /another id/],
    ['dispatch 10.0.0.9:80', /no app may use/],
    ['source 0.0.0.0 usesrc client', /no app may use/],
    ['option transparent', /no app may use/],
    ['option external-check', /no app may use/],
    ['external-check command /bin/sh', /no app may use/],
    ['email-alert mailers a', /no app may use/],
    ['http-request do-resolve(txn.a,b) hdr(host)', /may use here/],
    ['http-request set-dst hdr(x)', /may use here/],
    ['http-request lua.a', /may use here/],
    ['http-request cache-use a', /may use here/],
    ['http-request use-service lua.a', /may use here/],
    ['http-check connect addr 169.254.169.254 port 80', /another address/],
    ['tcp-check connect addr 10.0.0.9', /another address/],
    ['balance random(33)', /random\(N\) with N up to 32/],
    ['balance random(2) random(900)', /must be a load balancing algorithm/],
    ['balance "uri whole"', /must be a load balancing algorithm/],
    ['balance log-hash lower', /must be a load balancing algorithm/],
    ['balance', /must be a load balancing algorithm/],
    ['http-check expect rstring (a+)+', /may take too long/],
    ['http-check expect hdr name -m reg (a+)+', /may take too long/],
    ['http-response replace-header X (a+)+ b', /may take too long/],
    ['timeout connect 1m', /3s at most/],
    ['timeout connect', /3s at most/],
    ['retries 10', /3 at most/],
    ['stick on src table other', /not its own/],
    ['load-server-state-from-file global', /no app may use/],
    ['use-fcgi-app a', /no app may use/],
    ['constructor', /no app may use/],
    ['stats admin if TRUE', /no app may use/],
  ],
  server: [
    ['server other 10.0.0.1:80', /it is \{serverName\}/],
    ['server agent_31000 10.0.0.9:80', /a server is at \{host_ipv4\}/],
    ['server agent_31000 10.0.0.1', /a server is at/],
    ['server agent_31000 unix@/tmp/a', /a server is at/],
    ['server agent_31000 10.0.0.1:0', /from 1 to 65535/],
    ['server agent_31000 10.0.0.1:80 id 8', /another id/],
    ['server agent_31000 10.0.0.1:80 addr 10.0.0.9', /no app may use/],
    ['server agent_31000 10.0.0.1:80 source 0.0.0.0', /no app may use/],
    ['server agent_31000 10.0.0.1:80 track other/a', /no app may use/],
    ['server agent_31000 10.0.0.1:80 ssl crt /etc/ssl/private/all.pem', /names the file/],
    ['server agent_31000 10.0.0.1:80 agent-check agent-addr 10.0.0.9', /no app may use/],
    ['server agent_31000 10.0.0.1:80 socks4 10.0.0.9:1', /no app may use/],
    ['backend other', /no app may use/],
  ],
  'server-words': [
    ['check addr 10.0.0.9', /no app may use/],
    ['id 3', /another id/],
    ['check inter', /no app may use/],
  ],
};

describe('what an app may write', () => {
  for (const [place, lines] of Object.entries(MAY))
    for (const line of lines) it(`${place}: ${line}`, () => assert.equal(refusal(line, place as Place), undefined));

  it('is none of the variables that templates/ sets', () => {
    const texts = globSync('templates/*.hbs').map((file) => readFileSync(file, 'utf8'));
    const names = new Set(texts.flatMap((text) => [...text.matchAll(/set-var(?:-fmt)?\(([\w.]+)\)/g)].map(([, name = '']) => name)));
    assert.ok(names.has('txn.backend'));
    for (const name of names)
      assert.match(refusal(`http-request set-var(${name}) str(a) if TRUE`, 'http-rules') ?? '', /which Sluice needs/, name);
  });

  it('is nothing where the piece is the operator’s', () => {
    for (const place of ['head', 'shared-frontend', 'vhost-rules', 'vhost-backend', 'vhost-frontend'] as const)
      assert.match(refusal('mode http', place) ?? '', /no app may use/);
  });
});

describe('what an app may not write', () => {
  for (const [place, lines] of Object.entries(MAY_NOT))
    for (const [line, wrong] of lines)
      it(`${place}: ${line}`, () => {
        assert.match(refusal(line, place as Place) ?? 'it is taken', wrong);
      });
});

describe('how much an app may write', () => {
  const users = (count: number): string => `userlist user_shop_10000\n${times(count, (at) => `user u${at} password ${HASH}`)}`;
  it('is 100 users with hashes', () => {
    assert.equal(refusalOfText('USERLIST_HEAD', users(100)), undefined);
    assert.match(refusalOfText('USERLIST_HEAD', users(101)) ?? '', /more than 100 users/);
  });

  const frontend = (lines: string): string => `frontend shop_10000\n${lines}`;

  it('is 16 addresses', () => {
    const binds = times(8, (at) => `bind 10.0.0.${at}:10000,10.0.1.${at}:10000`);
    assert.equal(refusalOfText('FRONTEND_HEAD', frontend(binds)), undefined);
    assert.match(refusalOfText('FRONTEND_HEAD', frontend(`${binds}\nbind *:10000`)) ?? '', /binds more than 16 addresses/);
  });

  it('is 16 captures', () => {
    const captures = times(8, (at) => `declare capture request len 9\ncapture request header X-${at} len 9`);
    assert.equal(refusalOfText('FRONTEND_HEAD', frontend(captures)), undefined);
    const more = frontend(`${captures}\ndeclare capture response len 1`);
    assert.match(refusalOfText('FRONTEND_HEAD', more) ?? '', /more than 16 times/);
  });

  it('is 20 regular expressions', () => {
    const head = (count: number): string => `backend shop_10000\n${times(count, (at) => `acl a path_reg ^/a${at}$ ^/b${at}$`)}`;
    assert.equal(refusalOfText('BACKEND_HEAD', head(10)), undefined);
    assert.match(refusalOfText('BACKEND_HEAD', `${head(10)}\nreqidel ^X-A: if {{ path_reg c }}`) ?? '', /more than 20 regular expressions/);
  });

  it('is no old word for a regular expression that takes too long', () => {
    const text = String.raw`reqirep ^X-Old:\ ((a+)+) X-Old:\ \1`;
    assert.match(refusalOfText('BACKEND_HEAD', `backend shop_10000\n${text}`) ?? '', /may take too long/);
  });
});

/** Words that an attacker would try, and the quotes to hide them in. */
const WORDS = [
  ...[
    'frontend',
    'backend',
    'listen',
    'global',
    'defaults',
    'userlist',
    '.if',
    'no',
    'bind',
    'server',
    'use_backend',
    'default_backend',
    'acl',
    'a',
    'other',
  ],
  ...[
    'http-request',
    'http-response',
    'tcp-request',
    'content',
    'set-var(txn.backend)',
    'set-var(proc.a)',
    'return',
    'status',
    '200',
    'file',
    'lf-file',
    'deny',
    'allow',
  ],
  ...[
    'errorfile',
    '503',
    '/etc/secret',
    'templates/a',
    'templates/../a',
    '-f',
    '-m',
    'found',
    'if',
    'unless',
    '{',
    '}',
    'or',
    'TRUE',
    'src',
    'hdr(host)',
    'lua.a',
  ],
  ...[
    'src,map(/etc/secret)',
    'src,lua.a',
    'env(A)',
    'nbsrv(other)',
    'str(a),set-var(txn.backend)',
    '*:80',
    '*:10000',
    ':10000,:80',
    'ssl',
    'crt',
    'ca-file',
  ],
  ...[
    'shop_10000',
    'agent_31000',
    '10.0.0.1:80',
    '10.0.0.9:80',
    'unix@/a',
    'check',
    'addr',
    'option',
    'httpchk',
    'mode',
    'http',
    'redirect',
    'location',
    '/',
    'log',
    'stats',
  ],
  ...['rspadd', 'reqirep', 'X:\\ a', 'reqisetbe', '^GET\\ /', 'monitor-net', 'timeout', 'server', '1s', 'process', '1'],
];

const hidden = fc.tuple(fc.constantFrom(...WORDS), fc.nat({ max: 9 })).map(([word, how]) => {
  if (how === 0) return `"${word}"`;
  if (how === 1) return `'${word}'`;
  if (how === 2) return `${word.slice(0, 1)}"${word.slice(1)}"`;
  if (how === 3) return `\\x${word.charCodeAt(0).toString(16).padStart(2, '0')}${word.slice(1)}`;
  return word;
});
const breaks = fc.constantFrom('\n', '\r\n', '\n\n', '\r', '\\n', ' # ', '\u000b', '\u0000', '\\\n', ' \\\n');
const text = fc
  .array(fc.oneof({ weight: 8, arbitrary: hidden.map((word) => `${word} `) }, { weight: 1, arbitrary: breaks }), { maxLength: 14 })
  .map((parts) => parts.join(''));

const OPENINGS: Readonly<Partial<Record<Place, string>>> = {
  userlist: 'userlist user_shop_10000\n',
  frontend: 'frontend shop_10000\n',
  backend: 'backend shop_10000\n',
};

const SECTIONS =
  /^(?:global|defaults|frontend|backend|listen|userlist|peers|resolvers|mailers|program|cache|http-errors|ring|log-forward|fcgi-app|crt-store|traces|acme|log-profile|\..*)$/;

/** Said in another way than in src/: what no line may be, once quotes are gone. */
const assertHarmless = (line: string, place: Place): void => {
  const plain = line.replaceAll(/["'\\]/g, '');
  const [first = '', second = '', third = ''] = plain.split(/\s+/);
  assert.doesNotMatch(line, /[\n\r\0]/);
  assert.doesNotMatch(first, SECTIONS);
  assert.doesNotMatch(plain, /(?:^| )-f (?!templates\/a\b)/);
  if (first.startsWith('http-')) assert.doesNotMatch(plain, / (?:file|lf-file|errorfile) (?!templates\/a\b)/);
  if (first === 'errorfile') assert.match(plain, / templates\/a\b/);
  if (['bind', 'server', 'default-server'].includes(first) || place === 'server-words')
    assert.doesNotMatch(plain, /(?:crt|ca-file) (?!templates\/a\b)/);
  // What an ACL compares with may look like Lua: lua.example is a host.
  assert.doesNotMatch(first === 'acl' ? plain.split(/\s+/).slice(0, 3).join(' ') : plain, /lua\./);
  assert.doesNotMatch(plain, /map\(\/etc|,lua\.|env\(|nbsrv\(other|set-var\((?:proc|txn\.backend)/);
  if (first === 'bind') assert.match(second, /^\*?:10000$/);
  if (first === 'server') assert.equal(`${place} ${second} ${third}`, 'server agent_31000 10.0.0.1:80');
  if (first.endsWith('_backend')) assert.equal(second, 'shop_10000');
  if (place.endsWith('-rules') && place !== 'frontend-rules' && first !== 'acl') assert.match(plain, / (?:if|unless) /);
  assert.ok(!['log', 'stats', 'dispatch', 'source', 'filter', 'no'].includes(first) || plain.startsWith('no option'), plain);
};

describe('whatever an app writes', () => {
  it('opens no section, no bind and no file that is not its own', () => {
    const pieces = PIECE_NAMES.filter((name) => pieceOf(name).label === 'read' && PLACES.includes(pieceOf(name).place));
    let taken = 0;
    fc.assert(
      fc.property(fc.constantFrom(...pieces), text, (name, written) => {
        const { place } = pieceOf(name);
        const braces = pieceOf(name).placeholders === undefined ? written : written.replaceAll(/[{}]/g, '$&$&');
        const read = readPiece(name, { text: (OPENINGS[place] ?? '') + braces, from: 'label' }, {}, OWN);
        if ('wrong' in read) return;
        if (read.value.lines.length > 0) taken += 1;
        for (const line of read.value.lines) assertHarmless(line, place);
      }),
      { numRuns: 20_000 },
    );
    // If nothing were ever taken nothing would have been looked at.
    assert.ok(taken > 20, `${taken} texts were taken`);
  });
});
