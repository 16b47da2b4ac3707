import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { checkConfig } from '../../src/haproxy/check.ts';
import { ConfigRefused, parseDiagnostics } from '../../src/haproxy/diagnostics.ts';
import { StartStates } from '../../src/haproxy/start-states.ts';
import { configFiles, eachHaproxy, runFolder } from '../kit/haproxy.ts';

const at = (line: number, file = 'f.cfg'): object => ({ file, line });

const TABLE: readonly [string, string, object][] = [
  [
    'an unknown keyword',
    "[ALERT]    (31) : config : parsing [f.cfg:9] : unknown keyword 'frobnicate' in 'backend' section",
    { severity: 'alert', ...at(9), message: "unknown keyword 'frobnicate' in 'backend' section" },
  ],
  [
    'a server line',
    "[ALERT]    (31) : config : [f.cfg:10] : 'server a/s1' : unknown keyword 'chek'; did you mean 'check' maybe ?",
    {
      severity: 'alert',
      ...at(10),
      proxy: 'a',
      server: 's1',
      message: "'server a/s1' : unknown keyword 'chek'; did you mean 'check' maybe ?",
    },
  ],
  [
    'a late complaint with a place, written with a capital',
    "[ALERT]    (31) : config : Parsing [f.cfg:10]: backend 'a' has the same name as backend 'a' declared at f.cfg:8.",
    { severity: 'alert', ...at(10), proxy: 'a', message: "backend 'a' has the same name as backend 'a' declared at f.cfg:8." },
  ],
  [
    'a late complaint without a place',
    "[ALERT]    (31) : config : Proxy 'f': unable to find required default_backend: 'alsonosuch'.",
    { severity: 'alert', proxy: 'f', message: "Proxy 'f': unable to find required default_backend: 'alsonosuch'." },
  ],
  [
    '3.2 and 3.4 leave out the word config',
    "[ALERT]    (31) : Proxy 'a': unable to find stick-table 'nosuch'.",
    { severity: 'alert', proxy: 'a', message: "Proxy 'a': unable to find stick-table 'nosuch'." },
  ],
  [
    'a rule that names a server',
    "[ALERT]    (31) : config : backend 'b' : unable to find server 's9' referenced in a 'use-server' rule.",
    { severity: 'alert', proxy: 'b', message: "backend 'b' : unable to find server 's9' referenced in a 'use-server' rule." },
  ],
  [
    'a warning',
    "[WARNING]  (31) : config : 'http-request' rules ignored for backend 'a' as they require HTTP mode.",
    { severity: 'warning', proxy: 'a', message: "'http-request' rules ignored for backend 'a' as they require HTTP mode." },
  ],
  [
    'no line feed between [place] and colon',
    '[ALERT]    (31) : config : parsing [f.cfg:10]: Missing LF on last line, file might have been truncated at position 22.',
    { severity: 'alert', ...at(10), message: 'Missing LF on last line, file might have been truncated at position 22.' },
  ],
  [
    'a complaint of several lines',
    '[ALERT]    (31) : config : parsing [f.cfg:9]: unmatched quote at position 29:\n  http-request set-header X "abc\n                            ^',
    {
      severity: 'alert',
      ...at(9),
      message: 'unmatched quote at position 29:\n  http-request set-header X "abc\n                            ^',
    },
  ],
  [
    'an address that cannot be had',
    '[ALERT]    (31) : Starting frontend web: cannot bind socket (Address already in use) for [127.0.0.1:80]',
    { severity: 'alert', message: 'Starting frontend web: cannot bind socket (Address already in use) for [127.0.0.1:80]' },
  ],
];

for (const [sentence, text, expected] of TABLE)
  it(`diagnostics: ${sentence}`, () => assert.deepEqual(parseDiagnostics(`${text}\n`), [expected]));

it('diagnostics: several, without the lines that only count them', () => {
  const output = `[NOTICE]   (1) : haproxy version is 2.6.12
[ALERT]    (1) : config : parsing [f.cfg:3] : one
[WARNING]  (1) : config : two
[ALERT]    (1) : config : Error(s) found in configuration file : f.cfg
[ALERT]    (1) : config : Fatal errors found in configuration.
`;
  assert.deepEqual(
    parseDiagnostics(output).map(({ severity, message }) => `${severity} ${message}`),
    ['notice haproxy version is 2.6.12', 'alert one', 'warning two'],
  );
  assert.deepEqual(parseDiagnostics('Configuration file is valid\n'), []);
});

