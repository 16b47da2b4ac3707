import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { knownName } from '../../../src/dns/name.ts';
import { configBody } from '../../../src/dns/mesos-dns-config/body.ts';
import { TYPE } from '../../../src/dns/record.ts';
import { openRest, type RestOptions } from '../../../src/dns-server/rest/open-rest.ts';
import { type ApiAnswer, askApi } from '../../kit/ask-api.ts';
import { lastly } from '../../kit/lastly.ts';
import { waitFor } from '../../kit/wait-for.ts';
import { type Row, type TableZone, tableZone } from './table-zone.ts';

/** As in the table of Mesos-DNS's own HTTP tests, and names that are of this product. */
const ROWS: readonly Row[] = [
  ['leader.mesos', 'A', '1.2.3.4'],
  ['master.mesos', 'A', '144.76.157.37'],
  ['toy-store.ipv6-framework.mesos', 'A', '12.0.1.2'],
  ['toy-store.ipv6-framework.mesos', 'A', '12.0.1.3'],
  ['toy-store.ipv6-framework.mesos', 'AAAA', 'fd01:b::1:8000:2'],
  ['_liquor-store._tcp.marathon.mesos', 'SRV', 'liquor-store-4dfjd-0.marathon.mesos:443'],
  ['_liquor-store._tcp.marathon.mesos', 'SRV', 'liquor-store-4dfjd-0.marathon.mesos:80'],
  ['liquor-store-4dfjd-0.marathon.mesos', 'A', '10.3.0.1'],
  ['liquor-store-4dfjd-0.marathon.mesos', 'A', '10.3.0.2'],
  ['liquor-store-4dfjd-0.marathon.mesos', 'AAAA', 'fd01::1'],
  ['_gone._tcp.marathon.mesos', 'SRV', 'gone-abcde-0.marathon.mesos:80'],
  ['alias.mesos', 'CNAME', 'master.mesos'],
  ['loop.mesos', 'CNAME', 'pool.mesos'],
  ['pool.mesos', 'CNAME', 'loop.mesos'],
  ['*.lb.mesos', 'A', '10.9.9.9'],
  ['here.lb.mesos', 'TXT', 'no address'],
  ['zk-1.zk', 'A', '144.76.157.37'],
];

const TASK = { name: knownName('web.marathon.mesos'), type: TYPE.A, data: '\x0a\x00\x00\x01' };
const FRAMEWORKS = [
  {
    name: 'marathon',
    tasks: [
      { name: 'web', id: 'web.1', records: [TASK] },
      { name: 'web', id: 'web.2', records: [] },
    ],
  },
  { name: 'no pid', tasks: [] },
];

const openFor = async (t: TestContext, given: Partial<RestOptions> = {}): Promise<{ url: string; zone: TableZone }> => {
  const zone = tableZone(['mesos', 'zk'], ROWS);
  const rest = await openRest({
    zone: () => zone,
    frameworks: () => FRAMEWORKS,
    mayAsk: () => true,
    freshness: () => ({ state: 'fresh', sinceMs: Date.now() }),
    listen: { host: '127.0.0.1', port: 0 },
    config: () =>
      configBody(undefined, {
        ttlSeconds: 5,
        soaSerial: 7,
        file: '',
        domain: 'mesos',
        soaMname: 'ns1.mesos.',
        soaRname: 'root.ns1.mesos.',
      }),
    head: { ttlSeconds: 60, refreshSeconds: 30, mname: 'ns1.mesos.', rname: 'root.ns1.mesos.', domain: 'mesos' },
    enumeration: true,
    version: '1.2.3',
    ...given,
  });
  lastly(t, rest.close);
  return { url: rest.url, zone };
};

const host = (name: string, ...ips: readonly string[]): readonly object[] => ips.map((ip) => ({ host: name, ip }));
const NO_HOST = host('', '');
const NO_SERVICE = [{ service: '', host: '', ip: '', port: '' }];
const service = (name: string, port: string, ip: string): object => ({
  service: name,
  host: 'liquor-store-4dfjd-0.marathon.mesos.',
  ip,
  port,
});

