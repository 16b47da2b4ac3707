import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dnsOptions } from '../../src/daemon/dns-options.ts';
import { Authority } from '../../src/dns/answer/authority.ts';
import { Routes } from '../../src/dns/forward/routes.ts';
import { toName } from '../../src/dns/name.ts';
import { TYPE } from '../../src/dns/record.ts';
import { Zone } from '../../src/dns/zone.ts';
import { toSettings } from '../../src/settings.ts';
import { aQuery } from '../kit/dns-rig.ts';

const optionsOf = (flags: Readonly<Record<string, unknown>>) => {
  const { dns } = toSettings({ marathon: ['http://127.0.0.1:1'], group: ['*'], dnsListen: ['127.0.0.1:1053'], ...flags });
  if (dns === undefined) assert.fail('DNS is off');
  return dnsOptions(dns, 1);
};

describe('with a resolver for a zone in what is never asked of others', () => {
  const options = optionsOf({ dnsResolver: ['corp.directory=10.0.0.2', '10.0.0.3'] });
  const { nsid, ...answer } = options.answer;
  const authority = new Authority(new Zone(options.zone), {
    ...{ ...answer, nsid: Buffer.from(nsid) },
    random: Math.random,
    freshness: () => ({ state: 'fresh' }),
  });
  const routes = new Routes(options.forward?.forward.routes ?? assert.fail('nobody is asked'));
  const CASES: readonly (readonly [sentence: string, name: string, kind: string, asked: readonly string[]])[] = [
    ['a name of that zone', 'db.corp.directory', 'forward', ['10.0.0.2']],
    ['the zone itself', 'corp.directory', 'forward', ['10.0.0.2']],
    ['a name beside it', 'db.other.directory', 'reply', []],
    ['one that only ends like it', 'xcorp.directory', 'reply', []],
    ['a name of ours', 'web.mesos', 'reply', []],
    ['any other name', 'example.com', 'forward', ['10.0.0.3']],
  ];
  for (const [sentence, name, kind, asked] of CASES)
    it(`${sentence}: ${asked.join() || 'nobody is asked'}`, () => {
      assert.equal(authority.answer(aQuery(name, 'A'), { transport: 'udp', address: '127.0.0.1' }).kind, kind);
      const upstreams = routes.upstreamsFor(toName(name) ?? assert.fail(), TYPE.A, 1);
      assert.deepEqual(
        upstreams.map(({ place }) => place.host),
        asked,
      );
    });
});
