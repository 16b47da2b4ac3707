import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import type { MesosDnsConfig } from '../../../src/dns/mesos-dns-config/config.ts';
import { parseMesosDnsConfig, type ParsedConfig } from '../../../src/dns/mesos-dns-config/parse.ts';
import { knownName } from '../../../src/dns/name.ts';
import { messageOf, SluiceError } from '../../../src/kit/error.ts';
import { makePem } from '../../kit/pem.ts';

type Files = Readonly<Record<string, string>>;

const MASTERS = { masters: ['10.0.0.1:5050'] };

const parseText = (text: string, files: Files = {}): ParsedConfig =>
  parseMesosDnsConfig('config.json', text, (path) => {
    const found = files[path];
    if (found === undefined) throw new Error(`no such file: ${path}`);
    return found;
  });

const parse = (keys: object, files: Files = {}): ParsedConfig => parseText(JSON.stringify({ ...MASTERS, ...keys }), files);

const refusal = (keys: object, files: Files = {}): string => {
  try {
    parse(keys, files);
  } catch (error) {
    assert.ok(error instanceof SluiceError && error.code === 'SETTINGS', messageOf(error));
    return error.message;
  }
  return '';
};

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const { cert } = await makePem('ca');
const account = JSON.stringify({ uid: 'dns', private_key: rsa, login_endpoint: 'https://leader.mesos/acs/api/v1/auth/login' });

describe('which lists Mesos-DNS takes', () => {
  const rows: readonly (readonly [string, object, boolean])[] = [
    ['no masters, but zk', { masters: [], zk: 'zk://a/mesos' }, true],
    ['an empty master', { masters: [''] }, false],
    ['a master without a port', { masters: ['a'] }, false],
    ['a name and a port', { masters: ['a:1234'] }, true],
    ['the highest port', { masters: ['a:65535'] }, true],
    ['port 0', { masters: ['a:0'] }, false],
    ['one above the highest port', { masters: ['a:65536'] }, false],
    ['an address without a port', { masters: ['1.2.3.4'] }, false],
    ['five numbers, which may be a name', { masters: ['1.2.3.4.5:6'] }, true],
    ['the same master twice', { masters: ['1.2.3.4:1', '1.2.3.4:1'] }, false],
    ['one address with two ports', { masters: ['1.2.3.4:1', '1.2.3.4:2'] }, true],
    ['two spellings of one IPv6 master', { masters: ['[2001:db8::1]:1', '[2001:0db8:0::0:1]:1'] }, false],
    ['an IPv6 master', { masters: ['[2001:db8::1]:1'] }, true],
    ['no resolvers', { resolvers: [] }, true],
    ['an empty resolver', { resolvers: [''] }, false],
    ['a name for a resolver', { resolvers: ['a'] }, false],
    ['an address', { resolvers: ['1.2.3.4'] }, true],
    ['an address with a port', { resolvers: ['1.2.3.4:53'] }, true],
    ['five numbers', { resolvers: ['1.2.3.4.5'] }, false],
    ['a port below 0', { resolvers: ['5.6.7.8:-1'] }, false],
    ['the highest port of a resolver', { resolvers: ['5.6.7.8:65535'] }, true],
    ['a port above the highest', { resolvers: ['5.6.7.8:65536'] }, false],
    ['a port of letters', { resolvers: ['5.6.7.8:abc'] }, false],
    ['the same resolver twice', { resolvers: ['1.2.3.4', '1.2.3.4'] }, false],
    ['the same resolver twice, once with its port', { resolvers: ['1.2.3.4', '1.2.3.4:53'] }, false],
    ['an IPv6 resolver, plain and with another port', { resolvers: ['2001:db8::1', '[2001:db8::1]:55'] }, true],
    ['two spellings of one IPv6 resolver', { resolvers: ['2001:db8::1', '2001:0db8::0001'] }, false],
    ['wrong resolvers that nobody asks', { resolvers: ['a'], externalon: false }, true],
    ['no zones', { zoneResolvers: {} }, true],
    ['an empty zone', { zoneResolvers: { '': ['8.8.8.8'] } }, false],
    ['a zone', { zoneResolvers: { weave: ['8.8.8.8'] } }, true],
    ['a zone without resolvers', { zoneResolvers: { weave: [] } }, false],
    ['a zone with a wrong resolver', { zoneResolvers: { weave: ['a'] } }, false],
    ['a zone above the domain', { zoneResolvers: { mesos: ['8.8.8.8'] } }, false],
    ['the domain itself', { zoneResolvers: { 'dc.mesos': ['8.8.8.8'] } }, false],
    ['a zone that only ends in the same letters', { zoneResolvers: { 'acdc.mesos': ['8.8.8.8'] } }, true],
    ['a zone below the domain', { zoneResolvers: { 'site.dc.mesos': ['8.8.8.8'] } }, false],
    ['one zone in another', { zoneResolvers: { 'abc.com': ['8.8.8.8'], com: ['8.8.8.8'] } }, false],
    ['two zones beside each other', { zoneResolvers: { 'abc.com': ['8.8.8.8'], 'bc.com': ['8.8.8.8'] } }, true],
    ['a zone whose name objects have too', { zoneResolvers: { constructor: ['8.8.8.8'] } }, true],
  ];
  for (const [sentence, keys, expected] of rows) {
    it(`${expected ? 'takes' : 'refuses'} ${sentence}`, () => assert.equal(refusal({ domain: 'dc.mesos', ...keys }) === '', expected));
  }
});

