import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { type Asked, ask, basic } from '../kit/ask.ts';
import { lastly } from '../kit/lastly.ts';
import { byPrinted, type Printed, type PrintedRequest, readPrinted } from '../kit/printed-rules.ts';
import { keptConnections, namedUpstreams, withHaproxy } from '../kit/route-rig.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { WORKED_EXAMPLES } from './worked-examples.ts';

/** Section 12 of what is known of Marathon-LB: a client sees of Sluice's HAProxy what it would have seen by the lines that Marathon-LB printed. */

interface Example {
  readonly title: string;
  readonly printed: Printed;
  /** Without HAPROXY_0_. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Of 'secret': openssl passwd -1 -salt abcdefgh secret. */
const HASH = '$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1';

/** Each example has a host of its own here, so that one HAProxy has all of them. */
const hostsOf = (at: number): ReadonlyMap<string, string> =>
  new Map([
    ['shop.example', `shop${at}.example`],
    ['www.shop.example', `www.shop${at}.example`],
    ['other.example', 'other.example'],
  ]);

const EXAMPLES: readonly Example[] = WORKED_EXAMPLES.trim()
  .split(/^# /m)
  .slice(1)
  .map((text, at) => {
    const [title = '', ...lines] = text.trim().split('\n');
    const flags = /\[(.*)\]/.exec(title)?.[1] ?? '';
    const hosts = [...hostsOf(at).values()].slice(0, title.startsWith('multi') ? 2 : 1);
    const labels = {
      VHOST: hosts.join(','),
      ...(flags.includes('P') ? { PATH: '/cart' } : {}),
      ...(flags.includes('A') ? { AUTH: `Shop:ann:${HASH}` } : {}),
      ...(flags.includes('R') ? { REDIRECT_TO_HTTPS: 'true' } : {}),
    };
    return { title, printed: readPrinted(lines), labels };
  });

const PATHS = ['/', '/cart', '/cart/1', '/cartoon', '/CART', '/other'];
const LOGINS = [undefined, 'ann:secret', 'ann:wrong'];

/** Every request that one of the rules is about, and some that none is. */
const REQUESTS: readonly PrintedRequest[] = [...hostsOf(0).keys()].flatMap((host) =>
  PATHS.flatMap((path) =>
    LOGINS.flatMap((login) =>
      (['80', '443'] as const).map((port) => ({
        ...{ port, host, path },
        ...(port === '443' ? { sni: host } : {}),
        ...(login === undefined ? {} : { login }),
      })),
    ),
  ),
);

/** Requests of which Marathon-LB made something else than of those that they mean. */
const MENDED: readonly { readonly what: string; readonly asked: PrintedRequest; readonly meant: PrintedRequest }[] = [
  {
    what: 'the port in the header Host',
    asked: { port: '80', host: 'shop.example:8080', path: '/cart' },
    meant: { port: '80', host: 'shop.example', path: '/cart' },
  },
  {
    what: 'the name of the server in capitals',
    asked: { port: '443', host: 'shop.example', sni: 'SHOP.EXAMPLE', path: '/cart', login: 'ann:secret' },
    meant: { port: '443', host: 'shop.example', sni: 'shop.example', path: '/cart', login: 'ann:secret' },
  },
  {
    what: 'no name of the server',
    asked: { port: '443', host: 'shop.example', sni: '', path: '/cart', login: 'ann:secret' },
    meant: { port: '443', host: 'shop.example', sni: 'shop.example', path: '/cart', login: 'ann:secret' },
  },
  {
    what: 'the name of another server, as browsers do with HTTP/2',
    asked: { port: '443', host: 'other.example', sni: 'shop.example', path: '/cart', login: 'ann:secret' },
    meant: { port: '443', host: 'other.example', sni: 'other.example', path: '/cart', login: 'ann:secret' },
  },
];

describe('12 worked examples', () => {
  it('are all there', () => assert.deepEqual([EXAMPLES.length, new Set(EXAMPLES.map(({ title }) => title)).size], [20, 20]));

  it('come to the same for a client', async (t) => {
    const folder = tempFolder();
    lastly(t, folder.remove);
    const connections = keptConnections(t);
    const certificates = await certificatesFor([], folder.path);
    const tasks = await namedUpstreams(t, EXAMPLES.length);
    const apps = EXAMPLES.map(({ labels }, at) => ({ id: `/shop/web${at}`, labels }));
    const problems = await withHaproxy(apps, tasks, certificates, async (ports) => {
      const expected = (at: number, asked: PrintedRequest): string => byPrinted(EXAMPLES[at]?.printed ?? readPrinted([]), asked);

      /** As byPrinted. */
      const seen = async (at: number, { port, host, sni, path, login }: PrintedRequest): Promise<string> => {
        const hosts = hostsOf(at);
        const there = (name: string): string =>
          [...hosts].reduce((text, [from, to]) => text.replace(new RegExp(`(^|\\.)${from}`, 'i'), `$1${to}`), name);
        const tls = port === '443' ? { servername: there(sni ?? ''), agent: connections.tls } : { agent: connections.plain };
        const question: Asked = { port: port === '443' ? ports.https : ports.http, host: there(host), path, ...tls };
        const { status, headers } = await ask(login === undefined ? question : { ...question, headers: basic(login) });
        if (status === 401) return `401 ${/^Basic realm="(.*)"$/.exec(headers['www-authenticate'] ?? '')?.[1] ?? ''}`;
        if (status === 301) {
          const [name = ''] = host.split(':');
          return `301 ${(headers.location ?? '').replace(`:${ports.https}/`, '/').replace(there(name), name)}`;
        }
        return headers['x-app'] === `app ${at}` ? 'shop_web_10010' : String(headers['x-app'] ?? status);
      };

      await t.test('whatever is asked for', async () => {
        for (const [at, { title }] of EXAMPLES.entries())
          for (const asked of REQUESTS) assert.equal(await seen(at, asked), expected(at, asked), `${title} ${JSON.stringify(asked)}`);
      });

      for (const { what, asked, meant } of MENDED)
        await t.test(`and what was mended: ${what}`, async () => {
          const differs: string[] = [];
          for (const [at, { title }] of EXAMPLES.entries()) {
            assert.equal(await seen(at, asked), expected(at, meant), title);
            if (expected(at, asked) !== expected(at, meant)) differs.push(title);
          }
          assert.ok(differs.length > 0, 'Marathon-LB made the same of it');
        });
    });
    assert.deepEqual(problems, []);
  });
});