const SMALL: readonly (readonly [sentence: string, path: string, body: unknown])[] = [
  [
    'the version names what it stands for',
    '/v1/version',
    { Service: 'Mesos-DNS', URL: 'https://github.com/mesosphere/mesos-dns', Version: '1.2.3' },
  ],
  ['a host', '/v1/hosts/leader.mesos', host('leader.mesos.', '1.2.3.4')],
  [
    'a host with a dot at its end, a slash at the end of its path, and capitals',
    '/v1/hosts/Leader.MESOS./',
    host('leader.mesos.', '1.2.3.4'),
  ],
  ['a host with .* in it', '/v1/hosts/leader.*.mesos', host('leader.mesos.', '1.2.3.4')],
  [
    'all addresses of a host, IPv4 first',
    '/v1/hosts/toy-store.ipv6-framework.mesos',
    host('toy-store.ipv6-framework.mesos.', '12.0.1.2', '12.0.1.3', 'fd01:b::1:8000:2'),
  ],
  ['a host that nobody has: one entry of empty texts', '/v1/hosts/missing.mesos', NO_HOST],
  ['nothing but .*', '/v1/hosts/.*', NO_HOST],
  ['a dot', '/v1/hosts/%2e.', NO_HOST],
  ['no name at all', '/v1/hosts/a..b', NO_HOST],
  ['a name of 300 characters', `/v1/hosts/${'a'.repeat(300)}`, NO_HOST],
  ['a name with a slash in it', '/v1/hosts/a%2Fb', NO_HOST],
  ['a name without addresses', '/v1/hosts/_liquor-store._tcp.marathon.mesos', NO_HOST],
  ['a name of another zone', '/v1/hosts/zk-1.zk', host('zk-1.zk.', '144.76.157.37')],
  ['an alias', '/v1/hosts/alias.mesos', host('alias.mesos.', '144.76.157.37')],
  ['an alias without end', '/v1/hosts/loop.mesos', NO_HOST],
  ['a name that a wildcard covers', '/v1/hosts/any.thing.lb.mesos', host('any.thing.lb.mesos.', '10.9.9.9')],
  ['a name beside a wildcard', '/v1/hosts/here.lb.mesos', NO_HOST],
  [
    'a service: of each target one address of each family, the port a text',
    '/v1/services/_Liquor-store._tcp.marathon.mesos.',
    [
      service('_Liquor-store._tcp.marathon.mesos.', '443', '10.3.0.1'),
      service('_Liquor-store._tcp.marathon.mesos.', '443', 'fd01::1'),
      service('_Liquor-store._tcp.marathon.mesos.', '80', '10.3.0.1'),
      service('_Liquor-store._tcp.marathon.mesos.', '80', 'fd01::1'),
    ],
  ],
  ['a service whose target has no address', '/v1/services/_gone._tcp.marathon.mesos', NO_SERVICE],
  ['a service that nobody has', '/v1/services/_missing._tcp.marathon.mesos', NO_SERVICE],
  ['a host is no service', '/v1/services/leader.mesos', NO_SERVICE],
  ['nothing but .* is no service', '/v1/services/.*', NO_SERVICE],
  [
    'the enumeration: tasks in frameworks, records in tasks',
    '/v1/enumerate',
    {
      frameworks: [
        {
          tasks: [
            { name: 'web', id: 'web.1', records: [{ name: 'web.marathon.mesos.', host: '10.0.0.1', rtype: 'A' }] },
            { name: 'web', id: 'web.2', records: [] },
          ],
          name: 'marathon',
        },
        { tasks: [], name: 'no pid' },
      ],
    },
  ],
  ['VIPs: none', '/v1/vips', []],
];

