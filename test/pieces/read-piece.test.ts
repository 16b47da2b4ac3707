import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type PieceName, pieceOf } from '../../src/pieces/catalogue.ts';
import { type PieceText, readPiece } from '../../src/pieces/read-piece.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';
import { OWN } from './own.ts';

const VALUES = {
  backend: 'shop_10000',
  cleanedUpHostname: 'shop_example_shop',
  hostname: 'shop.example',
  path: '/cart',
  realm: 'Shop',
  appId: '/shop',
  bindAddr: '*',
  servicePort: 10000,
  mode: 'http',
  sslCert: '',
  bindOptions: '',
  balance: 'roundrobin',
  user: 'ann',
  passwd: `$5$rounds=5000$abcdefgh$${'a'.repeat(43)}`,
  host: 'agent',
  host_ipv4: '10.0.0.1',
  port: 31000,
  serverName: 'agent_31000',
  serverId: 7,
  cookieOptions: ' check cookie 13d473d85a',
  healthCheckOptions: ' check inter 5s fall 3',
  otherOptions: '',
  healthCheckPath: '/health',
  healthCheckTimeoutSeconds: 10,
  healthCheckIntervalSeconds: 5,
  healthCheckFalls: 3,
  healthCheckPortOptions: '',
};

const read = (name: PieceName, text: string, from: 'label' | 'environment' | 'file' = 'label') =>
  readPiece(name, { text, from }, VALUES, OWN);

const taken = (name: PieceName, text: string, from?: 'label' | 'environment' | 'file'): PieceText => {
  const made = read(name, text, from);
  assert.ok('value' in made, 'wrong' in made ? made.wrong : '');
  return made.value;
};

const wrongOf = (name: PieceName, text: string, from?: 'label' | 'environment' | 'file'): string => {
  const made = read(name, text, from);
  return 'wrong' in made ? made.wrong : 'it is taken';
};

