import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noChange } from '../../src/desired/change.ts';
import { copyOf } from '../../src/desired/certificate-names.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { anEntry, aPort, assemblyOf, labels } from '../kit/builders.ts';

const GROUPED: Partial<BuildOptions> = { appFiles: ['/apps'], certificates: 'list', groupHttpsByVhost: true };
const USUAL: Partial<BuildOptions> = { appFiles: ['/apps'], certificates: 'list' };

/** An app on shop.example, that has been there since `year`. */
const app = (id: string, year: number, more: Readonly<Record<string, string>>): AppEntry => {
  const named = Object.fromEntries(Object.entries(more).map(([name, value]) => [`HAPROXY_0_${name}`, value]));
  return anEntry({
    id,
    version: `${year}-01-01T00:00:00.000Z`,
    ports: [aPort({ servicePort: 10000 + year })],
    ...labels({ HAPROXY_0_VHOST: 'shop.example', ...named }),
  });
};

const CA = 'ca-file /apps/ca.pem verify required';

const see = (entries: readonly AppEntry[], options: Partial<BuildOptions>) => {
  const assembly = assemblyOf(entries, options);
  return {
    assembly,
    tls: Object.fromEntries(assembly.hosts),
    guarded: assembly.desired.frontends.get('marathon_https_in')?.guarded?.map(([host, guard]) => [host, guard]),
    problems: assembly.problems().map(({ appId, label, message }) => `${appId} ${label ?? ''} ${message}`),
  };
};