describe('which values Mesos-DNS takes', () => {
  const rows: readonly (readonly [string, object, RegExp | undefined])[] = [
    ['no domain', { domain: '' }, /domain must be/],
    ['a domain with digits and hyphens', { domain: '1-awesome.domain.e' }, undefined],
    ['a dot before the domain', { domain: '.invalid.com' }, /domain must be/],
    ['a dot behind the domain', { domain: 'invalid.com.' }, /domain must be/],
    ['an underscore', { domain: 'a_b' }, /domain must be/],
    ['a domain of one name', { domain: 'single-name' }, undefined],
    ['neither masters nor zk', { masters: [] }, /neither masters nor zk/],
    ['nothing to serve', { dnson: false, httpon: false }, /both off/],
    ['only DNS', { httpon: false }, undefined],
    ['only HTTP', { dnson: false }, undefined],
    ['a listener that is a name', { listener: 'localhost' }, /listener must be an IP address/],
    ['a text for a number', { ttl: '60' }, /ttl must be a whole number from 0 to 2147483647, and is a text/],
    ['a number for a flag', { externalOn: 1 }, /externalOn must be true or false, and is 1/],
    ['a text for a list', { masters: '10.0.0.1:5050' }, /masters must be a list of texts, and is a text/],
    ['a list of numbers', { resolvers: [1] }, /resolvers must be a list of texts, and is a list/],
    ['half a second', { refreshSeconds: 0.5 }, /refreshSeconds must be a whole number/],
    ['no pause between reads', { refreshSeconds: 0 }, /refreshSeconds must be a whole number from 1/],
    ['no time for a read', { stateTimeoutSeconds: 0 }, /stateTimeoutSeconds must be a whole number from 1/],
    ['a weight above 16 bits', { srvRecordDefaultWeight: 65_536 }, /srvRecordDefaultWeight must be a whole number from 0 to 65535/],
    ['a refresh below 0', { SOARefresh: -1 }, /SOARefresh must be/],
    ['no source', { IPSources: [] }, /IPSources is empty/],
    ['an unknown source', { IPSources: ['host', 'toString'] }, /IPSources may hold/],
    ['a source twice', { IPSources: ['host', 'host'] }, /IPSources names one twice/],
    ['all sources', { IPSources: ['netinfo', 'docker', 'mesos', 'host'] }, undefined],
    ['null, which says nothing', { ttl: null, masters: ['a:1'], domain: null }, undefined],
    ['another way to log in', { mesosAuthentication: 'kerberos' }, /mesosAuthentication must be basic, iam or empty/],
    ['basic without credentials', { mesosAuthentication: 'basic' }, /needs mesosCredentials/],
    ['basic with half of them', { mesosAuthentication: 'basic', mesosCredentials: { principal: 'p' } }, undefined],
    ['credentials of another kind', { mesosCredentials: { secret: 5 } }, /mesosCredentials must be/],
    ['iam without a file', { mesosAuthentication: 'iam' }, /needs iamConfigFile/],
    ['iam whose file is gone', { mesosAuthentication: 'iam', iamConfigFile: 'gone' }, /iamConfigFile: "gone" cannot be read/],
    ['iam without a key', { mesosAuthentication: 'iam', iamConfigFile: 'half' }, /missing: private_key \(RSA, in PEM\), login_endpoint/],
    ['iam', { mesosAuthentication: 'iam', iamConfigFile: 'iam' }, undefined],
    ['authorities whose file is gone', { caCertFile: 'gone' }, /caCertFile: "gone" cannot be read/],
    ['authorities in a file without any', { caCertFile: 'half' }, /holds no certificates in PEM/],
    ['a certificate without its key', { certFile: 'ca' }, /certFile and keyFile go together/],
    ['a key without its certificate', { keyFile: 'key' }, /certFile and keyFile go together/],
    ['a key that is none', { certFile: 'ca', keyFile: 'half' }, /keyFile: "half" holds no private key/],
    ['a certificate with a key', { certFile: 'ca', keyFile: 'key' }, undefined],
    ['zk that is no place', { zk: 'zk://' }, /zk must be/],
    ['zk with a wrong port', { zk: 'zk://a:0/mesos' }, /zk must be/],
    ['zk with a user alone', { zk: 'zk://hunter2@a/mesos' }, /zk: what stands before '@' must be USER:PASSWORD/],
    ['zk in a file that is gone', { zk: 'file://gone' }, /zk: the file "gone" cannot be read/],
    ['zk in a file with something else', { zk: 'file://half' }, /what stands in the file "half" must be/],
    ['zk in a file that names a file', { zk: 'file://loop' }, /what stands in the file "loop" must be/],
  ];
  const files = { half: JSON.stringify({ uid: 'dns' }), iam: account, ca: cert, key: rsa, loop: 'file://loop' };
  for (const [sentence, keys, expected] of rows) {
    it(`${expected === undefined ? 'takes' : 'refuses'} ${sentence}`, () => {
      if (expected === undefined) assert.equal(refusal(keys, files), '');
      else assert.match(refusal(keys, files), expected);
    });
  }

  it('tells all that is wrong at once', () =>
    assert.match(refusal({ domain: '', masters: [], IPSources: [] }), /domain.*IPSources.*neither masters/));
  it('tells where JSON ends to be JSON, and shows none of it', () => {
    assert.throws(
      () => parseText('{\n "mesosCredentials": {"secret": "hunter2" "x"}}'),
      (error) => {
        assert.match(messageOf(error), /^config.json: it is no JSON/);
        assert.doesNotMatch(messageOf(error), /hunter2/);
        return true;
      },
    );
  });
  it('refuses what is no object', () => assert.throws(() => parseText('[]'), /it must be a JSON object/));
});