describe('a text in place of a piece', () => {
  it('has its placeholders filled in, below the line that opens its section', () => {
    assert.deepEqual(taken('BACKEND_HEAD', '\nbackend {backend}\n  balance {balance}\n  # slow\n  timeout server 30m\n\n  mode {mode}\n'), {
      opens: true,
      lines: ['balance roundrobin', 'timeout server 30m', 'mode http'],
      translated: [],
    });
  });

  it('may be empty', () => {
    for (const from of ['label', 'file'] as const) {
      assert.deepEqual(taken('FRONTEND_HEAD', '', from), { opens: false, lines: [], translated: [] });
      assert.deepEqual(taken('FRONTEND_BACKEND_GLUE', ' \n', from), { opens: false, lines: [], translated: [] });
    }
  });

  it('has single braces where Marathon-LB never formatted it, and double ones elsewhere', () => {
    assert.deepEqual(taken('BACKEND_HTTP_OPTIONS', '  http-request deny if { path /x }').lines, ['http-request deny if { path /x }']);
    assert.deepEqual(taken('HTTPS_FRONTEND_ACL', 'use_backend {backend} if {{ ssl_fc_sni -m end .{hostname} }}').lines, [
      'use_backend shop_10000 if { ssl_fc_sni -m end .shop.example }',
    ]);
    assert.match(wrongOf('HTTPS_FRONTEND_ACL', 'use_backend {backend} if { ssl_fc_sni a }'), /a brace for HAProxy is written twice/);
  });

  it('is translated, and tells so', () => {
    const { lines, translated } = taken('BACKEND_HTTP_OPTIONS', '  rspadd X-A:\\ b\n  option httplog\n  option forwardfor\n');
    assert.deepEqual(lines, ['http-response add-header X-A b', 'option forwardfor']);
    assert.deepEqual(translated, [
      { from: 'rspadd X-A:\\ b', to: ['http-response add-header X-A b'] },
      { from: 'option httplog', to: [] },
    ]);
  });

  it('says what to write where it cannot be translated', () => {
    for (const from of ['label', 'environment', 'file'] as const)
      assert.match(wrongOf('BACKEND_HTTP_OPTIONS', 'rsprep ^HTTP/1.1\\ 404 HTTP/1.1\\ 200', from), /^uses rsprep .*: write http-response/);
  });

  it('begins with its section, and with no other', () => {
    assert.match(wrongOf('BACKEND_HEAD', '  balance leastconn'), /must begin with the line `backend shop_10000`/);
    assert.match(wrongOf('BACKEND_HEAD', 'listen {backend}'), /must begin/);
    assert.match(wrongOf('FRONTEND_HEAD', 'frontend other\n bind *:10000'), /must begin/);
    assert.match(wrongOf('FRONTEND_HEAD', 'frontend {backend} from other\n bind *:10000'), /must begin/);
    assert.match(wrongOf('USERLIST_HEAD', 'userlist other\n user a password b'), /must begin with the line `userlist user_shop_10000`/);
    assert.match(wrongOf('BACKEND_HEAD', 'backend {backend}\nfrontend evil\n bind *:22'), /no app may use/);
    assert.match(wrongOf('BACKEND_HTTP_OPTIONS', '\tfrontend evil\n bind *:22'), /no app may use/);
  });

  it('has real line breaks, and is told so where it has a backslash and an n', () => {
    for (const text of [
      'balance leastconn\\nmode http',
      '  balance leastconn\\n  mode http',
      'option httpchk GET /\\n  timeout check 5s',
      'mode http\\n',
    ])
      assert.match(wrongOf('BACKEND_HTTP_OPTIONS', text), /the two characters \\n where a line is to end/, text);
    for (const text of [
      'tcp-check send PING\\n',
      "http-request return string 'a\\nb'",
      'option httpchk GET / HTTP/1.1\\r\\nHost:\\ a',
      'cookie a\\\\nb prefix',
    ])
      assert.doesNotMatch(wrongOf('BACKEND_HTTP_OPTIONS', text), /two characters/, text);
  });

  it('is one line in the line of a server', () => {
    assert.match(
      wrongOf('BACKEND_SERVER_OPTIONS', 'server {serverName} {host_ipv4}:{port}\nserver b 10.0.0.2:1'),
      /no app may use|it is \{serverName\}/,
    );
    assert.match(wrongOf('BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS', 'check\ninter 5s'), /more than one line/);
  });

  it('is the operator’s as it stands, but for what HAProxy has no more', () => {
    const text =
      'frontend {backend}\n  bind "${ADDRESS}:443" ssl crt /etc/ssl/all.pem\n  log stdout  local0 # why\n  rspadd X:\\ y\n\nlisten more\n  bind :1\n';
    for (const from of ['environment', 'file'] as const)
      assert.deepEqual(taken('FRONTEND_HEAD', text.replace('${ADDRESS}', '${{ADDRESS}}'), from), {
        opens: true,
        lines: [
          'bind "${ADDRESS}:443" ssl crt /etc/ssl/all.pem',
          'log stdout  local0 # why',
          'http-response add-header X y',
          'listen more',
          'bind :1',
        ],
        translated: [{ from: 'rspadd X:\\ y', to: ['http-response add-header X y'] }],
      });
  });
});

