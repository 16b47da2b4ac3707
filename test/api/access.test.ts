import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import type { ApiOptions } from '../../src/api/server.ts';
import { type ApiAnswer, askApi, type AskOptions } from '../kit/ask-api.ts';
import { type Authority, makeAuthority, type Pair, writePair } from '../kit/authority.ts';
import { lastly } from '../kit/lastly.ts';
import { openApiFor } from '../kit/open-api.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** Every endpoint and what it takes. One that is not here fails the test. */
const NEEDED: Readonly<Record<string, 'open' | 'read' | 'write'>> = {
  'GET /health': 'open',
  'GET /ready': 'read',
  'GET /status': 'read',
  'GET /problems': 'read',
  'GET /metrics': 'read',
  'GET /plan': 'read',
  'GET /apps/*': 'read',
  'GET /v2/observations/*': 'read',
  'POST /confirm': 'write',
  'GET /v2/rollouts': 'read',
  'GET /v2/rollouts/*': 'read',
  'POST /v2/rollouts': 'write',
  'POST /v2/rollouts/*': 'write',
  'PUT /v2/shares/*': 'write',
  'DELETE /v2/shares/*': 'write',
  'POST /v2/switch/*': 'write',
  'POST /v2/overrides': 'write',
  'DELETE /v2/overrides': 'write',
  'DELETE /v2/overrides/*': 'write',
  'GET /dns/explain': 'read',
};

/** What a listener says to who has shown what: an answer of the endpoint itself, or a refusal; `no TLS`: there is no connection. */
type Outcome = 'let in' | 401 | 403 | 'no TLS';
type Table = Readonly<Record<'open' | 'read' | 'write', Outcome>>;

const ALL: Table = { open: 'let in', read: 'let in', write: 'let in' };
const READER: Table = { open: 'let in', read: 'let in', write: 403 };
const NOBODY: Table = { open: 'let in', read: 401, write: 401 };
const NO_TLS: Table = { open: 'no TLS', read: 'no TLS', write: 'no TLS' };

const READ = 'read-token-0123456789abcdef';
const WRITE = 'write-token-0123456789abcdef';
const bearer = (token: string): AskOptions => ({ headers: { authorization: `Bearer ${token}` } });

let ours: Authority;
let theirs: Authority;
let server: Pair;
let reader: Pair;
let writer: Pair;
let stranger: Pair;
let impostor: Pair;
before(async () => {
  ours = await makeAuthority('ours');
  theirs = await makeAuthority('theirs');
  [server, reader, writer] = await Promise.all([ours.sign('edge'), ours.sign('prometheus'), ours.sign('operator')]);
  [stranger, impostor] = await Promise.all([theirs.sign('stranger'), theirs.sign('operator')]);
});

const filesFor = (t: TestContext): { tokenFile: string; tls: { cert: string; key: string }; clientCa: string } => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const tokenFile = join(path, 'tokens');
  const clientCa = join(path, 'ca.pem');
  writeFileSync(tokenFile, `read ${READ}\nwrite ${WRITE}\n`, { mode: 0o600 });
  writeFileSync(clientCa, ours.cert);
  return { tokenFile, tls: writePair(path, 'edge', server), clientCa };
};

const with_ = (pair: Pair | undefined, options: AskOptions = {}): AskOptions => ({ ...options, tls: { ca: ours.cert, ...pair } });

interface Listener {
  readonly what: string;
  readonly options: (t: TestContext) => Partial<ApiOptions>;
  /** By TCP by default. */
  readonly place?: 'socket';
  readonly cases: readonly (readonly [shown: string, asking: () => AskOptions, table: Table])[];
}

const tokenCases: Listener['cases'] = [
  ['nothing', () => with_(undefined), NOBODY],
  ['a token of others', () => with_(undefined, bearer('x'.repeat(28))), NOBODY],
  ['a password', () => with_(undefined, { headers: { authorization: `Basic ${btoa(`operator:${WRITE}`)}` } }), NOBODY],
  ['a read token', () => with_(undefined, bearer(READ)), READER],
  ['a write token', () => with_(undefined, bearer(WRITE)), ALL],
];

