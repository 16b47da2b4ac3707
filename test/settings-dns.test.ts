import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { toSettings } from '../src/settings.ts';
import { lastly } from './kit/lastly.ts';
import { tempFolder } from './kit/temp-folder.ts';

const ON = { dnsListen: ['127.0.0.1:5300'] };
const dnsOf = (flags: Readonly<Record<string, unknown>>) => toSettings({ group: ['*'], ...flags }).dns;

describe('flags of DNS', () => {
  it('are off by default, and mean something together with a listener alone', () => {
    assert.equal(dnsOf({}), undefined);
    assert.throws(() => dnsOf({ dnsTtl: '7', dnsDomain: 'dc1' }), /--dns-domain, --dns-ttl: DNS is off; give --dns-listen/);
    assert.throws(() => dnsOf({ ...ON, mesosHttps: true }), /none is given: give --mesos-master/);
  });

  const TAKEN: readonly (readonly [sentence: string, flags: Readonly<Record<string, unknown>>, part: Readonly<Record<string, unknown>>])[] =
    [
      [
        'the port is 53 without one',
        { dnsListen: ['127.0.0.9', '::1'] },
        {
          listen: [
            { host: '127.0.0.9', port: 53 },
            { host: '::1', port: 53 },
          ],
        },
      ],
      [
        'a variable has commas between',
        { dnsListen: '127.0.0.1:5300, [::1]:5301' },
        {
          listen: [
            { host: '127.0.0.1', port: 5300 },
            { host: '::1', port: 5301 },
          ],
        },
      ],
      ['nobody is asked about other names', ON, { forward: { resolvers: { kind: 'refuse' }, zones: [], timeoutMs: 5000 } }],
      [
        'resolvers that are named',
        { ...ON, dnsResolver: ['10.0.0.2'] },
        { forward: { resolvers: { kind: 'listed', upstreams: [{ host: '10.0.0.2', port: 53 }] }, zones: [], timeoutMs: 5000 } },
      ],
      ['those of this host', { ...ON, dnsForward: 'on' }, { forward: { resolvers: { kind: 'system' }, zones: [], timeoutMs: 5000 } }],
      [
        'none although some are named',
        { ...ON, dnsForward: 'off', dnsResolver: ['10.0.0.2'] },
        { forward: { resolvers: { kind: 'refuse' }, zones: [], timeoutMs: 5000 } },
      ],
      ['networks as HAProxy has them', { ...ON, dnsAllow: ['10.0.0.0/08', '2001:DB8::/32'] }, { allow: ['10.0.0.0/8', '2001:db8::/32'] }],
      [
        'health, weights and names that do not exist',
        { ...ON, dnsHealth: 'off', dnsSrvWeights: 'haproxy', dnsSrvUnknown: 'noerror' },
        { isHealthAware: false, followsWeights: true, srvUnknown: 'noerror' },
      ],
      ['the domain in lower case', { ...ON, dnsDomain: 'DC1.Mesos' }, { domain: 'dc1.mesos' }],
    ];
  for (const [sentence, flags, part] of TAKEN) it(sentence, () => assert.partialDeepStrictEqual(dnsOf(flags), part));

  const REFUSED: readonly (readonly [sentence: string, flags: Readonly<Record<string, unknown>>, message: RegExp])[] = [
    ['a name to listen on', { dnsListen: ['localhost:53'] }, /--dns-listen localhost:53 must be an IP address/],
    ['no port', { dnsListen: ['127.0.0.1:0'] }, /--dns-listen 127\.0\.0\.1:0 must be/],
    ['a domain with an underscore', { ...ON, dnsDomain: 'my_mesos' }, /--dns-domain my_mesos must be a name/],
    ['no network', { ...ON, dnsAllow: ['10.0.0.0/33'] }, /--dns-allow 10\.0\.0\.0\/33 must be an IP address or a network/],
    ['no resolver', { ...ON, dnsResolver: ['example.com'] }, /--dns-resolver/],
    ['a resolver for what is answered here', { ...ON, dnsResolver: ['x.mesos=10.0.0.1'] }, /--dns-resolver.*answered here/],
    ['a TTL below 0', { ...ON, dnsTtl: '-1' }, /--dns-ttl must be a whole number/],
    ['a switch with a third position', { ...ON, dnsHealth: 'maybe' }, /--dns-health must be on or off/],
    ['a port that HAProxy has', { dnsListen: ['127.0.0.1:9090'] }, /--stats-port and --dns-listen are both 9090/],
    ['two lists of ZooKeeper', { ...ON, mesosMaster: ['zk://a:1/m', 'zk://b:1/m'] }, /one zk:\/\/ or file:\/\/ at most/],
    ['no master', { ...ON, mesosMaster: ['nobody'] }, /--mesos-master/],
  ];
  for (const [sentence, flags, message] of REFUSED) it(`refuses ${sentence}`, () => assert.throws(() => dnsOf(flags), message));

  it("go before Mesos-DNS's own file, which says the rest", (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const file = join(path, 'config.json');
    const config = {
      masters: ['10.0.0.1:5050'],
      domain: 'old',
      ttl: 60,
      listener: '127.0.0.1',
      port: 5300,
      httpport: 5380,
      resolvers: ['10.0.0.2'],
    };
    writeFileSync(file, JSON.stringify(config));
    const ofFile = dnsOf({ mesosDnsConfig: file });
    assert.partialDeepStrictEqual(ofFile, {
      ...{ domain: 'old', ttlSeconds: 60, listen: [{ host: '127.0.0.1', port: 5300 }], http: [{ host: '0.0.0.0', port: 5380 }] },
      mesos: { masters: [{ host: '10.0.0.1', port: 5050 }] },
    });
    const both = dnsOf({ mesosDnsConfig: file, dnsDomain: 'new', dnsTtl: '3', dnsListen: ['127.0.0.2'], mesosMaster: ['10.0.0.9:5050'] });
    assert.partialDeepStrictEqual(both, {
      ...{ domain: 'new', ttlSeconds: 3, listen: [{ host: '127.0.0.2', port: 53 }], http: [{ host: '0.0.0.0', port: 5380 }] },
      mesos: { masters: [{ host: '10.0.0.9', port: 5050 }] },
    });
  });

  it('tell no secret of a master', (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const file = join(path, 'credentials');
    writeFileSync(file, 'a-secret-without-colon\n');
    const masters = { ...ON, mesosMaster: ['10.0.0.1:5050'], mesosAuthCredentialFile: file };
    assert.throws(
      () => dnsOf(masters),
      (error: Error) => error.message.includes('PRINCIPAL:SECRET') && !error.message.includes('a-secret'),
    );
    writeFileSync(file, 'me:secret\n');
    assert.deepEqual(dnsOf(masters)?.mesos?.login, { kind: 'basic', user: 'me', password: 'secret' });
  });
});