/** What Marathon-LB's users have in their labels, from its wiki and its issues. */
const RECIPES: readonly (readonly [name: PieceName, text: string])[] = [
  [
    'HTTP_FRONTEND_ACL',
    '  acl host_{cleanedUpHostname} hdr_end(host) -i {hostname}\n  use_backend {backend} if host_{cleanedUpHostname}\n',
  ],
  ['HTTPS_FRONTEND_ACL', '  use_backend {backend} if {{ ssl_fc_sni -m end .{hostname} }}\n'],
  [
    'HTTP_FRONTEND_ACL_WITH_PATH',
    '  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n  acl path_{backend} path_reg ^{path}/[0-9]+$\n  use_backend {backend} if host_{cleanedUpHostname} path_{backend}\n',
  ],
  ['HTTP_FRONTEND_ACL_ONLY_WITH_PATH', '  acl path_{backend} path_reg ^{path}/[a-z]{{2}}/\n'],
  ['HTTPS_FRONTEND_ACL_ONLY_WITH_PATH', '  acl path_{backend} path_reg ^{path}/\n'],
  [
    'HTTP_FRONTEND_ACL_WITH_AUTH',
    '  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n  http-request auth realm "{realm}" if host_{cleanedUpHostname} !auth_{cleanedUpHostname}\n  use_backend {backend} if host_{cleanedUpHostname}\n',
  ],
  ['BACKEND_REDIRECT_HTTP_TO_HTTPS', '  redirect scheme https code 301 if !{{ ssl_fc }} {{ hdr(host) -i shop.example }}\n'],
  [
    'BACKEND_HEAD',
    '\nbackend {backend}\n  balance {balance}\n  mode {mode}\n  timeout server 30m\n  timeout client 30m\n  timeout tunnel 1h\n',
  ],
  [
    'BACKEND_HTTP_HEALTHCHECK_OPTIONS',
    '  option  httpchk GET {healthCheckPath} HTTP/1.1\\r\\nHost:\\ www\n  timeout check {healthCheckTimeoutSeconds}s\n',
  ],
  [
    'BACKEND_HTTP_OPTIONS',
    '  acl is_proxy_https hdr(X-Forwarded-Proto) https\n  redirect scheme https unless {{ ssl_fc }} or is_proxy_https\n'
      .replaceAll('{{', '{')
      .replaceAll('}}', '}'),
  ],
  [
    'BACKEND_HTTP_OPTIONS',
    '  option forwardfor\n  http-request set-header X-Forwarded-Port %[dst_port]\n  http-request add-header X-Forwarded-Proto https if { ssl_fc }\n  option httplog\n',
  ],
  ['USERLIST_HEAD', '\nuserlist user_{backend}\n  user {user} password {passwd}\n  user bob insecure-password secret\n'],
  ['BACKEND_STICKY_OPTIONS', '  cookie JSESSIONID prefix nocache\n'],
  [
    'FRONTEND_HEAD',
    '\nfrontend {backend}\n  bind {bindAddr}:{servicePort}{sslCert}{bindOptions}\n  mode {mode}\n  errorfile 503 templates/500.http\n',
  ],
  ['FRONTEND_BACKEND_GLUE', '  acl internal src 10.0.0.0/8\n  use_backend {backend} if internal\n'],
  ['BACKEND_SERVER_OPTIONS', '  server {serverName} {host_ipv4}:8080 id {serverId}{cookieOptions}{healthCheckOptions}{otherOptions}\n'],
  [
    'BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS',
    '  check inter {healthCheckIntervalSeconds}s fall {healthCheckFalls}{healthCheckPortOptions} rise 3\n',
  ],
  ['BACKEND_HSTS_OPTIONS', '  rspadd  Strict-Transport-Security:\\ max-age=15768000;\\ includeSubDomains\n'],
  ['HTTP_BACKEND_PROXYPASS_GLUE', '  http-request set-header Host {hostname}\n  reqirep  "^([^ :]*) {path}/?(.*)" "\\1\\ /\\2"\n'],
  [
    'HTTP_BACKEND_REVPROXY_GLUE',
    '  acl hdr_location res.hdr(Location) -m found\n  rspirep "^Location: (https?://{hostname}(:[0-9]+)?)?(/.*)" "Location:   {path}\\3" if hdr_location\n',
  ],
];

const SECTION: Readonly<Record<string, 'frontend' | 'backend' | 'userlist' | 'server'>> = {
  'http-rules': 'frontend',
  'https-rules': 'frontend',
  frontend: 'frontend',
  'frontend-rules': 'frontend',
  userlist: 'userlist',
  server: 'backend',
  'server-words': 'server',
};

const configWith = (name: PieceName, lines: readonly string[]): string => {
  const where = SECTION[pieceOf(name).place] ?? 'backend';
  const put = (section: string): string => (where === section ? lines.map((line) => `  ${line}\n`).join('') : '');
  const bind = lines.some((line) => line.startsWith('bind ')) ? '' : '  bind *:10000\n';
  const server = lines.some((line) => line.startsWith('server '))
    ? ''
    : `  server a 10.0.0.1:1 ${where === 'server' ? lines.join(' ') : ''}\n`;
  const users = where === 'userlist' ? put('userlist') : '  user a insecure-password b\n';
  return `global
  maxconn 100
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
userlist user_shop_10000
${users}frontend in
${bind}${put('frontend')}backend shop_10000
${put('backend')}${server}`;
};

eachHaproxy('recipes of Marathon-LB', ({ binary }) => {
  for (const [name, text] of RECIPES)
    it(`are taken from a label: ${name} ${JSON.stringify(text.trim().slice(0, 60))}`, (t) => {
      const folder = runFolder(t);
      mkdirSync(join(folder, 'templates'));
      writeFileSync(join(folder, 'templates/500.http'), 'HTTP/1.0 503 Sorry\r\nContent-Type: text/html\r\n\r\nSorry\r\n');
      writeFileSync(join(folder, 'haproxy.cfg'), configWith(name, taken(name, text).lines));
      const { status, stderr } = spawnSync(binary, ['-c', '-f', 'haproxy.cfg'], { cwd: folder, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
});