describe('what is made of the file', () => {
  const rows: readonly (readonly [string, object, (value: MesosDnsConfig) => unknown, unknown])[] = [
    ['keys in any case', { DOMAIN: 'DC.Mesos', rEfReShSeConds: 5 }, (v) => [v.domain, v.mesos.refreshMs], ['dc.mesos', 5_000]],
    ['the last of two spellings', { ttl: 7, TTL: 9 }, (v) => v.ttlSeconds, 9],
    ['no TTL where the file has none', {}, (v) => v.ttlSeconds, undefined],
    ['a TTL of 0', { ttl: 0 }, (v) => v.ttlSeconds, 0],
    [
      "Mesos-DNS's defaults",
      {},
      (v) => [v.domain, v.dns, v.http, v.srvWeight, v.ipSources, v.enforceRfc952, v.recursionAvailable, v.setsTruncateBit, v.isEnumerable],
      ['mesos', { host: '0.0.0.0', port: 53 }, { host: '0.0.0.0', port: 8123 }, 1, ['netinfo', 'mesos', 'host'], false, true, true, true],
    ],
    [
      'its times',
      {},
      ({ mesos: m, forward: f }) => [m.refreshMs, m.stateTimeoutMs, m.detectionTimeoutMs, f.timeoutMs],
      [60_000, 300_000, 30_000, 5_000],
    ],
    ['a timeout of 0 is the default', { timeout: 0 }, (v) => v.forward.timeoutMs, 5_000],
    [
      'its SOA',
      {},
      (v) => v.soa,
      { mname: 'ns1.mesos.', rname: 'root.ns1.mesos.', refreshSeconds: 60, retrySeconds: 600, expireSeconds: 86_400 },
    ],
    ['one dot at the end, @ as a dot', { SOAMname: 'ns.x..', SOARname: 'a@b.c' }, ({ soa }) => [soa.mname, soa.rname], ['ns.x.', 'a.b.c.']],
    ['8.8.8.8 where the file says nothing', {}, (v) => v.forward.resolvers, { kind: 'listed', upstreams: [{ host: '8.8.8.8', port: 53 }] }],
    ["the system's where it says none", { resolvers: [] }, (v) => v.forward.resolvers, { kind: 'system' }],
    ['nobody', { externalon: false }, (v) => v.forward.resolvers, { kind: 'refuse' }],
    [
      'the order of resolvers',
      { resolvers: ['[fd00::1]:54', '1.2.3.4'] },
      (v) => v.forward.resolvers,
      {
        kind: 'listed',
        upstreams: [
          { host: 'fd00::1', port: 54 },
          { host: '1.2.3.4', port: 53 },
        ],
      },
    ],
    [
      'zones, also where nothing else is asked',
      { externalon: false, zoneResolvers: { 'Corp.Example.': ['10.0.0.2'] } },
      (v) => v.forward.zones,
      [{ zone: knownName('corp.example'), upstreams: [{ host: '10.0.0.2', port: 53 }] }],
    ],
    ['services that are off', { dnson: false }, (v) => ['dns' in v, 'http' in v], [false, true]],
    ['REST on all addresses', { httplistener: '' }, (v) => v.http, { host: '0.0.0.0', port: 8123 }],
    [
      'zk',
      { zk: 'zk://a:1,[fd00::1]:2,c/x/mesos/' },
      (v) => v.mesos.detection,
      {
        kind: 'zookeeper',
        servers: [
          { host: 'a', port: 1 },
          { host: 'fd00::1', port: 2 },
          { host: 'c', port: 2181 },
        ],
        path: '/x/mesos',
      },
    ],
    [
      'zk without a path',
      { zk: 'zk://a' },
      (v) => v.mesos.detection,
      { kind: 'zookeeper', servers: [{ host: 'a', port: 2181 }], path: '/' },
    ],
    [
      'zk with a login',
      { zk: 'zk://some:p@ss:word@a/mesos' },
      (v) => v.mesos.detection,
      { kind: 'zookeeper', servers: [{ host: 'a', port: 2181 }], path: '/mesos', auth: 'some:p@ss:word' },
    ],
    [
      'zk in a file',
      { zk: 'file://zk' },
      (v) => v.mesos.detection,
      { kind: 'zookeeper', servers: [{ host: 'z', port: 2181 }], path: '/mesos' },
    ],
    [
      'a master in place of zk',
      { zk: 'master@1.2.3.4:5050' },
      (v) => v.mesos.detection,
      { kind: 'master', master: { host: '1.2.3.4', port: 5050 } },
    ],
    [
      'a master without "master@"',
      { zk: '1.2.3.4:5050' },
      (v) => v.mesos.detection,
      { kind: 'master', master: { host: '1.2.3.4', port: 5050 } },
    ],
    ['http', {}, (v) => v.mesos.tls, undefined],
    ['https, verified', { mesosHTTPSOn: true }, (v) => v.mesos.tls, { verifies: true }],
    ['https, not verified', { mesosHTTPSOn: true, mesosTlsVerify: false }, (v) => v.mesos.tls, { verifies: false }],
    [
      'basic',
      { mesosAuthentication: 'basic', mesosCredentials: { Principal: 'p', SECRET: 's' } },
      (v) => v.mesos.login,
      { kind: 'basic', user: 'p', password: 's' },
    ],
    [
      'iam',
      { mesosAuthentication: 'iam', iamConfigFile: 'iam' },
      (v) => v.mesos.login,
      { kind: 'iam', uid: 'dns', privateKey: rsa, loginEndpoint: 'https://leader.mesos/acs/api/v1/auth/login' },
    ],
  ];
  const files = { zk: 'zk://z/mesos\n', iam: account };
  for (const [sentence, keys, read, expected] of rows) it(sentence, () => assert.deepEqual(read(parse(keys, files).value), expected));
});

