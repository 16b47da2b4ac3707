import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, it } from 'node:test';
import { operatorOverrides } from '../../src/pieces/overrides.ts';
import { Picture } from '../../src/picture/picture.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { notesOnPieces } from '../../src/startup/notes-on-pieces.ts';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { headOf } from '../../src/desired/shared-texts.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import { anEntry, aTask, someGlobals, someOptions } from '../kit/builders.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';
import { ownTemplates } from '../kit/own-templates.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** Marathon-LB's own default in its main lines, as many an operator has copied and changed it. */
const HEAD = `
global
  daemon
  log /dev/log local0
  spread-checks 5
  max-spread-checks 15000
  maxconn 50000
  tune.ssl.default-dh-param 2048
  ssl-default-bind-options no-sslv3 no-tlsv10 no-tls-tickets
  stats socket /var/run/haproxy/socket expose-fd listeners
  server-state-file global
  server-state-base /var/state/haproxy/
  lua-load /marathon-lb/getpids.lua
defaults
  load-server-state-from-file global
  log global
  retries 3
  maxconn 10000
  timeout connect 3s
  timeout client 1h
  timeout server 30s
  timeout tunnel 3600s
  timeout http-request 15s
  option dontlognull
  option http-server-close
  option redispatch
listen stats
  bind 127.0.0.1:19090
  balance
  mode http
  stats enable
  stats auth admin:secret
  monitor-uri /_haproxy_health_check
  acl getpid path /_haproxy_getpids
  http-request use-service lua.getpids if getpid
`;

const ENVIRONMENT = {
  HAPROXY_HEAD: HEAD,
  HAPROXY_HTTP_FRONTEND_HEAD:
    '\\nfrontend marathon_http_in\\n  bind 127.0.0.1:18080\\n  bind 127.0.0.1:18081 accept-proxy\\n  mode http\\n',
  HAPROXY_HTTPS_FRONTEND_HEAD: '\\nfrontend marathon_https_in\\n  bind 127.0.0.1:18443 ssl {sslCerts} alpn h2\\n  mode http\\n',
  HAPROXY_HTTP_FRONTEND_APPID_HEAD: '\\nfrontend marathon_http_appid_in\\n  bind 127.0.0.1:19091\\n  mode http\\n',
  HAPROXY_BACKEND_HTTP_OPTIONS: '  option forwardfor header X-Client\\n',
};

const linesBetween = (text: string, start: string, end: string): readonly string[] =>
  text
    .slice(text.indexOf(start), text.indexOf(end, text.indexOf(start) + start.length))
    .split('\n')
    .map((line) => line.trim());

eachHaproxy("an operator's texts in place of pieces", ({ binary, version }) => {
  const folderOfAll = tempFolder();
  after(folderOfAll.remove);
  let text = '';
  let files: readonly { readonly path: string; readonly bytes: Buffer }[] = [];

  before(async () => {
    const overrides = operatorOverrides(ENVIRONMENT, new Map());
    const certificates = await certificatesFor([], folderOfAll.path);
    const options: BuildOptions = someOptions({ overrides, listenerSuffix: Number(version) >= 3.2 ? '_in' : '', certificates });
    const head = headOf(options);
    const picture = new Picture(options, someGlobals(head === undefined ? {} : { head }));
    picture.take({
      kind: 'snapshot',
      entries: [anEntry({ labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'a.example' } }, [aTask()])],
      keep: new Set(),
    });
    assert.deepEqual(picture.problems(), []);
    files = new Renderer(ownTemplates).render(picture.desired, picture.fingerprint);
    text = files.find(({ path }) => path === 'haproxy.cfg')?.bytes.toString() ?? '';
  });

  it('stand in their sections, beside what Sluice needs there', () => {
    const global = linesBetween(text, 'global\n', '\ndefaults sluice');
    assert.ok(global.includes('maxconn 50000') && !global.includes('daemon') && !global.some((line) => line.startsWith('lua-load')));
    assert.equal(global.filter((line) => line.startsWith('stats socket')).length, 1);
    const defaults = linesBetween(text, 'defaults sluice', '\nlisten stats');
    assert.ok(defaults.includes('timeout client 1h') && !defaults.includes('timeout client 30s'));
    const stats = linesBetween(text, 'listen stats', '\nfrontend ');
    assert.ok(
      stats.includes('bind 127.0.0.1:19090') && stats.includes('stats auth admin:secret') && !stats.some((line) => line.includes('lua.')),
    );
    assert.match(text, /frontend marathon_http_in from sluice\n {2}bind 127\.0\.0\.1:18080\n {2}bind 127\.0\.0\.1:18081 accept-proxy\n/);
    assert.match(text, /frontend marathon_https_in from sluice\n {2}bind 127\.0\.0\.1:18443 ssl/);
    assert.match(text, /frontend marathon_http_appid_in from sluice\n {2}bind 127\.0\.0\.1:19091\n/);
    assert.match(text, /backend shop_10000 from sluice\n[^]*option forwardfor header X-Client\n/);
  });

  it('are taken by HAProxy', (t) => {
    const folder = runFolder(t);
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      const own = path === 'haproxy.cfg' ? bytes.toString().replaceAll('/run/sluice', folder) : bytes;
      writeFileSync(join(folder, path), own);
    }
    writeFileSync(join(folder, 'servers.state'), '1\n');
    const { status, stdout, stderr } = spawnSync(binary, ['-c', '-f', join(folder, 'haproxy.cfg')], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  });

  it('that have no effect, or not all of it, are told', () => {
    const overrides = operatorOverrides(
      { ...ENVIRONMENT, HAPROXY_HTTPS_GROUPED_FRONTEND_HEAD: 'x', HAPROXY_MAP_HTTP_FRONTEND_ACL: 'x' },
      new Map(),
    );
    const notes = notesOnPieces(overrides);
    assert.equal(notes.length, 3);
    assert.ok(notes.some((note) => note.startsWith('HAPROXY_HTTPS_GROUPED_FRONTEND_HEAD has no effect')));
    assert.match(notes.at(-1) ?? '', /^of HAPROXY_HEAD these lines are left out, .*: daemon; stats socket/);
    assert.deepEqual(notesOnPieces(new Map()), []);
  });

  it('may not try a connection for so long that a server is deleted under it', () => {
    for (const lines of ['timeout connect 10s', 'retries 30', 'timeout connect 20000']) {
      const overrides = operatorOverrides({ HAPROXY_HEAD: `defaults\n  ${lines}\n` }, new Map());
      assert.throws(() => headOf({ overrides }), { message: /^the environment variable HAPROXY_HEAD has tries of a connection/ }, lines);
    }
    assert.doesNotThrow(() =>
      headOf({ overrides: operatorOverrides({ HAPROXY_HEAD: 'defaults\n  timeout connect 10s\n  retries 0' }, new Map()) }),
    );
  });

  it('that cannot be had are refused at the start, by their name', () => {
    const overrides = operatorOverrides({ HAPROXY_HTTPS_FRONTEND_HEAD: 'frontend x\n  bind {nobody}' }, new Map());
    assert.throws(() => new Picture(someOptions({ overrides }), someGlobals()), {
      code: 'TEMPLATE',
      message: /^the environment variable HAPROXY_HTTPS_FRONTEND_HEAD names "\{nobody\}"/,
    });
  });
});
