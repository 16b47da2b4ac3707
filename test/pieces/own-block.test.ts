import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ownBlock } from '../../src/pieces/own-block.ts';
import { getFrom } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

const BLOCK = `  acl host_a hdr(host) -i shop.example
  http-request deny if host_a !office or { path /x }
  # stays
  use_backend shop_10000 if host_a`;

describe('rules of an app among those of others', () => {
  it('are for its own hosts, by ACLs of its own', () => {
    assert.equal(
      ownBlock(BLOCK, 'shop_10000', ['shop.example', '*.shop.test']),
      `  acl own:shop_10000 req.hdr(host),host_only,lower,rtrim(.) -m str shop.example
  acl own:shop_10000 req.hdr(host),host_only,lower,rtrim(.) -m end .shop.example
  acl own:shop_10000 req.hdr(host),host_only,lower,rtrim(.) -m end .shop.test
  acl host_a:shop_10000 hdr(host) -i shop.example
  http-request deny if own:shop_10000 host_a:shop_10000 !office or own:shop_10000 { path /x }
  # stays
  use_backend shop_10000 if host_a:shop_10000`,
    );
  });

  it('are for all where any host is its own', () => {
    assert.equal(ownBlock('  http-request deny if { path /x }', 'shop_10000', ['*']), '  http-request deny if { path /x }');
  });

  it('have no words for hosts where no rule needs them', () => {
    assert.equal(ownBlock('  use_backend a if { path /x }', 'a', ['a.example']), '  use_backend a if { path /x }');
  });

  it('have names that no other app can come to', () => {
    const names = (text: string, backend: string): readonly string[] =>
      [...ownBlock(text, backend, ['*']).matchAll(/acl (\S+)/g)].map(([, name = '']) => name);
    assert.deepEqual(names('acl host_a.x path /', 'shop_1'), ['host_a.x:shop_1']);
    assert.deepEqual(names('acl host_a path /', 'x.shop_1'), ['host_a:x.shop_1']);
    assert.deepEqual(names('acl own:x.shop_1 path /', 'shop_1'), ['own:x.shop_1:shop_1']);
  });
});

/** One app denies whatever it can; both call their ACLs the same. */
const EVIL = ownBlock('  acl ok always_true\n  http-request deny if ok or !ok\n  use_backend evil_1 if { path /evil }', 'evil_1', [
  'evil.example',
]);
const GOOD = ownBlock('  acl ok path /ok\n  http-request deny if !ok\n  use_backend good_1 if ok', 'good_1', ['good.example']);

eachHaproxy('rules of two apps', ({ binary }) => {
  it('are taken', (t) => {
    const file = join(runFolder(t), 'haproxy.cfg');
    writeFileSync(
      file,
      `defaults\n  mode http\nfrontend in\n  bind 127.0.0.1:1\n${BLOCK.replace('!office or ', '')}\n${ownBlock(BLOCK.replace('!office', ''), 'shop_10000', ['*.a', 'b', '[::1]'])}\nbackend shop_10000\n`,
    );
    const { stderr, status } = spawnSync(binary, ['-c', '-f', file], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });

  it('do nothing to each other', async (t) => {
    const folder = tempFolder();
    lastly(t, folder.remove);
    const [port = 0] = await freePorts(1);
    const file = join(folder.path, 'haproxy.cfg');
    const backends = ['evil_1', 'good_1'].map(
      (name) => `backend ${name}\n  http-request return status 200 content-type text/plain string ${name}`,
    );
    writeFileSync(
      file,
      `defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\nfrontend in\n  bind 127.0.0.1:${port}\n${EVIL}\n${GOOD}\n${backends.join('\n')}\n`,
    );
    const child = spawn(binary, ['-db', '-f', file], { stdio: 'ignore' });
    lastly(t, async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    const ask = async (host: string, path: string): Promise<string> => {
      const { status, text } = await getFrom(`http://127.0.0.1:${port}${path}`, { host });
      return status === 200 ? text.trim() : String(status);
    };
    assert.equal(await waitFor('HAProxy answers', async () => ask('good.example', '/ok')), 'good_1');
    assert.equal(await ask('GOOD.example.:80', '/ok'), 'good_1');
    assert.equal(await ask('good.example', '/no'), '403');
    assert.equal(await ask('evil.example', '/evil'), '403');
    assert.equal(await ask('x.evil.example', '/evil'), '403');
    assert.equal(await ask('other.example', '/no'), '503');
  });
});
