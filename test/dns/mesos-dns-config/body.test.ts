import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configBody } from '../../../src/dns/mesos-dns-config/body.ts';
import { parseMesosDnsConfig } from '../../../src/dns/mesos-dns-config/parse.ts';

const IN_FORCE = {
  ttlSeconds: 5,
  soaSerial: 42,
  file: '/etc/mesos-dns.json',
  domain: 'mesos',
  soaMname: 'ns1.mesos.',
  soaRname: 'root.ns1.mesos.',
};

const bodyOf = (keys: object): Readonly<Record<string, unknown>> =>
  configBody(parseMesosDnsConfig('file', JSON.stringify(keys), () => '').value.values, IN_FORCE);

describe('GET /v1/config', () => {
  it('spells its keys as Mesos-DNS does, in its order', () =>
    assert.equal(
      Object.keys(bodyOf({ masters: ['a:1'] })).join(' '),
      'RefreshSeconds Port Timeout StateTimeoutSeconds ZkDetectionTimeout HttpPort TTL SRVRecordDefaultWeight ' +
        'SOASerial SOARefresh SOARetry SOAExpire SOAMinttl SOAMname SOARname Masters ZoneResolvers Resolvers IPSources Zk Domain File Listener HTTPListener RecurseOn DnsOn HttpOn ExternalOn EnforceRFC952 SetTruncateBit ' +
        'EnumerationOn MesosHTTPSOn CACertFile CertFile KeyFile MesosCredentials IAMConfigFile MesosAuthentication',
    ));

  const rows: readonly (readonly [string, object, string, unknown])[] = [
    ['what is in force goes before what the file says', { ttl: 60 }, 'TTL', 5],
    ['the serial is the one of now', { SOASerial: 1 }, 'SOASerial', 42],
    ['where the file is', { file: 'elsewhere' }, 'File', '/etc/mesos-dns.json'],
    ['zones are an object', { zoneResolvers: { weave: ['8.8.8.8'] } }, 'ZoneResolvers', { weave: ['8.8.8.8'] }],
    [
      'a secret is hidden',
      { mesosCredentials: { principal: 'p', secret: 'hunter2' } },
      'MesosCredentials',
      { Principal: 'p', Secret: '***' },
    ],
    ['no secret is none', {}, 'MesosCredentials', { Principal: '', Secret: '' }],
    ['a password in zk is hidden', { zk: 'zk://u:hunter2@a:1/m' }, 'Zk', 'zk://***@a:1/m'],
    ['lists are as they stand in the file', { resolvers: ['1.2.3.4'] }, 'Resolvers', ['1.2.3.4']],
  ];
  for (const [sentence, keys, key, expected] of rows)
    it(sentence, () => assert.deepEqual(bodyOf({ masters: ['a:1'], ...keys })[key], expected));

  it('without a file has defaults, and no resolver of Google', () => {
    const body = configBody(undefined, IN_FORCE);
    assert.deepEqual([body['Resolvers'], body['RefreshSeconds'], body['Domain']], [[], 60, 'mesos']);
  });
});
