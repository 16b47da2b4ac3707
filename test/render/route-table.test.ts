import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { lastly } from '../kit/lastly.ts';
import { keptConnections, namedUpstreams, whoAnswers, withHaproxy } from '../kit/route-rig.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** Apps as they come, and what a small model of Marathon-LB's rules says of each request: a real HAProxy must say the same. */

const HOSTS = ['a.example', 'b.example', 'x.a.example', 'other.test'] as const;
const PREFIXES = ['/p', '/p/q', '/r'] as const;
const PATHS = ['/', '/p', '/p/q', '/P/Q/1', '/pq', '/r/1', '/v1/x'] as const;
const HASH = '$1$abcdefgh$irWbblnpmw.5z7wgBnprh0';

/** What a port has in place of routes of the maps. */
type Own =
  | 'none'
  /** PATH=-i /P */
  | 'any-case'
  /** PATH_REGEX=^/v[0-9]/ /q */
  | 'regex'
  /** Any host that ends as the first virtual host does. */
  | 'wildcard'
  /** The host, and a path that the maps cannot tell. */
  | 'pattern';

interface AnApp {
  readonly hosts: readonly string[];
  readonly prefixes: readonly string[];
  readonly weight: number | undefined;
  readonly redirect: boolean;
  readonly auth: boolean;
  readonly own: Own;
  /** Whether it has a task; kept: it has none, and its routes are kept. */
  readonly serves: 'yes' | 'no' | 'kept';
}

const anApp: fc.Arbitrary<AnApp> = fc.record({
  hosts: fc.uniqueArray(fc.constantFrom(...HOSTS), { minLength: 1, maxLength: 2 }),
  prefixes: fc.uniqueArray(fc.constantFrom(...PREFIXES), { maxLength: 2 }),
  weight: fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined }),
  redirect: fc.boolean(),
  auth: fc.boolean(),
  own: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Own>('none') },
    { weight: 2, arbitrary: fc.constantFrom<Own>('wildcard', 'pattern', 'any-case', 'regex') },
  ),
  serves: fc.oneof(
    { weight: 8, arbitrary: fc.constant<AnApp['serves']>('yes') },
    { weight: 1, arbitrary: fc.constantFrom<AnApp['serves']>('no', 'kept') },
  ),
});

/** Its rules are made of labels, and not of a text. */
const isByLabel = ({ own }: AnApp): boolean => own === 'any-case' || own === 'regex';

/** An app with rules of its own has one host, no path and no more: its text says the rest. With labels for them it has other paths. */
const settled = (app: AnApp): AnApp => {
  if (isByLabel(app)) return { ...app, prefixes: [] };
  return app.own === 'none' ? app : { ...app, hosts: app.hosts.slice(0, 1), prefixes: [], redirect: false, auth: false };
};

const OWN_LABELS = {
  none: {},
  'any-case': { PATH: '-i /P' },
  regex: { PATH_REGEX: '^/v[0-9]/ /q' },
  wildcard: {
    HTTP_FRONTEND_ACL: '  acl host_{cleanedUpHostname} hdr_end(host) -i {hostname}\n  use_backend {backend} if host_{cleanedUpHostname}',
    HTTPS_FRONTEND_ACL: '  use_backend {backend} if {{ hdr_end(host) -i {hostname} }}',
  },
  pattern: {
    HTTP_FRONTEND_ACL: '  acl is_{backend} hdr(host) -i {hostname}\n  use_backend {backend} if is_{backend} {{ path_reg ^/v[0-9]/ }}',
    HTTPS_FRONTEND_ACL: '  acl is_{backend} hdr(host) -i {hostname}\n  use_backend {backend} if is_{backend} {{ path_reg ^/v[0-9]/ }}',
  },
} as const;

const labelsOf = (app: AnApp): Readonly<Record<string, string>> => ({
  VHOST: app.hosts.join(','),
  ...(app.prefixes.length === 0 ? {} : { PATH: app.prefixes.join(' ') }),
  ...(app.weight === undefined ? {} : { BACKEND_WEIGHT: String(app.weight) }),
  ...(app.redirect ? { REDIRECT_TO_HTTPS: 'true' } : {}),
  ...(app.auth ? { AUTH: `Realm:ann:${HASH}` } : {}),
  ...(app.serves === 'kept' ? { KEEP_ROUTE: 'true' } : {}),
  ...OWN_LABELS[app.own],
});

/** Marathon-LB 1.5: an explicit weight, else 1 with a path and 0 without; an explicit 0 with a path is 1. */
const weightOf = (app: AnApp): number => {
  const { weight = 0, prefixes } = app;
  return weight === 0 && (prefixes.length > 0 || isByLabel(app)) ? 1 : weight;
};

interface Rule {
  readonly at: number;
  readonly app: AnApp;
  /** Of the path; 0: it has none. */
  readonly length: number;
}

