import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readHead } from '../../src/pieces/head.ts';

const read = (text: string) => {
  const outcome = readHead(text);
  assert.ok('value' in outcome, JSON.stringify(outcome));
  return outcome.value;
};

describe("an operator's text in place of HEAD", () => {
  it('is taken apart by its sections', () => {
    const { global, defaults, stats, others } = read(`
global
  maxconn 50000
defaults
  timeout client 1h
listen stats
  bind 0.0.0.0:9090
  stats enable
userlist others
  user x insecure-password y
`);
    assert.deepEqual(global, ['maxconn 50000']);
    assert.deepEqual(defaults, ['timeout client 1h']);
    assert.deepEqual(stats, ['bind 0.0.0.0:9090', 'stats enable']);
    assert.deepEqual(others, ['userlist others', 'user x insecure-password y']);
  });

  it("loses what is Sluice's: how the process runs, its sockets, Marathon-LB's own programs", () => {
    const { global, defaults, stats, left } = read(`global
  daemon
  log /dev/log local0
  user nobody
  stats socket /var/run/haproxy/socket expose-fd listeners
  server-state-base /var/state/haproxy/
  lua-load /marathon-lb/getpids.lua
  lua-load /etc/haproxy/mine.lua
defaults
  load-server-state-from-file global
  retries 3
listen stats
  acl getpid path /_haproxy_getpids
  http-request use-service lua.getpids if getpid
  http-request use-service prometheus-exporter if { path /metrics }
`);
    assert.deepEqual(global, ['log /dev/log local0', 'lua-load /etc/haproxy/mine.lua']);
    assert.deepEqual(defaults, ['retries 3']);
    assert.deepEqual(stats, ['acl getpid path /_haproxy_getpids', 'http-request use-service prometheus-exporter if { path /metrics }']);
    assert.equal(left.length, 7);
  });

  it('is put into the words of newer HAProxys, and keeps what it does not understand', () => {
    const { defaults, global } = read('global\n  setenv X "${HOME}"\ndefaults\n  contimeout 3s\n');
    assert.deepEqual(defaults, ['timeout connect 3s']);
    assert.deepEqual(global, ['setenv X "${HOME}"']);
  });

  it('keeps a second defaults, and one with a name, as they are', () => {
    const { defaults, others } = read('defaults\n  retries 3\ndefaults mine\n  retries 4\ndefaults\n  retries 5\n');
    assert.deepEqual(defaults, ['retries 3']);
    assert.deepEqual(others, ['defaults mine', 'retries 4', 'defaults', 'retries 5']);
  });

  it('has no stats where it lists none', () => assert.equal(read('global\n').stats, undefined));

  it('begins with a section', () => assert.match(JSON.stringify(readHead('  maxconn 5\nglobal\n')), /before any section/));
});