describe('what hosts have on the https port', () => {
  it('is the certificate of their app; options are for its service port alone', () => {
    const { tls, guarded, problems } = see([app('/shop', 2024, { SSL_CERT: '/apps/a.pem', BIND_OPTIONS: CA })], USUAL);
    assert.deepEqual(tls, { 'shop.example': { certificates: ['/apps/a.pem'], options: '' } });
    assert.equal(guarded, undefined);
    assert.deepEqual(problems, []);
  });

  it('is nothing as Marathon-LB did it, but where hosts are grouped', () => {
    const entries = [app('/shop', 2024, { SSL_CERT: '/apps/a.pem' })];
    assert.deepEqual(see(entries, { ...USUAL, compat: 'strict' }).tls, {});
    assert.deepEqual(Object.keys(see(entries, { ...GROUPED, compat: 'strict' }).tls), ['shop.example']);
  });

  it('is what the app with the route wants, whoever else comes, in any order', () => {
    const older = app('/older', 2023, { SSL_CERT: '/apps/a.pem' });
    const younger = app('/younger', 2024, { SSL_CERT: '/apps/b.pem' });
    const path = app('/path', 2020, { PATH: '/cart', SSL_CERT: '/apps/c.pem' });
    for (const entries of [
      [older, younger, path],
      [path, younger, older],
    ]) {
      const { tls, problems, assembly } = see(entries, USUAL);
      assert.deepEqual(tls['shop.example']?.certificates, ['/apps/a.pem']);
      for (const id of ['/younger', '/path'])
        assert.ok(problems.includes(`${id} HAPROXY_0_SSL_CERT is not for shop.example on the https frontend: /older has that host`));
      assembly.put('/older', undefined, noChange());
      assert.deepEqual(assembly.hosts.get('shop.example')?.certificates, ['/apps/b.pem'], 'it went');
      assembly.put('/younger', undefined, noChange());
      assembly.put('/path', undefined, noChange());
      assert.equal(assembly.hosts.size, 0);
    }
  });

  it('is, with all as it was in Marathon-LB, of all that are there; of two options that differ the owner has his', () => {
    const one = app('/one', 2023, { SSL_CERT: '/apps/a.pem', BIND_OPTIONS: 'ssl-min-ver TLSv1.3' });
    const two = app('/two', 2024, { PATH: '/cart', SSL_CERT: '/apps/b.pem', BIND_OPTIONS: `${CA} ssl-min-ver TLSv1.2` });
    const strict = see([two, one], { ...GROUPED, compat: 'strict' });
    assert.deepEqual(strict.tls['shop.example'], {
      certificates: ['/apps/a.pem', '/apps/b.pem'],
      options: `ca-file ${copyOf('/apps/ca.pem')} ssl-min-ver TLSv1.3 verify required`,
    });
    assert.deepEqual(strict.guarded, [['shop.example', 'shown']]);
    assert.ok(strict.problems.some((text) => text.includes("'ssl-min-ver TLSv1.2' is not for shop.example")));
    const fixed = see([two, one], GROUPED);
    assert.deepEqual(fixed.tls['shop.example'], { certificates: ['/apps/a.pem'], options: 'ssl-min-ver TLSv1.3' });
    assert.deepEqual(fixed.guarded, [['shop.example', 'name']]);
  });

  it('is not what is of the service port alone, nor anything for a wildcard but its certificate', () => {
    const { tls, problems } = see([app('/shop', 2024, { BIND_OPTIONS: 'accept-proxy maxconn 5 alpn h2' })], GROUPED);
    assert.equal(tls['shop.example']?.options, 'alpn h2');
    assert.ok(problems.some((text) => text.includes('accept-proxy, maxconn: of its service port alone')));
    const wild = see([app('/shop', 2024, { VHOST: '*.shop.example,*', SSL_CERT: '/apps/a.pem', BIND_OPTIONS: 'alpn h2' })], GROUPED);
    assert.deepEqual(wild.tls, { '*.shop.example': { certificates: ['/apps/a.pem'], options: '' } });
    assert.ok(wild.problems.some((text) => text.includes("'alpn h2' is not for *.shop.example")));
  });

  it('shuts the host where nobody knows whom its options would have kept out', () => {
    const entries = [app('/shop', 2024, { BIND_OPTIONS: CA })];
    const { assembly, guarded } = see(entries, GROUPED);
    assert.deepEqual(guarded, [['shop.example', 'shown']]);
    const guard = () => assembly.desired.frontends.get('marathon_https_in')?.guarded?.[0]?.[1];
    const change = noChange();
    assembly.setFileTroubles(new Map([['/apps/ca.pem', { why: 'it is gone', last: 'kept' }]]), change);
    assert.equal(guard(), 'shown');
    assembly.setFileTroubles(new Map([['/apps/ca.pem', { why: 'it is gone', last: 'none' }]]), change);
    assert.equal(guard(), 'shut');
    assert.ok(change.structure);
    assembly.setFileTroubles(new Map(), change);
    assert.equal(guard(), 'shown');
    assembly.refuseHostOptions(new Map([[assembly.hosts.get('shop.example')?.options ?? '', 'no such option']]), change);
    assert.equal(guard(), 'shut');
    assert.deepEqual(see([app('/shop', 2024, { BIND_OPTIONS: 'ca-file /etc/passwd verify required' })], GROUPED).guarded, [
      ['shop.example', 'shut'],
    ]);
  });

  it('names the files that HAProxy is to be given, also without service ports', () => {
    const entries = [app('/shop', 2024, { SSL_CERT: '/apps/a.pem', BIND_OPTIONS: CA })];
    for (const bindServicePorts of [true, false]) {
      const { assembly } = see([...entries, app('/later', 2025, { SSL_CERT: '/apps/a.pem' })], { ...GROUPED, bindServicePorts });
      assert.deepEqual(Object.fromEntries(assembly.appFiles()), { '/apps/a.pem': '/shop', '/apps/ca.pem': '/shop' });
      assembly.put('/shop', undefined, noChange());
      assert.deepEqual([...assembly.appFiles()], [['/apps/a.pem', '/later']], 'it counts for who still names it');
      assembly.put('/later', undefined, noChange());
      assert.deepEqual([...assembly.appFiles()], []);
    }
  });
});
