import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { HOST, ownBlock, type Owner } from '../../src/pieces/own-block.ts';
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

const owner = (backend: string, ...own: readonly string[]): Owner => ({ backend, own });

describe('rules of an app among those of others', () => {
  it('are for its own hosts and for those that nobody has, by ACLs of its own', () => {
    assert.equal(
      ownBlock(BLOCK, owner('shop_10000', 'shop.example', 'shop.test')),
      `  acl :own:shop_10000 var(txn.free) -m bool
  acl :own:shop_10000 var(txn.host) -m str shop.example shop.test
  acl host_a:shop_10000 hdr(host) -i shop.example
  http-request deny if :own:shop_10000 host_a:shop_10000 !office or :own:shop_10000 { path /x }
  # stays
  use_backend shop_10000 if :own:shop_10000 host_a:shop_10000`,
    );
  });

  it('with a wildcard are for what no host and no deeper wildcard has: the maps were asked for this one last, or for a shorter one', () => {
    const made = ownBlock('  use_backend a if TRUE', { ...owner('a'), wildcards: ['*.b.example', '*'] });
    assert.match(
      made,
      /^ {2}acl :own:a var\(txn\.key\) -m beg \*\.b\.example\/ \*\.example\/ \*\/\n {2}acl :own:a var\(txn\.key\) -m beg \*\/$/m,
    );
  });

  it('need no condition of their own for that', () => {
    const made = ownBlock('  use_backend a', owner('a', 'a.example'));
    assert.ok(made.endsWith('  use_backend a if :own:a'), made);
  });

  it('that have too many conditions are left out: they could not be kept from the requests of others', () => {
    const made = ownBlock(`  use_backend a if ${Array.from({ length: 61 }, (_, n) => `x${n}`).join(' ')}`, owner('a', 'a.example'));
    assert.ok(!made.includes('use_backend'), made);
  });

  it('have names that no other app can come to', () => {
    const names = (text: string, backend: string): readonly string[] =>
      [...ownBlock(text, owner(backend)).matchAll(/acl (\S+)/g)].map(([, name = '']) => name);
    assert.deepEqual(names('acl host_a.x path /', 'shop_1'), ['host_a.x:shop_1']);
    assert.deepEqual(names('acl host_a path /', 'x.shop_1'), ['host_a:x.shop_1']);
    assert.deepEqual(names('acl own path /\nuse_backend a if own', 'a'), [':own:a', 'own:a']);
  });

  it('by app id are for its own id', () => {
    assert.match(ownBlock('  use_backend a if TRUE', { backend: 'a', own: ['/a'] }), /acl :own:a var\(txn\.host\) -m str \/a\n/);
  });
});

/** One app denies whatever it can; both call their ACLs the same. */
const EVIL = ownBlock(
  '  acl ok always_true\n  http-request deny if ok or !ok\n  use_backend evil_1 if { path /evil } or { path /ok }',
  owner('evil_1', 'evil.example'),
);
const GOOD = ownBlock('  acl ok path /ok\n  http-request deny if !ok\n  use_backend good_1 if ok', owner('good_1', 'good.example'));

eachHaproxy('rules of two apps', ({ binary }) => {
  it('are taken', (t) => {
    const file = join(runFolder(t), 'haproxy.cfg');
    writeFileSync(
      file,
      `defaults\n  mode http\nfrontend in\n  bind 127.0.0.1:1\n${BLOCK.replace('!office or ', '')}\n${ownBlock(BLOCK.replace('!office', ''), owner('shop_10000', 'b', '[::1]'))}\nbackend shop_10000\n`,
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
      `defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\nfrontend in\n  bind 127.0.0.1:${port}\n  http-request set-var(txn.host) ${HOST}\n${EVIL}\n${GOOD}\n${backends.join('\n')}\n`,
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
    // Nobody has said that nobody has it.
    assert.equal(await ask('x.evil.example', '/evil'), '503');
    assert.equal(await ask('other.example', '/no'), '503');
  });
});