describe('what whoever wrote the file is told', () => {
  const rows: readonly (readonly [string, object, readonly RegExp[]])[] = [
    ['nothing', {}, []],
    ['of an unknown key', { refreshSecond: 5 }, [/"refreshSecond" is no key of Mesos-DNS, and is ignored: is RefreshSeconds meant\?/]],
    ['of a key like no other', { comment: 'mine' }, [/"comment" is no key of Mesos-DNS, and is ignored$/]],
    ['of keys of old samples', { ns: 'ns1', email: 'root.mesos' }, [/^ns means nothing/, /^email means nothing/]],
    ['of credentials for nothing', { mesosCredentials: { principal: 'p', secret: 's' } }, [/have no effect/]],
    ['of credentials that all can read', { mesosAuthentication: 'basic', mesosCredentials: { principal: 'p' } }, [/readably/]],
    ['that masters are verified now, and how not', { mesosHTTPSOn: true }, [/system's authorities.*"mesosTLSVerify": false/]],
    ['that masters are not verified', { mesosHTTPSOn: true, mesosTLSVerify: false }, [/whoever answers in place of a master/]],
  ];
  for (const [sentence, keys, expected] of rows) {
    it(sentence, () => {
      const { warnings } = parse(keys);
      assert.equal(warnings.length, expected.length, warnings.join('\n'));
      expected.forEach((pattern, at) => assert.match(warnings[at] ?? '', pattern));
    });
  }
});

it('no message shows a password', () => {
  const keys = { zk: 'zk://u:hunter2@:0', mesosCredentials: { principal: 'p', secret: 'hunter2' }, mesosAuthentication: 'x' };
  assert.doesNotMatch(refusal(keys), /hunter2/);
});