/** Heavier first; what is listed as mended: of equal weight the longest path; then by app id. */
const byRank = (a: Rule, b: Rule): number => weightOf(b.app) - weightOf(a.app) || b.length - a.length || a.at - b.at;
/** Rules of an app's own have no length: they stand where Marathon-LB had them. */
const byPlace = (a: Rule, b: Rule): number => weightOf(b.app) - weightOf(a.app) || a.at - b.at;

const matchesOwn = ({ own, hosts }: AnApp, host: string, path: string): boolean => {
  if (own === 'wildcard') return host.endsWith(hosts[0] ?? '');
  if (!hosts.includes(host)) return false;
  if (own === 'any-case') return path.toLowerCase().startsWith('/p');
  return /^\/v[0-9]\//.test(path) || (own === 'regex' && path.includes('/q'));
};

/** Which app answers; undefined: none does. */
const expected = (apps: readonly AnApp[], host: string, path: string): Rule | undefined => {
  const mapped = apps.flatMap((app, at) =>
    app.own === 'none' && app.serves !== 'no' && app.hosts.includes(host)
      ? (app.prefixes.length === 0 ? [''] : app.prefixes)
          .filter((prefix) => path.startsWith(prefix))
          .map((prefix) => ({ at, app, length: prefix.length }))
      : [],
  );
  const [best] = mapped.sort(byRank);
  // What is mended: rules in words of an app's own are about its hosts, and about those that nobody has.
  const ruled = (app: AnApp): boolean => app.own !== 'none' && app.serves !== 'no';
  const isFree = best === undefined && !apps.some((app) => ruled(app) && app.hosts.includes(host));
  const mayMatch = (app: AnApp): boolean => ruled(app) && (isFree || app.hosts.includes(host));
  const own = apps.flatMap((app, at) => (mayMatch(app) && matchesOwn(app, host, path) ? [{ at, app, length: 0 }] : [])).sort(byPlace);
  const first = own[0];
  if (best === undefined || first === undefined) return best ?? first;
  return byPlace(first, best) < 0 ? first : best;
};

/** What a client sees: the app that answers, or what HAProxy says in its place. */
const seen = (apps: readonly AnApp[], host: string, path: string, tls: boolean): string => {
  const rule = expected(apps, host, path);
  // HAProxy redirects before it asks any rule that leads to a backend: where the maps lead to an app that wants it.
  const byMaps = expected(
    apps.map((app) => (app.own === 'none' ? app : { ...app, hosts: [] })).map((app) => ({ ...app, own: 'none' as const })),
    host,
    path,
  );
  const redirects = (app: AnApp): boolean => isByLabel(app) && app.redirect && app.serves !== 'no' && matchesOwn(app, host, path);
  if (!tls && (byMaps?.app.redirect === true || apps.some(redirects))) return '301';
  if (rule === undefined) return '503';
  if (rule.app.auth) return '401';
  return rule.app.serves === 'kept' ? '503' : `app ${rule.at}`;
};

const idOf = (at: number): string => `/app-${String(at).padStart(2, '0')}`;

const MOST_APPS = 30;
const SETS = 40;
const REQUESTS_A_SET = 250;

describe('whatever labels apps have', () => {
  it('a client sees the routes that Marathon-LB would have made of them, and what was mended', async (t) => {
    const folder = tempFolder();
    lastly(t, folder.remove);
    const connections = keptConnections(t);
    const certificates = await certificatesFor([], folder.path);
    const tasks = await namedUpstreams(t, MOST_APPS);
    let requests = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anApp, { minLength: 1, maxLength: MOST_APPS, size: 'max' }), async (drawn) => {
        const apps = drawn.map(settled);
        const labelled = apps.map((app, at) => ({ id: idOf(at), labels: labelsOf(app), isEmpty: app.serves !== 'yes' }));
        const problems = await withHaproxy(labelled, tasks, certificates, async ({ http, https }) => {
          const asked = HOSTS.flatMap((host) => PATHS.flatMap((path) => [false, true].map((tls) => ({ host, path, tls }))));
          for (let at = 0; at < REQUESTS_A_SET; at += 1) {
            const { host, path, tls } = asked[at % asked.length] ?? { host: '', path: '', tls: false };
            const spelt = at % 3 === 0 ? host.toUpperCase() : host;
            const answer = await whoAnswers(connections, { port: tls ? https : http, host: spelt, path, tls });
            assert.equal(answer, seen(apps, host, path, tls), `${tls ? 'https' : 'http'}://${spelt}${path}`);
            requests += 1;
          }
        });
        // Two that want the same are told of it; nothing else may be wrong.
        assert.deepEqual(
          problems.filter(({ message }) => !/ (?:takes|may take) it$/.test(message)),
          [],
        );
      }),
      { numRuns: SETS },
    );
    assert.ok(requests >= SETS * REQUESTS_A_SET);
    t.diagnostic(`${requests} requests`);
  });
});