describe("Mesos-DNS's REST interface: what is told", () => {
  for (const [sentence, path, body] of SMALL)
    it(sentence, async (t) => {
      const answer = await askApi((await openFor(t)).url, path);
      assert.deepEqual([answer.status, answer.body], [200, body]);
      assert.match(String(answer.headers['content-type']), /^application\/json\b/);
      // As Mesos-DNS prints it, also what is sent in pieces.
      assert.equal(answer.text, JSON.stringify(body, undefined, 1));
    });

  it('the configuration, with the keys of Mesos-DNS', async (t) => {
    const { status, body } = await askApi((await openFor(t)).url, '/v1/config');
    assert.equal(status, 200);
    assert.partialDeepStrictEqual(body, { RefreshSeconds: 60, TTL: 5, SOASerial: 7, Domain: 'mesos', EnumerationOn: true });
  });

  it('the zone as dcos-net copies it', async (t) => {
    const { body } = await askApi((await openFor(t)).url, '/v1/axfr');
    assert.deepEqual(body, {
      TTL: 60,
      Serial: 7,
      RefreshSeconds: 30,
      Mname: 'ns1.mesos.',
      Rname: 'root.ns1.mesos.',
      Domain: 'mesos',
      Records: {
        As: {
          'leader.mesos.': ['1.2.3.4'],
          'master.mesos.': ['144.76.157.37'],
          'toy-store.ipv6-framework.mesos.': ['12.0.1.2', '12.0.1.3'],
          'liquor-store-4dfjd-0.marathon.mesos.': ['10.3.0.1', '10.3.0.2'],
          '*.lb.mesos.': ['10.9.9.9'],
        },
        AAAAs: { 'toy-store.ipv6-framework.mesos.': ['fd01:b::1:8000:2'], 'liquor-store-4dfjd-0.marathon.mesos.': ['fd01::1'] },
        SRVs: {
          '_liquor-store._tcp.marathon.mesos.': ['liquor-store-4dfjd-0.marathon.mesos.:443', 'liquor-store-4dfjd-0.marathon.mesos.:80'],
          '_gone._tcp.marathon.mesos.': ['gone-abcde-0.marathon.mesos.:80'],
        },
      },
    });
  });

  it('all records of all zones, as dcos-net lists them', async (t) => {
    const { body } = await askApi((await openFor(t)).url, '/v1/records');
    const records = body as readonly { name: string; host: string; rtype: string }[];
    assert.equal(records.length, ROWS.length);
    for (const record of [
      { name: 'zk-1.zk.', host: '144.76.157.37', rtype: 'A' },
      { name: 'alias.mesos.', host: 'master.mesos.', rtype: 'CNAME' },
      { name: '_gone._tcp.marathon.mesos.', host: 'gone-abcde-0.marathon.mesos.:80', rtype: 'SRV' },
    ])
      assert.ok(
        records.some((one) => JSON.stringify(one) === JSON.stringify(record)),
        JSON.stringify(record),
      );
  });
});

const HTTP: readonly (readonly [
  sentence: string,
  ask: readonly [method: string, path: string, accept?: string],
  status: number,
  text: string,
])[] = [
  ['a host’s ports', ['GET', '/v1/hosts/leader.mesos/ports'], 501, 'To be implemented...'],
  ['a path that is not there', ['GET', '/v1/nothing'], 404, '404: Page Not Found'],
  ['no host', ['GET', '/v1/hosts/'], 404, '404: Page Not Found'],
  ['the root', ['GET', '/'], 404, '404: Page Not Found'],
  ['a path that cannot be decoded', ['GET', '/v1/hosts/%'], 400, '400: the path cannot be decoded'],
  ['POST', ['POST', '/v1/hosts/leader.mesos'], 405, '405: Method Not Allowed'],
  ['DELETE', ['DELETE', '/v1/axfr'], 405, '405: Method Not Allowed'],
  ['OPTIONS, as browsers ask', ['OPTIONS', '/v1/config'], 405, '405: Method Not Allowed'],
  ['XML asked for', ['GET', '/v1/version', 'application/xml'], 406, '406: Not Acceptable: there is nothing here but application/json'],
  [
    'HTML asked for, of what is large',
    ['GET', '/v1/axfr', 'text/html'],
    406,
    '406: Not Acceptable: there is nothing here but application/json',
  ],
  ['DNS over HTTPS where there is none', ['GET', '/dns-query?dns=AAAA'], 404, '404: Page Not Found'],
];

