import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { lineText, wordsOf } from '../../src/pieces/lines.ts';
import { translateLine } from '../../src/pieces/translate.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

/** What the old line did to a request, as its manual says. */
interface Row {
  readonly old: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the server saw; undefined: it was not asked. */
  readonly seen?: string;
  /** The header that the server saw, or the client; '' where there is none. */
  readonly header?: readonly [name: string, value: string];
  readonly status?: number;
  /** Headers of the server's answer. */
  readonly answered?: Readonly<Record<string, string>>;
}

const STRIP = 'reqirep ^([^\\ :]*)\\ /prefix/(.*) \\1\\ /\\2';
const LOCATION = 'rspirep "^Location: (https?://shop.example(:[0-9]+)?)?(/.*)" "Location:  /root\\3" if { res.hdr(Location) -m found }';

const ROWS: readonly Row[] = [
  { old: STRIP, path: '/prefix/a/b?c=/prefix/d', seen: '/a/b?c=/prefix/d' },
  { old: STRIP, path: '/PREFIX/a', seen: '/a' },
  { old: STRIP, path: '/prefix/', seen: '/' },
  { old: STRIP, path: '/other/prefix/a', seen: '/other/prefix/a' },
  { old: 'reqrep ^([^\\ :]*)\\ /prefix/(.*) \\1\\ /\\2', path: '/PREFIX/a', seen: '/PREFIX/a' },
  { old: 'reqrep "^([^ :]*) /test/?(.*)" "\\1 /\\2"', path: '/test', seen: '/' },
  { old: 'reqrep "^([^ :]*) /test/?(.*)" "\\1 /\\2"', path: '/test?a=b', seen: '/?a=b' },
  { old: 'reqrep "^([^ :]*) /a/([^/ ]*)/(.*)" "\\1 /\\2-\\3"', path: '/a/b/c', seen: '/b-c' },
  { old: 'reqrep ^(GET|POST)\\ /old/(.*)\\ (.*) \\1\\ /new/\\2\\ \\3', path: '/old/x', seen: '/new/x' },
  { old: 'reqrep ^(GET|POST)\\ /old/(.*)\\ (.*) \\1\\ /new/\\2\\ \\3', path: '/old/x', method: 'PUT', seen: '/old/x' },
  { old: 'reqrep ^GET\\ /old.* GET\\ /100%\\ HTTP/1.1', path: '/old/x?y', seen: '/100%' },
  { old: `${STRIP} if { hdr(x-a) 1 } or { hdr(x-b) 1 }`, path: '/prefix/a', headers: { 'x-b': '1' }, seen: '/a' },
  { old: `${STRIP} if { hdr(x-a) 1 } or { hdr(x-b) 1 }`, path: '/prefix/a', seen: '/prefix/a' },
  {
    old: 'reqirep ^Host:\\ (.*)\\.old\\.example Host:\\ \\1.new.example',
    path: '/',
    headers: { host: 'a.OLD.example' },
    header: ['host', 'a.new.example'],
  },
  { old: 'reqirep ^Host:.* Host:\\ inner', path: '/', headers: { host: 'a.example:80' }, header: ['host', 'inner'] },
  { old: 'reqadd X-Part:\\ 5%\\ of\\ all', path: '/', header: ['x-part', '5% of all'] },
  { old: 'reqidel ^X-Secret:.*', path: '/', headers: { 'x-secret': '1' }, header: ['x-secret', ''] },
  { old: 'reqidel ^X-Internal', path: '/', headers: { 'x-internal-user': 'me' }, header: ['x-internal-user', ''] },
  { old: 'reqidel ^X-Internal', path: '/', headers: { 'x-inter': 'me' }, header: ['x-inter', 'me'] },
  { old: 'rspadd Strict-Transport-Security:\\ max-age=15768000', path: '/', header: ['strict-transport-security', 'max-age=15768000'] },
  { old: 'rspidel ^X-Powered-By:', path: '/', answered: { 'X-Powered-By': 'me' }, header: ['x-powered-by', ''] },
  { old: LOCATION, path: '/', answered: { Location: 'https://shop.example:443/a?b' }, header: ['location', '/root/a?b'] },
  { old: LOCATION, path: '/', answered: { Location: '/a' }, header: ['location', '/root/a'] },
  { old: LOCATION, path: '/', answered: { Location: 'https://other.example/a' }, header: ['location', 'https://other.example/a'] },
  { old: 'reqideny ^[^\\ :]*\\ /secret', path: '/SECRET/x', status: 403 },
  { old: 'reqideny ^[^\\ :]*\\ /secret', path: '/x/secret', seen: '/x/secret' },
  { old: 'reqdeny ^User-Agent:\\ .*bot', path: '/', headers: { 'user-agent': 'a robot' }, status: 403 },
  { old: 'reqdeny ^User-Agent:\\ .*bot unless { hdr(x-a) 1 }', path: '/', headers: { 'user-agent': 'a robot', 'x-a': '1' }, seen: '/' },
  { old: 'rspideny ^X-Secret:', path: '/', answered: { 'X-Secret': '1' }, status: 502 },
  { old: 'block if { path /x }', path: '/x', status: 403 },
];

