import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { decode, encode } from 'dns-packet';
import type { Explanation } from '../../src/dns/explain/explanation.ts';
import { knownName } from '../../src/dns/name.ts';
import type { NamedTask } from '../../src/dns/named-task.ts';
import { openRecords, type RecordsFacts, type RecordsOptions } from '../../src/dns-server/records-responder.ts';
import type { Responder } from '../../src/dns-server/messages.ts';
import { type ApiAnswer, askApi, type AskOptions } from '../kit/ask-api.ts';
import { lastly } from '../kit/lastly.ts';
import { waitFor } from '../kit/wait-for.ts';

const TASK: NamedTask = {
  key: 'marathon\nprod_web.aaa',
  framework: 'marathon',
  id: 'prod_web.aaa',
  name: 'web.prod',
  discovery: { name: 'web.prod', ports: [{ number: 31010, protocol: 'tcp', name: 'http' }] },
  agentId: 'ab12-S0',
  agentAddresses: ['10.1.0.5'],
  addresses: {},
  hostPorts: [31010],
  isMapped: false,
  fitness: 'fit',
  appId: '/prod/web',
};

const OPTIONS: RecordsOptions = {
  listen: [{ address: '127.0.0.1', port: 0 }],
  zone: {
    ...{ domain: 'mesos', ttlSeconds: 5, negativeTtlSeconds: 1, soaMname: 'ns1.mesos', soaRname: 'root.ns1.mesos.' },
    ...{ soaRefresh: 60, soaRetry: 600, soaExpire: 86_400, ipSources: ['netinfo', 'mesos', 'host'], enforceRfc952: false },
    ...{ srvWeight: 1, listenerAddresses: ['127.0.0.1'], dcos: true, firstSerial: 100 },
  },
  answer: {
    ...{
      recurseOn: true,
      setTruncateBit: true,
      maxUdpSize: 1232,
      minimalAny: true,
      srvUnknown: 'nxdomain',
      neverLeak: [knownName('mesos')],
    },
    renames: [{ from: knownName('mesos.thisdcos.directory'), to: knownName('mesos') }],
    nsid: 'here',
  },
  config: { TTL: 5, SOASerial: 0, Domain: 'mesos' },
  refreshSeconds: 60,
  isEnumerable: true,
  version: '1.2.3',
};

const factsOf = (responder: Responder): RecordsFacts => responder.facts() as RecordsFacts;

const openFor = async (
  t: TestContext,
  given: Partial<RecordsOptions> = {},
): Promise<{ url: string; responder: ReturnType<typeof openRecords> }> => {
  const responder = openRecords({ ...OPTIONS, ...given }, { facts: () => undefined, log: () => undefined });
  lastly(t, responder.close);
  const [listener] = await waitFor('it listens', () => {
    const { listeners } = factsOf(responder);
    return listeners.length > 0 && listeners;
  });
  return { url: `http://127.0.0.1:${listener?.port ?? 0}`, responder };
};

const feed = (responder: Responder): void => {
  responder.take({ kind: 'whole-begin' });
  responder.take({
    kind: 'change',
    change: { put: [TASK], cluster: { frameworks: [{ name: 'chronos', addresses: [] }], agents: [], masters: [] } },
  });
  responder.take({ kind: 'freshness', freshness: { state: 'fresh', sinceMs: Date.now() } });
  responder.take({ kind: 'whole-end' });
};

const DNS: AskOptions = { headers: { accept: 'application/dns-message' } };
const query = (name: string): string => encode({ type: 'query', id: 0, questions: [{ type: 'A', name }] }).toString('base64url');

const decoded = async (url: string, name: string) => {
  const response = await fetch(`${url}/dns-query?dns=${query(name)}`, { headers: { accept: 'application/dns-message' } });
  assert.equal(response.status, 200);
  return decode(Buffer.from(await response.arrayBuffer())) as ReturnType<typeof decode> & { rcode: string };
};