describe("Mesos-DNS's REST interface: HTTP", () => {
  for (const [sentence, [method, path, accept], status, text] of HTTP)
    it(`${sentence}: ${status}`, async (t) => {
      const headers = accept === undefined ? {} : { accept };
      const answer = await askApi((await openFor(t)).url, path, { method, headers });
      assert.deepEqual([answer.status, answer.text], [status, text]);
    });

  for (const accept of [
    'application/json',
    '*/*',
    'text/html, application/json;q=0.9',
    'text/html,*/*;q=0.1',
    'Application/JSON; charset=utf-8',
  ])
    it(`Accept: ${accept} is answered`, async (t) => {
      assert.equal((await askApi((await openFor(t)).url, '/v1/version', { headers: { accept } })).status, 200);
    });

  it('refuses what is sent by POST before it reads it', async (t) => {
    const { url } = await openFor(t);
    const headers = { 'content-type': 'application/json' };
    assert.equal((await askApi(url, '/v1/version', { method: 'POST', content: 'x'.repeat(50_000), headers })).status, 405);
  });

  it('has neither zone nor enumeration where enumeration is off', async (t) => {
    const { url } = await openFor(t, { enumeration: false });
    const statuses = await Promise.all(['/v1/axfr', '/v1/enumerate', '/v1/records'].map(async (path) => (await askApi(url, path)).status));
    assert.deepEqual(statuses, [404, 404, 200]);
  });

  it('says nothing of a zone that is not known yet, for it would be taken for empty', async (t) => {
    const { url } = await openFor(t, { freshness: () => ({ state: 'not-ready', sinceMs: 0 }) });
    for (const path of ['/v1/axfr', '/v1/enumerate', '/v1/records', '/v1/hosts/leader.mesos', '/v1/services/_x._tcp.mesos', '/v1/health']) {
      assert.equal((await askApi(url, path)).status, 503, path);
    }
    assert.equal((await askApi(url, '/v1/version')).status, 200);
  });

  it('tells its health, and how old what it knows is', async (t) => {
    const { url } = await openFor(t, { freshness: () => ({ state: 'stale', sinceMs: Date.now() - 90_000 }) });
    const { status, body } = await askApi(url, '/v1/health');
    assert.deepEqual([status, body], [200, { state: 'stale', ageSeconds: 90, serial: 7 }]);
  });

  it('keeps out who may not ask', async (t) => {
    const asked: string[] = [];
    const { url } = await openFor(t, {
      mayAsk: (address) => {
        asked.push(address);
        return false;
      },
    });
    for (const path of ['/v1/version', '/v1/axfr', '/nothing']) assert.equal((await askApi(url, path)).status, 403, path);
    assert.deepEqual(asked, ['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  });

  it('sends the zone again only when it has changed', async (t) => {
    const { url, zone } = await openFor(t);
    const first = await askApi(url, '/v1/axfr');
    const ask = async (tag: string): Promise<ApiAnswer> => askApi(url, '/v1/axfr', { headers: { 'if-none-match': tag } });
    const tag = String(first.headers.etag);
    assert.match(tag, /^".+"$/);
    assert.deepEqual([(await ask(tag)).status, (await ask(`"other", W/${tag}`)).status, (await ask('"other"')).status], [304, 304, 200]);
    assert.equal(zone.snapshots, 2);
    zone.serial += 1;
    assert.equal((await ask(tag)).status, 200);
  });
});

const MANY = Array.from({ length: 60_000 }, (_, index): Row => [
  `app-${index}.marathon.mesos`,
  'A',
  `10.${(index >> 8) & 0xff}.${index & 0xff}.1`,
]);

describe("Mesos-DNS's REST interface: large zones", () => {
  it('are sent in pieces, and others are answered meanwhile', async (t) => {
    const zone = tableZone(['mesos'], MANY);
    const { url } = await openFor(t, { zone: () => zone });
    const ended: string[] = [];
    const ask = async (path: string): Promise<ApiAnswer> => {
      const answer = await askApi(url, path);
      ended.push(path);
      return answer;
    };
    const all = ask('/v1/records');
    const others = ['/v1/hosts/app-5.marathon.mesos', '/v1/version', '/v1/services/_x._tcp.mesos'];
    for (const other of others) assert.equal((await ask(other)).status, 200);
    assert.equal(((await all).body as readonly unknown[]).length, MANY.length);
    assert.deepEqual(ended, [...others, '/v1/records']);
  });

  it('are sent to a few at once: who comes later is told to come again, and has it when those have it', async (t) => {
    const zone = tableZone(['mesos'], MANY);
    const { url } = await openFor(t, { zone: () => zone });
    // They begin to read and go no further.
    const slow = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const outgoing = request(`${url}/v1/records`, { agent: false }).end();
        await new Promise<void>((resolve) => outgoing.once('response', (answer) => answer.once('readable', () => resolve())));
        return outgoing;
      }),
    );
    const refused = await askApi(url, '/v1/axfr');
    assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1']);
    assert.equal((await askApi(url, '/v1/hosts/app-5.marathon.mesos')).status, 200);
    slow.forEach((outgoing) => outgoing.on('error', () => undefined).destroy());
    await waitFor('there is room again', async () => (await askApi(url, '/v1/axfr')).status === 200);
  });
});

describe('DNS over HTTPS', () => {
  const asked = async (t: TestContext): Promise<{ url: string; seen: (readonly [string, string])[] }> => {
    const seen: (readonly [string, string])[] = [];
    const { url } = await openFor(t, {
      answerMessage: async (query, address) => {
        seen.push([query.toString('hex'), address]);
        return Buffer.from('answer');
      },
    });
    return { url, seen };
  };
  const QUERY = Buffer.from('000001000001000000000000037777770765786d706c6503636f6d0000010001', 'hex');
  const TYPE_OF_MESSAGES = 'application/dns-message';

  it('answers messages in the query and in the body, and nobody on the way keeps them', async (t) => {
    const { url, seen } = await asked(t);
    const got = await askApi(url, `/dns-query?dns=${QUERY.toString('base64url')}`, { headers: { accept: TYPE_OF_MESSAGES } });
    assert.deepEqual(
      [got.status, got.text, got.headers['content-type'], got.headers['cache-control']],
      [200, 'answer', TYPE_OF_MESSAGES, 'no-store'],
    );
    const posted = await askApi(url, '/dns-query', {
      method: 'POST',
      content: QUERY.toString('latin1'),
      headers: { 'content-type': TYPE_OF_MESSAGES },
    });
    assert.deepEqual([posted.status, posted.text], [200, 'answer']);
    assert.deepEqual(seen, [
      [QUERY.toString('hex'), '127.0.0.1'],
      [QUERY.toString('hex'), '127.0.0.1'],
    ]);
  });

  const WRONG: readonly (readonly [string, string, number])[] = [
    ['no message', '/dns-query', 400],
    ['an empty one', '/dns-query?dns=', 400],
    ['two of them', '/dns-query?dns=AAAA&dns=AAAA', 400],
    ['one that is too short for a header', '/dns-query?dns=AAAA', 400],
    ['characters of plain base64', `/dns-query?dns=${'+'.repeat(30)}`, 400],
  ];
  for (const [sentence, path, status] of WRONG)
    it(`${sentence}: ${status}, and nobody is asked`, async (t) => {
      const { url, seen } = await asked(t);
      assert.equal((await askApi(url, path)).status, status);
      assert.equal(seen.length, 0);
    });

  it('takes no other content, and none that is larger than a message may be', async (t) => {
    const { url, seen } = await asked(t);
    const post = async (type: string, content: string): Promise<number> =>
      (await askApi(url, '/dns-query', { method: 'POST', content, headers: { 'content-type': type } })).status;
    assert.deepEqual([await post('application/json', '{}'), await post(TYPE_OF_MESSAGES, 'x'.repeat(70_000))], [415, 413]);
    assert.equal(seen.length, 0);
  });
});
