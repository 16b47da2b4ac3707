import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { PeerAnswer } from '../../src/observe/peer-answer.ts';
import { type KnownPeer, Peers } from '../../src/observe/peers.ts';
import { lastly } from '../kit/lastly.ts';

const OWN = 'instance-own';

const seen = (sluice: string): PeerAnswer => ({
  ...{ instance: `instance-${sluice}`, startedAt: '2026-01-01T00:00:00.000Z', behindMs: 0 },
  observation: { sluice, at: '2026-01-01T00:00:01.000Z', revision: 7, apps: {} },
});

const serving = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  lastly(t, () => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const saying =
  (text: string, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status).end(text);

const closing = (t: TestContext): AbortSignal => {
  const ending = new AbortController();
  lastly(t, () => ending.abort());
  return ending.signal;
};

type Options = ConstructorParameters<typeof Peers>[0];

const peersAt = (t: TestContext, urls: readonly string[], changes: Partial<Options> = {}): Peers =>
  new Peers({
    ...{ who: { kind: 'urls', urls }, self: undefined, instance: OWN, statsPort: 9090, login: undefined, signal: closing(t) },
    told: async () => Promise.reject(new Error('nobody asks')),
    ...changes,
  });

const whyMissing = async (peers: Peers): Promise<string> => {
  const { seen: all, missing } = await peers.observe('/shop');
  assert.deepEqual([all.length, missing.length], [0, 1], 'it is missing, and not nobody');
  return missing[0]?.because ?? '';
};

describe('other Sluices', () => {
  it('tell what they see, by the names that this one knows them by; itself it leaves out', async (t) => {
    const asked: string[] = [];
    const url = await serving(t, (request, response) => {
      asked.push(request.url ?? '', request.headers.authorization ?? '');
      response.end(JSON.stringify(seen('edge-2')));
    });
    const own = await serving(t, saying(JSON.stringify({ ...seen('edge-1'), instance: OWN })));
    const peers = peersAt(t, [url, own], { login: { user: 'ann', password: 'pä:ss', isHash: false } });
    const { seen: all, missing } = await peers.observe('/shop/ö&x');
    assert.deepEqual(missing, []);
    assert.deepEqual(
      all.map(({ sluice, revision }) => [sluice, revision]),
      [[new URL(url).host, 7]],
    );
    assert.deepEqual(asked, ['/_sluice_observations?group=%2Fshop%2F%C3%B6%26x', `Basic ${Buffer.from('ann:pä:ss').toString('base64')}`]);
    assert.deepEqual(
      peers.known.map(({ name, sluice, because, startedAt, behindMs }) => [name, sluice, because, startedAt, behindMs]),
      [[new URL(url).host, 'edge-2', undefined, '2026-01-01T00:00:00.000Z', 0]],
    );
    await peers.look();
    assert.equal(asked[2], '/_sluice_observations');
  });

  const RUBBISH: readonly (readonly [string, RequestListener])[] = [
    ['no JSON', saying('<html>')],
    ['other JSON', saying('[]')],
    ['an observation without its revision', saying(JSON.stringify({ ...seen('x'), observation: { sluice: 'x', at: '', apps: {} } }))],
    [
      'servers with negative sessions',
      saying(
        JSON.stringify({
          ...seen('x'),
          observation: {
            ...seen('x').observation,
            apps: {
              '/shop': {
                servers: [{ taskId: 'a', backend: 'b', server: 'c', state: 'ready', up: true, weight: 1, sessions: -1, queued: 0 }],
                counters: { requests: 0, errors5xx: 0, connectionErrors: 0 },
              },
            },
          },
        }),
      ),
    ],
    [
      'a response without end',
      (_request, response) => {
        const more = (): void => {
          if (!response.destroyed && response.write('x'.repeat(1_000_000))) setImmediate(more);
        };
        response.on('drain', more);
        more();
      },
    ],
    [
      'an answer that breaks off',
      (_request, response) => response.writeHead(200, { 'content-length': 500 }).write('{', () => response.destroy()),
    ],
    ['a redirect', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['nothing at all', () => undefined],
  ];
  for (const [what, listener] of RUBBISH)
    it(`are missing where they answer ${what}`, async (t) => {
      const url = await serving(t, listener);
      assert.notEqual(await whyMissing(peersAt(t, [url])), '');
    });

  it('say what to set where they ask for a password, or are no Sluice that can be asked', async (t) => {
    const refusing = await serving(t, saying('', 401));
    assert.match(await whyMissing(peersAt(t, [refusing])), /same --stats-auth-file/);
    const hash = { user: 'ann', password: '$6$abc$def', isHash: true };
    assert.match(await whyMissing(peersAt(t, [refusing], { login: hash })), /only its hash/);
    assert.match(await whyMissing(peersAt(t, [await serving(t, saying('', 503))])), /not ready, or it is too old/);
    assert.match(await whyMissing(peersAt(t, ['http://127.0.0.1:1'])), /^http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
  });

  it('that answer at two places count once', async (t) => {
    const urls = [await serving(t, saying(JSON.stringify(seen('x')))), await serving(t, saying(JSON.stringify(seen('x'))))];
    const { seen: all, missing } = await peersAt(t, urls).observe('/shop');
    assert.equal(all.length, 1);
    assert.match(missing[0]?.because ?? '', /the same Sluice answers there/);
  });

  it('are tasks of the own app: asked at their hosts, and taken for no other task', async (t) => {
    const url = await serving(t, saying(JSON.stringify(seen('sluice.2'))));
    const { hostname, port } = new URL(url);
    const self = { appId: '/sluice', taskId: 'sluice.1' };
    let tasks = [{ id: 'sluice.1' }, { id: 'sluice.2', host: hostname }];
    const auto = (told: () => unknown): Peers =>
      peersAt(t, [], { who: { kind: 'auto' }, self, statsPort: Number(port), told: async () => Promise.resolve(told()) });
    const peers = auto(() => ({ tasks }));
    assert.deepEqual(
      (await peers.observe('/shop')).seen.map(({ sluice }) => sluice),
      ['sluice.2'],
    );
    tasks = [{ id: 'sluice.1' }, { id: 'sluice.3', host: hostname }];
    assert.equal(await whyMissing(peers), 'another Sluice answers there');
    tasks = [{ id: 'sluice.1' }];
    assert.deepEqual(await peers.observe('/shop'), { seen: [], missing: [] });
    assert.deepEqual(peers.known, []);
    assert.match(await whyMissing(auto(() => undefined)), /does not have this Sluice among its apps/);
    const unheard = peersAt(t, [], { who: { kind: 'auto' }, self });
    await assert.rejects(unheard.observe('/shop'), /nobody asks/);
  });

  it('are none where it is told to be alone, or runs in no Marathon', async (t) => {
    for (const kind of ['off', 'auto'] as const)
      assert.deepEqual(await peersAt(t, [], { who: { kind } }).observe('/shop'), { seen: [], missing: [] });
  });

  it('are told apart: those whose HAProxy takes the question, and those that cannot be reached, refuse, or are something else', async (t) => {
    const kindOf = async (url: string): Promise<KnownPeer['kind']> => {
      const peers = peersAt(t, [url]);
      await peers.look();
      return peers.known[0]?.kind;
    };
    assert.equal(await kindOf(await serving(t, () => undefined)), 'silent');
    assert.equal(await kindOf(await serving(t, (_request, response) => response.destroy())), 'silent');
    assert.equal(await kindOf(await serving(t, saying('', 503))), 'silent');
    assert.equal(await kindOf(await serving(t, saying('', 401))), 'refused');
    assert.equal(await kindOf(await serving(t, saying('<html>'))), 'other');
    assert.equal(await kindOf('http://127.0.0.1:1'), 'unreached');
  });

  it('are remembered with their last answer', async (t) => {
    let isWell = true;
    const url = await serving(t, (_request, response) => (isWell ? response.end(JSON.stringify(seen('x'))) : response.destroy()));
    const peers = peersAt(t, [url]);
    await peers.look();
    const answeredAt = peers.known.at(0)?.answeredAt;
    assert.ok(answeredAt !== undefined);
    isWell = false;
    await peers.look();
    assert.equal(peers.known.at(0)?.answeredAt, answeredAt);
    assert.equal(peers.known.at(0)?.sluice, 'x');
    assert.notEqual(peers.known.at(0)?.because, undefined);
  });
});