describe('the process that makes JSON of the zone', () => {
  it('tells nothing before it was told everything', async (t) => {
    const { url, responder } = await openFor(t);
    const statuses = async (): Promise<readonly number[]> =>
      Promise.all(['/v1/axfr', '/v1/hosts/web-prod.marathon.mesos', '/v1/health'].map(async (path) => (await askApi(url, path)).status));
    responder.take({ kind: 'whole-begin' });
    assert.deepEqual(await statuses(), [503, 503, 503]);
    assert.equal((await decoded(url, 'web-prod.marathon.mesos')).rcode, 'SERVFAIL');
    feed(responder);
    assert.deepEqual(await statuses(), [200, 200, 200]);
  });

  it('enumerates frameworks and tasks by the names that they have in Mesos, each record once', async (t) => {
    const { url, responder } = await openFor(t);
    feed(responder);
    responder.take({ kind: 'change', change: { put: [{ ...TASK, key: 'marathon\nprod_web.bbb', id: 'prod_web.bbb' }] } });
    const { body } = await askApi(url, '/v1/enumerate');
    const { frameworks } = body as {
      frameworks: { name: string; tasks: { name: string; id: string; records: { name: string; host: string; rtype: string }[] }[] }[];
    };
    assert.deepEqual(
      frameworks.map(({ name, tasks }) => [name, tasks.map((task) => [task.name, task.id, task.records.length])]),
      [
        ['chronos', []],
        // 2 forms x (4 addresses, 2 x 2 SRV of host ports under slave, 2 of the discovery port); the other task has its canonical names for itself.
        [
          'marathon',
          [
            ['web.prod', 'prod_web.aaa', 16],
            ['web.prod', 'prod_web.bbb', 12],
          ],
        ],
      ],
    );
    const records = frameworks.flatMap(({ tasks }) => tasks.flatMap((task) => task.records.map((record) => JSON.stringify(record))));
    assert.equal(new Set(records).size, records.length);
    assert.ok(records.includes('{"name":"web-prod-tsx79-s0.marathon.mesos.","host":"10.1.0.5","rtype":"A"}'));
    assert.ok(
      records.includes('{"name":"_http._web-prod._tcp.marathon.mesos.","host":"web-prod-tsx79-s0.marathon.mesos.:31010","rtype":"SRV"}'),
    );
  });

  it('has the serial of its zone in the configuration and in the zone, and the names of Mesos-DNS', async (t) => {
    const { url, responder } = await openFor(t);
    feed(responder);
    const config = (await askApi(url, '/v1/config')).body as { SOASerial: number };
    const axfr = (await askApi(url, '/v1/axfr')).body as { Serial: number };
    assert.ok(config.SOASerial > 100 && config.SOASerial === axfr.Serial);
    assert.partialDeepStrictEqual(axfr, { TTL: 5, RefreshSeconds: 60, Mname: 'ns1.mesos.', Rname: 'root.ns1.mesos.', Domain: 'mesos' });
  });

  it('answers DNS over HTTPS, and asks nobody about names of others', async (t) => {
    const { url, responder } = await openFor(t);
    feed(responder);
    const own = await decoded(url, 'web-prod.marathon.mesos');
    assert.deepEqual([own.rcode, own.answers?.map((answer) => 'data' in answer && answer.data)], ['NOERROR', ['10.1.0.5']]);
    assert.equal((await decoded(url, 'nothing.marathon.mesos')).rcode, 'NXDOMAIN');
    assert.equal((await decoded(url, 'www.example.com')).rcode, 'REFUSED');
  });

  it('keeps out addresses that are not allowed', async (t) => {
    const { url, responder } = await openFor(t, { allow: ['10.0.0.0/8'] });
    feed(responder);
    const answers: readonly ApiAnswer[] = await Promise.all([
      askApi(url, '/v1/axfr'),
      askApi(url, `/dns-query?dns=${query('x.mesos')}`, DNS),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [403, 403],
    );
  });

  it('explains names to the main process', async (t) => {
    const { responder } = await openFor(t);
    feed(responder);
    const ask = async (name: string): Promise<Explanation> => (await responder.ask({ kind: 'explain', name, type: 1 })) as Explanation;
    assert.equal((await ask('web-prod.marathon.mesos.thisdcos.directory')).records[0]?.served, true);
    assert.equal((await ask('prod-web.marathon.mesos')).missing?.because, 'no-such-task');
    await assert.rejects(ask('a..b'), /not a domain name/);
  });

  it('listens as soon as it can where another program does, and says meanwhile what keeps it', async (t) => {
    const first = await openFor(t);
    const port = Number(new URL(first.url).port);
    const { responder } = await openFor(t, { listen: [{ address: '127.0.0.1', port }] });
    assert.match(factsOf(responder).listeners[0]?.problem ?? '', /another program listens there, perhaps a Mesos-DNS/);
    await first.responder.close();
    await waitFor('it listens', () => factsOf(responder).listeners[0]?.problem === undefined);
    assert.equal((await askApi(`http://127.0.0.1:${port}`, '/v1/version')).status, 200);
  });
});