const LISTENERS: readonly Listener[] = [
  {
    what: 'the control socket',
    options: (t) => ({ tokenFile: filesFor(t).tokenFile }),
    place: 'socket',
    cases: [
      ['nothing', () => ({}), ALL],
      ['a token of others', () => bearer('x'.repeat(28)), ALL],
      ['a read token', () => bearer(READ), ALL],
      ['a write token', () => bearer(WRITE), ALL],
    ],
  },
  {
    what: 'TCP without credentials',
    options: () => ({}),
    cases: [
      ['nothing', () => ({}), READER],
      ['a token of others', () => bearer('x'.repeat(28)), READER],
      ['a token', () => bearer(WRITE), READER],
    ],
  },
  { what: 'TCP with tokens', options: (t) => ({ tokenFile: filesFor(t).tokenFile }), cases: tokenCases },
  {
    what: 'TLS without credentials',
    options: (t) => ({ tls: { ...filesFor(t).tls, clientCa: undefined } }),
    cases: [
      ['nothing', () => with_(undefined), READER],
      ['a client certificate', () => with_(writer), READER],
      ['a token', () => with_(undefined, bearer(WRITE)), READER],
    ],
  },
  {
    what: 'TLS with tokens',
    options: (t) => {
      const { tls, tokenFile } = filesFor(t);
      return { tls: { ...tls, clientCa: undefined }, tokenFile };
    },
    cases: [...tokenCases, ['a certificate that nobody asked for', () => with_(writer), NOBODY]],
  },
  {
    what: 'TLS with client certificates',
    options: (t) => {
      const { tls, clientCa } = filesFor(t);
      return { tls: { ...tls, clientCa }, writeNames: ['operator'] };
    },
    cases: [
      ['nothing', () => with_(undefined), NO_TLS],
      ['a token', () => with_(undefined, bearer(WRITE)), NO_TLS],
      ['a certificate of others', () => with_(stranger), NO_TLS],
      ['a certificate of others with a name that may write', () => with_(impostor), NO_TLS],
      ['a certificate that may read', () => with_(reader), READER],
      ['a certificate that may read, and a token', () => with_(reader, bearer(WRITE)), READER],
      ['a certificate that may write', () => with_(writer), ALL],
    ],
  },
  {
    what: 'TLS with client certificates and tokens',
    options: (t) => {
      const { tls, clientCa, tokenFile } = filesFor(t);
      return { tls: { ...tls, clientCa }, tokenFile, writeNames: [] };
    },
    cases: [
      ['a token alone', () => with_(undefined, bearer(WRITE)), NO_TLS],
      ['a certificate', () => with_(writer), READER],
      ['a certificate, and a write token', () => with_(reader, bearer(WRITE)), ALL],
      ['a certificate, and a token of others', () => with_(reader, bearer('x'.repeat(28))), NOBODY],
    ],
  },
];

const outcomeOf = ({ status, body }: ApiAnswer): string | number => {
  if (status === 200 || status === 503) return 'let in';
  const { error = '', code } = body as { error?: string; code?: string };
  // Each refusal is JSON, and says what to do.
  if (status === 401 && /UNKNOWN_TOKEN|NO_CREDENTIALS/.test(code ?? '') && error.includes('Authorization: Bearer TOKEN')) return 401;
  if (status === 403 && code === 'READ_ONLY' && /write token|control socket/.test(error)) return 403;
  return `${status} ${JSON.stringify(body)}`;
};

const isTlsRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(ERR_SSL_|EPROTO|ECONNRESET|EPIPE)/.test(String(error.code));

const ask = async (place: string, endpoint: string, options: AskOptions): Promise<ApiAnswer | 'no TLS'> => {
  const [method = '', path = ''] = endpoint.split(' ');
  const json = method === 'GET' || method === 'HEAD' ? {} : { 'content-type': 'application/json' };
  const content = method === 'GET' || method === 'HEAD' ? {} : { content: '{}' };
  try {
    return await askApi(place, path.replace('*', 'shop'), { ...options, method, ...content, headers: { ...json, ...options.headers } });
  } catch (error) {
    if (isTlsRefusal(error)) return 'no TLS';
    throw error;
  }
};

