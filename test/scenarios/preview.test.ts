import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { atEnd } from '../kit/at-end.ts';
import { aBook, someShares } from '../kit/books.ts';
import { anAppAt, type Answer, CLOSE, type ColourShop, namedUpstreams, openColourShop } from '../kit/colour-shop.ts';
import { h2Upstream } from '../kit/h2-upstream.ts';
import { haproxies } from '../kit/haproxy.ts';

/** The oldest and the newest. */
const byVersion = haproxies.toSorted((a, b) => Number(a.version) - Number(b.version));
const TRIED = byVersion.filter((_, index) => index === 0 || index === byVersion.length - 1);

const GREEN = { ...CLOSE, 'x-sluice-colour': 'green' };
const HALF = { '/shop-blue': 50, '/shop-green': 50 };
const PROXY_FROM = '127.72.0.1';

/** Status of a request on a connection that begins with the PROXY protocol. */
const askBehindProxy = async ({ core }: ColourShop, client: string, header: string): Promise<number> => {
  const socket = connectTcp({ host: core.address, port: core.settings.httpPort, localAddress: PROXY_FROM });
  socket.write(`PROXY TCP4 ${client} 198.51.100.1 51000 80\r\nGET / HTTP/1.1\r\nconnection: close\r\n${header}\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
};

/** Says its name as soon as somebody comes. */
const socketServer = async (t: TestContext, name: string): Promise<number> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.send(name));
  await once(server, 'listening');
  atEnd(t, () => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

const firstWord = async ({ core }: ColourShop, headers: Readonly<Record<string, string>>): Promise<string> => {
  const socket = new WebSocket(`ws://${core.address}:${core.settings.httpPort}/`, { headers: { host: 'shop.example', ...headers } });
  try {
    return String(((await once(socket, 'message')) as [Buffer])[0]);
  } finally {
    socket.terminate();
  }
};

const headersOf = async (stream: ClientHttp2Stream): Promise<IncomingHttpHeaders> =>
  ((await once(stream, 'response')) as [IncomingHttpHeaders])[0];

for (const { version, binary } of TRIED)
  describe(`HAProxy ${version}: a look at a colour`, () => {
    it('from given networks is by the address that a balancer in front tells, and by no header', async (t) => {
      const shop = await openColourShop(t, { haproxy: binary, flags: { acceptProxy: '127.72.0.0/16', trustedProxies: '127.0.0.0/8' } });
      await shop.share({ preview: { hosts: true, networks: ['203.0.113.0/24'] } });
      for (const asked of ['host: shop.example\r\nx-sluice-colour: green', 'host: green.shop.example']) {
        assert.equal(await askBehindProxy(shop, '203.0.113.9', asked), 200);
        assert.equal(await askBehindProxy(shop, '198.51.100.9', asked), 403);
        assert.equal(await askBehindProxy(shop, '198.51.100.9', `${asked}\r\nx-forwarded-for: 203.0.113.9`), 403);
      }
      assert.equal((await shop.ask({ ...GREEN, 'x-forwarded-for': '203.0.113.9' })).status, 403);
      assert.equal((await shop.ask(CLOSE)).who, 'blue');
    });

    it('is had by WebSockets', async (t) => {
      const upstreams = { blue: [await socketServer(t, 'blue')], green: [await socketServer(t, 'green')] };
      const shop = await openColourShop(t, { haproxy: binary, upstreams });
      await shop.share({ preview: { hosts: true } });
      assert.equal(await firstWord(shop, {}), 'blue');
      assert.equal(await firstWord(shop, { 'x-sluice-colour': 'green' }), 'green');
      assert.equal(await firstWord(shop, { cookie: 'SLUICE_COLOUR=green' }), 'green');
      assert.equal(await firstWord(shop, { host: 'green.shop.example' }), 'green');
    });

    it('is had by HTTP/2 and gRPC: each request of a connection for itself', async (t) => {
      const [blue, green] = [await h2Upstream(t, 'blue'), await h2Upstream(t, 'green')];
      const upstreams = { blue: [blue.port], green: [green.port] };
      const shop = await openColourShop(t, { haproxy: binary, upstreams, labels: { HAPROXY_0_BACKEND_PROTO: 'h2' } });
      await shop.share({ preview: { hosts: true } });
      const { address, settings } = shop.core;
      const session = connect(`https://${address}:${settings.httpsPort}`, { servername: 'shop.example', rejectUnauthorized: false });
      session.on('error', () => undefined);
      atEnd(t, () => session.destroy());
      const call = async (headers: Readonly<Record<string, string>>): Promise<unknown> => {
        const stream = session.request({
          ':method': 'POST',
          ':authority': 'shop.example',
          ':path': '/shop.Cart/Add',
          te: 'trailers',
          ...headers,
        });
        const trailers = once(stream, 'trailers') as Promise<[IncomingHttpHeaders]>;
        stream.end('x');
        stream.resume();
        const [{ 'x-app': app }, [last]] = await Promise.all([headersOf(stream), trailers]);
        return [app, last['grpc-status']];
      };
      assert.deepEqual(await call({}), ['blue', '0']);
      assert.deepEqual(await call({ 'x-sluice-colour': 'green' }), ['green', '0']);
      assert.deepEqual(await call({ cookie: 'SLUICE_COLOUR=green' }), ['green', '0']);
      assert.deepEqual(await call({ ':authority': 'green.shop.example' }), ['green', '0']);
      assert.deepEqual(await call({}), ['blue', '0']);
    });
  });

const visitor = (id: string): Readonly<Record<string, string>> => ({ ...CLOSE, cookie: `SLUICE_VISITOR=${id}` });
const VISITORS = Array.from({ length: 30 }, (_, id) => visitor(`visitor-${id}`));

/** The value of a cookie that an answer sets. */
const setCookie = ({ cookies }: Answer, name: string): string | undefined => cookies.find((one) => one.startsWith(`${name}=`));

for (const { version, binary } of TRIED)
  describe(`HAProxy ${version}: a visitor`, () => {
    it('has one colour whatever his cookie is, and none that was closed', async (t) => {
      const { ask, share, take } = await openColourShop(t, { haproxy: binary, labels: { HAPROXY_0_STICKY: 'true' } });
      const both = { splitBy: 'user', shares: HALF, preview: { hosts: true } } as const;
      await share(both);
      const words = ['""', 'a"b', '%00', '../shop_10000_green', '1', '1000', '-1', 'x'.repeat(4000), 'a=b', 'green', '{}', '%[src]'];
      for (const word of words) {
        const asked = async (): Promise<Answer> => ask(visitor(word));
        const first = await asked();
        assert.equal(first.status, 200, word.slice(0, 20));
        assert.match(first.who, /^(blue|green)$/);
        assert.equal((await asked()).who, first.who);
        assert.equal(setCookie(first, 'SLUICE_VISITOR'), undefined, 'he has one');
      }
      assert.notEqual(setCookie(await ask(visitor('')), 'SLUICE_VISITOR'), undefined, 'one without a value is none');
      const twice = { ...CLOSE, cookie: 'SLUICE_VISITOR=a; SLUICE_VISITOR=b' };
      assert.equal((await ask(twice)).who, (await ask(twice)).who);
      for (const word of ['', 'GREEN/', 'green_preview', '_preview', 'shop_10000_green', 'green;', '%67reen', 'g'.repeat(4000)]) {
        const { cookie = '' } = visitor('visitor-1');
        const without = (await ask(visitor('visitor-1'))).who;
        assert.equal(
          (await ask({ ...CLOSE, cookie: `${cookie}; SLUICE_COLOUR=${word}` })).who,
          without,
          `'${word.slice(0, 20)}' is no colour`,
        );
      }

      const green = await ask(GREEN);
      const own = setCookie(green, 'mesosphere_server_id_preview') ?? '';
      assert.notEqual(own, '');
      const stuck = own.replace('_preview=', '=');
      await share({ ...both, shares: { '/shop-blue': 100, '/shop-green': 0 }, closed: ['/shop-green'] });
      for (const { cookie = '' } of VISITORS)
        for (const more of ['', '; SLUICE_COLOUR=green', `; ${own}`, `; ${stuck}`])
          assert.equal((await ask({ ...CLOSE, cookie: `${cookie}${more}` })).who, 'blue', 'green was given up');
      assert.equal((await ask(GREEN)).who, 'blue');
      assert.equal((await ask({ ...CLOSE, host: 'green.shop.example' })).status, 503);

      const maintenance = { id: 'm', kind: 'maintenance', appId: '/shop', by: 'ada', at: '2026-11-22T10:00:00.000Z' } as const;
      const shares = { '/shop': { ...someShares(HALF), ...both } };
      await take(aBook({ shares, overrides: [maintenance] }));
      for (const headers of [CLOSE, GREEN, { ...CLOSE, host: 'green.shop.example' }, ...VISITORS.slice(0, 5), { ...CLOSE, cookie: stuck }])
        assert.equal((await ask(headers)).status, 503, 'nobody is served');
    });

    it('moves in a rollout only when he must, with his server, and goes back as he came', async (t) => {
      const { core, ask, share } = await openColourShop(t, { haproxy: binary, each: 2, labels: { HAPROXY_0_STICKY: 'true' } });
      const shared = async (green: number): Promise<void> =>
        share({ splitBy: 'user', shares: { '/shop-blue': 100 - green, '/shop-green': green } });
      await shared(0);
      const { reloads } = core.reloader.counts;
      const cookies = new Map(VISITORS.map(({ cookie = '' }) => [cookie, '']));
      /** Where each is; whoever has a server's cookie keeps it. */
      const look = async (): Promise<ReadonlyMap<string, string>> => {
        const found = new Map<string, string>();
        for (const [id, server] of cookies) {
          const answer = await ask({ ...CLOSE, cookie: server === '' ? id : `${id}; ${server}` });
          const given = setCookie(answer, 'mesosphere_server_id');
          if (given !== undefined) cookies.set(id, given);
          assert.equal(
            setCookie(await ask({ ...CLOSE, cookie: `${id}; ${cookies.get(id) ?? ''}` }), 'mesosphere_server_id'),
            undefined,
            'he stays',
          );
          found.set(id, answer.who);
        }
        return found;
      };
      const greens = (seen: ReadonlyMap<string, string>): readonly string[] =>
        [...seen].filter(([, who]) => who === 'green').map(([id]) => id);
      const at = new Map<number, readonly string[]>();
      for (const percent of [0, 5, 25, 50, 100]) {
        await shared(percent);
        const now = greens(await look());
        const before = [...at.values()].at(-1) ?? [];
        assert.deepEqual(
          before.filter((id) => !now.includes(id)),
          [],
          'nobody goes back',
        );
        at.set(percent, now);
      }
      assert.equal(at.get(0)?.length, 0);
      assert.equal(at.get(100)?.length, VISITORS.length);
      for (const percent of [50, 25, 5, 0]) {
        await shared(percent);
        assert.deepEqual(greens(await look()), at.get(percent), `as it was with ${percent} %`);
      }
      assert.equal(core.reloader.counts.reloads, reloads);
    });
  });

const ALGORITHMS = ['leastconn', 'first', 'random', 'static-rr', 'source', 'uri', 'hdr(X-User)', 'url_param user'];
const idOf = (index: number): string => `/group-${index}`;

for (const { version, binary } of TRIED)
  describe(`HAProxy ${version}: shares`, () => {
    it('where load balancing does not keep them are all or nothing, and by user they are kept', async (t) => {
      const [blue, green] = [await namedUpstreams(t, 'blue', 2), await namedUpstreams(t, 'green', 1)];
      const others = ALGORITHMS.flatMap((balance, index) =>
        [
          { colour: 'blue', ports: blue },
          { colour: 'green', ports: green },
        ].map(({ colour, ports }) =>
          anAppAt({
            ...{ id: `${idOf(index)}-${colour}`, servicePort: 10_100 + index, ports },
            labels: { HAPROXY_0_VHOST: `${index}.example`, HAPROXY_DEPLOYMENT_GROUP: idOf(index), HAPROXY_0_BALANCE: balance },
          }),
        ),
      );
      const { core, ask, take } = await openColourShop(t, { haproxy: binary, others });
      const all = (percent: number, splitBy: 'request' | 'user' = 'request') =>
        aBook({
          shares: Object.fromEntries(
            ALGORITHMS.map((_, index) => {
              const id = idOf(index);
              return [id, { ...someShares({ [`${id}-blue`]: 100 - percent, [`${id}-green`]: percent }), splitBy }];
            }),
          ),
        });
      const who = async (index: number, visitors = VISITORS): Promise<readonly string[]> => {
        const seen = await Promise.all(visitors.map(async (headers) => ask({ ...headers, host: `${index}.example` })));
        return [...new Set(seen.map((answer) => answer.who))].sort();
      };
      for (const [percent, largest] of [
        [25, 'blue'],
        [75, 'green'],
      ] as const) {
        await take(all(percent));
        for (const [index, balance] of ALGORITHMS.entries()) assert.deepEqual(await who(index), [largest], balance);
        const told = core.picture.problems().map(({ message }) => message);
        assert.equal(told.length, ALGORITHMS.length);
        for (const message of told) assert.match(message, /^load balancing .*: all goes to the largest one$/);
      }
      await take(all(100));
      for (const [index, balance] of ALGORITHMS.entries()) assert.deepEqual(await who(index), ['green'], balance);
      assert.deepEqual(core.picture.problems(), []);
      await take(all(50, 'user'));
      assert.deepEqual(core.picture.problems(), []);
      for (const [index, balance] of ALGORITHMS.entries()) {
        assert.deepEqual(await who(index), ['blue', 'green'], balance);
        for (const one of VISITORS.slice(0, 3)) assert.equal((await who(index, [one, one, one])).length, 1, 'he stays');
      }
    });

    it('are kept in mode tcp, where nobody can ask for a colour', async (t) => {
      const labels = { HAPROXY_0_MODE: 'tcp', HAPROXY_0_VHOST: '' };
      const { core, ask, share } = await openColourShop(t, { haproxy: binary, labels });
      await share({ shares: { '/shop-blue': 75, '/shop-green': 25 }, preview: { hosts: true } });
      let greens = 0;
      for (let count = 0; count < 100; count += 1) greens += Number((await ask(CLOSE, 10_000)).who === 'green');
      assert.ok(Math.abs(greens - 25) <= 2, `${greens} of 100`);
      assert.deepEqual(
        core.picture.problems().map(({ message }) => message),
        ['requests cannot be led to one colour by header, cookie or visitor: it is in mode tcp'],
      );
    });
  });