/** In these the header of the answer is looked at. */
const isOfAnswer = ({ old }: Row): boolean => old.startsWith('rsp');

const textOf = ({ old }: Row): readonly string[] => {
  const words = wordsOf(old);
  assert.ok('value' in words, old);
  const translation = translateLine(words.value, 'backend');
  assert.ok('lines' in translation, old);
  return translation.lines.map(lineText);
};

/** Tells in its answer what it saw, and has the headers that are asked of it. */
const startUpstream = async (t: TestContext, checks: string[]): Promise<number> => {
  const server = createServer((asked, answer) => {
    if (asked.url === '/health') checks.push(asked.rawHeaders.join(' '));
    const headers = JSON.parse(String(asked.headers['x-answer'] ?? '{}')) as Record<string, string>;
    answer.writeHead(200, headers).end(JSON.stringify({ url: asked.url, headers: asked.headers }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  lastly(t, () => server.close());
  return (server.address() as AddressInfo).port;
};

const startHaproxy = async (t: TestContext, binary: string, upstream: number): Promise<number> => {
  const folder = tempFolder();
  lastly(t, folder.remove);
  const [port = 0] = await freePorts(1);
  const backends = ROWS.map((row, at) =>
    [`backend b${at}`, ...textOf(row).map((line) => `  ${line}`), `  server s 127.0.0.1:${upstream}`].join('\n'),
  );
  const checked = ['option httpchk GET /health HTTP/1.1\\r\\nHost:\\ shop.example\\r\\nX-Check:\\ 5%'].map((old) =>
    textOf({ old, path: '' })
      .map((line) => `  ${line}`)
      .join('\n'),
  );
  const file = join(folder.path, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  maxconn 100
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend in
  bind 127.0.0.1:${port}
  use_backend %[req.hdr(x-row)]
${backends.join('\n')}
backend checked
${checked.join('\n')}
  server s 127.0.0.1:${upstream} check inter 100ms
`,
  );
  const child: ChildProcess = spawn(binary, ['-db', '-f', file], { stdio: 'ignore' });
  lastly(t, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return port;
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** As it is written: undici and fetch would change some hosts and paths. */
const ask = async (port: number, row: Row, at: number): Promise<Answer> => {
  const headers = { ...row.headers, 'x-row': `b${at}`, 'x-answer': JSON.stringify(row.answered ?? {}) };
  const asked = request({ host: '127.0.0.1', port, path: row.path, method: row.method ?? 'GET', headers, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
};

eachHaproxy(
  'lines of old HAProxys that were translated',
  ({ binary }) =>
    void it('do to requests and answers what they did', async (t) => {
      const checks: string[] = [];
      const port = await startHaproxy(t, binary, await startUpstream(t, checks));
      await waitFor('HAProxy answers', async () => (await ask(port, { old: '', path: '/' }, 0)).status === 200);
      for (const [at, row] of ROWS.entries()) {
        const answer = await ask(port, row, at);
        assert.equal(answer.status, row.status ?? 200, row.old);
        if (answer.status !== 200) continue;
        const seen = JSON.parse(answer.text) as { url: string; headers: Record<string, string> };
        if (row.seen !== undefined) assert.equal(seen.url, row.seen, row.old);
        const [name, value] = row.header ?? [];
        const headers = isOfAnswer(row) ? answer.headers : seen.headers;
        if (name !== undefined) assert.equal(headers[name] ?? '', value, row.old);
      }
      const check = await waitFor('the server is checked', async () => checks[0]);
      assert.match(check, /^Host shop\.example X-Check 5%/i);
    }),
);