describe('who is let in to what', () => {
  for (const { what, options, place, cases } of LISTENERS) {
    it(`${what}: every endpoint, by what was shown`, async (t) => {
      let asked = 0;
      const views = (): undefined => {
        asked += 1;
        return undefined;
      };
      const api = await openApiFor(t, { ...options(t), views });
      const endpoints = [...api.endpoints].filter((endpoint) => !endpoint.startsWith('HEAD '));
      assert.deepEqual(endpoints.sort(), Object.keys(NEEDED).sort());
      const heads = [...api.endpoints].filter((endpoint) => endpoint.startsWith('HEAD '));
      assert.ok(heads.every((endpoint) => `GET ${endpoint.slice('HEAD '.length)}` in NEEDED));
      const at = place === 'socket' ? api.folder : (api.url ?? '');
      for (const [shown, asking, table] of cases) {
        for (const [endpoint, needed] of Object.entries(NEEDED)) {
          asked = 0;
          const answer = await ask(at, endpoint, asking());
          const outcome = answer === 'no TLS' ? answer : outcomeOf(answer);
          assert.equal(outcome, table[needed], `${shown}: ${endpoint}`);
          // There is no Sluice behind it: what was let in has asked for one in vain, what was refused has not got so far.
          assert.equal(asked, outcome === 'let in' && needed !== 'open' ? 1 : 0, `${shown}: ${endpoint}`);
        }
        for (const endpoint of heads) {
          const answer = await ask(at, endpoint, asking());
          const wanted = table[NEEDED[`GET ${endpoint.slice('HEAD '.length)}`] ?? 'write'];
          const status = answer === 'no TLS' ? answer : answer.status;
          assert.ok(wanted === 'let in' ? status === 200 || status === 503 : status === wanted, `${shown}: ${endpoint}: ${status}`);
        }
        const nothing = await ask(at, 'GET /nothing', asking());
        const told = nothing === 'no TLS' ? nothing : nothing.status;
        assert.equal(told, table.read === 'let in' ? 404 : table.read, `${shown}: what is no endpoint`);
      }
    });
  }

  it('asks by a header that browsers and curl understand, and tells no token', async (t) => {
    const api = await openApiFor(t, { tokenFile: filesFor(t).tokenFile });
    const answer = await askApi(api.url ?? '', '/status', bearer('guessed-guessed-guessed'));
    assert.match(String(answer.headers['www-authenticate']), /^Bearer /);
    assert.doesNotMatch(answer.text, /guessed|read-token|write-token/);
  });

  it('does not wait for the body of who is not let in', async (t) => {
    const api = await openApiFor(t, { tokenFile: filesFor(t).tokenFile });
    const headers = { 'content-type': 'application/json' };
    const answer = await askApi(api.url ?? '', '/confirm', { method: 'POST', headers, content: `{"a":"${'a'.repeat(100_000)}"}` });
    assert.equal(answer.status, 401);
  });

  it('speaks no TLS before 1.2, and nothing but TLS', async (t) => {
    const { tls, tokenFile } = filesFor(t);
    const { url = '' } = await openApiFor(t, { tls: { ...tls, clientCa: undefined }, tokenFile });
    // A client that would take anything.
    const old = { ca: ours.cert, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await assert.rejects(askApi(url, '/health', { tls: old }), /alert protocol version/);
    assert.equal((await askApi(url, '/health', { tls: { ca: ours.cert, maxVersion: 'TLSv1.2' } })).status, 200);
    await assert.rejects(askApi(url.replace('https:', 'http:'), '/status', bearer(WRITE)), { code: 'ECONNRESET' });
  });

  it('with credentials takes any Host: its name may be one that only DNS knows', async (t) => {
    const api = await openApiFor(t, { tokenFile: filesFor(t).tokenFile });
    const headers = { ...bearer(READ).headers, host: 'edge.example' };
    assert.equal((await askApi(api.url ?? '', '/status', { headers })).status, 503);
  });
});