/** [what is wrong, lines at the end of the config]. Each must be refused with a place or the name of a proxy. */
const BROKEN: readonly [string, string][] = [
  ['an unknown keyword', 'backend b\n  frobnicate'],
  ['an unknown section', 'frobnicate b'],
  ['a misspelt server option', 'backend b\n  server s1 127.0.0.1:1 chek'],
  ['a name twice in a backend', 'backend b\n  server s1 127.0.0.1:1\n  server s1 127.0.0.1:2'],
  ['an id twice in a backend', 'backend b\n  server s1 127.0.0.1:1 id 1\n  server s2 127.0.0.1:2 id 1'],
  ['a weight too large', 'backend b\n  server s1 127.0.0.1:1 weight 257'],
  ['a port too large', 'backend b\n  server s1 127.0.0.1:66666'],
  ['a name that no DNS knows', 'backend b\n  server s1 nosuch.invalid:1'],
  ['an unknown balance', 'backend b\n  balance sometimes'],
  ['an unknown mode', 'backend b\n  mode gopher'],
  ['a condition that does not exist', 'backend b\n  http-request deny if nope'],
  ['an unknown action', 'backend b\n  http-request frobnicate'],
  ['an unknown sample fetch', 'backend b\n  http-request set-header X %[frobnicate]'],
  ['an unknown converter', 'backend b\n  http-request set-header X %[path,frobnicate]'],
  ['a quote without end', 'backend b\n  http-request set-header X "abc'],
  ['a certificate that is not there', 'frontend g\n  bind 127.0.0.1:18999 ssl crt /nonexistent.pem'],
  ['a map that is not there', 'backend b\n  http-request set-var(txn.x) path,map(maps/nosuch.map)'],
  ['a backend that is not there, by default_backend', 'frontend g\n  bind 127.0.0.1:18999\n  default_backend nosuch'],
  ['a backend that is not there, by use_backend', 'frontend g\n  bind 127.0.0.1:18999\n  use_backend nosuch'],
  ['a server that is not there', 'backend b\n  use-server s9 if TRUE'],
  ['a stick-table that is not there', 'backend b\n  stick on src table nosuch'],
  ['a defaults section that is not there', 'backend b from nosuch'],
  ['a userlist that is not there', 'backend b\n  http-request auth unless { http_auth(nosuch) }'],
  ['a regular expression that is none', 'backend b\n  http-request deny if { path_reg ( }'],
  ['a time that is none', 'backend b\n  timeout server soon'],
  ['a cookie without a mode that exists', 'backend b\n  cookie C frobnicate'],
  ['a bind that is none', 'frontend g\n  bind nonsense'],
  ['a value that is missing', 'backend b\n  retries'],
];

eachHaproxy('what it says to broken configurations', ({ binary }) => {
  it('each complaint has a place or the name of a proxy', async (t) => {
    const runDir = runFolder(t);
    mkdirSync(join(runDir, 'maps'));
    await new StartStates(runDir).clear();
    const write = (rest: string): void => {
      for (const { path, bytes } of configFiles({ runDir, port: 18998, rest })) writeFileSync(join(runDir, path), bytes);
    };
    write('');
    assert.deepEqual(await checkConfig(binary, join(runDir, 'haproxy.cfg')), []);
    for (const [what, rest] of BROKEN) {
      write(rest);
      await assert.rejects(
        checkConfig(binary, join(runDir, 'haproxy.cfg')),
        (error) => {
          assert.ok(error instanceof ConfigRefused, what);
          const alerts = error.diagnostics.filter(({ severity }) => severity === 'alert');
          assert.ok(alerts.length > 0, `${what}: ${error.message}`);
          for (const alert of alerts.slice(0, 1))
            assert.ok(alert.line !== undefined || alert.proxy !== undefined, `${what}: ${alert.message}`);
          return true;
        },
        what,
      );
    }
  });

  it('a configuration with nothing to listen on is refused too', async (t) => {
    const file = join(runFolder(t), 'haproxy.cfg');
    writeFileSync(file, 'defaults\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nbackend b\n');
    await assert.rejects(checkConfig(binary, file), { code: 'HAPROXY_REFUSED_CONFIG' });
  });
});

it('a check that does not end is stopped, and is no verdict', async (t) => {
  const folder = runFolder(t);
  const binary = join(folder, 'haproxy');
  writeFileSync(binary, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  const message = /did not end within 0.1 s and was stopped: .*tried again/;
  await assert.rejects(checkConfig(binary, join(folder, 'haproxy.cfg'), undefined, 100), { code: 'HAPROXY_CHECK_FAILED', message });
});
