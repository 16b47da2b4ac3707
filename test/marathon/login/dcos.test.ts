import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { Http } from '../../../src/marathon/http.ts';
import type { Credentials } from '../../../src/marathon/options.ts';
import { Origins } from '../../../src/marathon/origins.ts';
import { makeAuthority } from '../../kit/authority.ts';
import { startFake, type FakeMarathon } from '../fake-marathon.ts';
import { follow, until } from '../following.ts';
import { type Asked, json, startGiver } from './fake-giver.ts';

/** Marathon behind DC/OS: a service account logs in, and shows a token. */

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const COOKIE = 'dcos-acs-auth-cookie';

const accountAt = (loginEndpoint: string, key = PEM): Credentials => ({ uid: 'sluice', privateKey: key, loginEndpoint });

const said = (asked: Asked): { readonly uid: string; readonly token: string; readonly exp: number } =>
  JSON.parse(asked.body) as { uid: string; token: string; exp: number };

const isProof = (token: string): boolean => {
  const [head = '', claims = '', signature = ''] = token.split('.');
  return verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'));
};

const partOf = (token: string, index: number): unknown =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8')) as unknown;

/** A Marathon that wants to see one of these tokens. */
const guarded = async (t: TestContext, good: ReadonlySet<string>): Promise<FakeMarathon> => {
  const fake = await startFake([]);
  t.after(async () => fake.close());
  const isGood = (authorization = ''): boolean => good.has(authorization);
  fake.onApps = (request, response) => {
    if (isGood(request.headers.authorization)) json(response, 200, { apps: fake.apps });
    else response.writeHead(401).end();
  };
  return fake;
};

const shownTo = (fake: FakeMarathon): readonly (string | undefined)[] => fake.requests.map(({ headers }) => headers.authorization);

describe('a service account of DC/OS', () => {
  it('logs in with a proof that its key has signed, and shows the token of the answer to all that it asks', async (t) => {
    const giver = await startGiver(t, (_asked, response) => json(response, 200, { token: 'first' }));
    const marathon = await guarded(t, new Set(['token=first']));
    const beganSeconds = Math.floor(Date.now() / 1000);
    const { source } = follow(t, [marathon.url], { credentials: accountAt(`${giver.url}/acs/api/v1/auth/login`) });
    await until(() => source.state().streaming && source.state().lastFullReadAtMs !== undefined);
    assert.deepEqual(new Set(shownTo(marathon)), new Set(['token=first']));
    assert.equal(giver.asked.length, 1, 'one login for all');
    const [asked] = giver.asked as [Asked];
    assert.deepEqual([asked.method, asked.path, asked.headers['content-type']], ['POST', '/acs/api/v1/auth/login', 'application/json']);
    const { uid, token, exp } = said(asked);
    assert.equal(uid, 'sluice');
    assert.ok(exp >= beganSeconds + 3600 && exp <= Date.now() / 1000 + 3600);
    assert.ok(isProof(token));
    assert.deepEqual(partOf(token, 0), { alg: 'RS256', typ: 'JWT' });
    const claims = partOf(token, 1) as { readonly uid: string; readonly exp: number };
    assert.equal(claims.uid, 'sluice');
    assert.ok(claims.exp >= beganSeconds + 60 && claims.exp <= Date.now() / 1000 + 60);
  });

  it('takes the token of a cookie where the body has none', async (t) => {
    const giver = await startGiver(t, (_asked, response) => {
      response.writeHead(200, { 'set-cookie': ['other=1; Path=/', `${COOKIE}=of-cookie; Path=/; HttpOnly`] }).end('{}');
    });
    const marathon = await guarded(t, new Set(['token=of-cookie']));
    const { source } = follow(t, [marathon.url], { credentials: accountAt(giver.url) });
    await until(() => source.state().lastFullReadAtMs !== undefined);
  });

  it('logs in again when Marathon does not want its token any more, and asks again', async (t) => {
    const good = new Set(['token=1']);
    let tokens = 0;
    const giver = await startGiver(t, (_asked, response) => json(response, 200, { token: String((tokens += 1)) }));
    const marathon = await guarded(t, good);
    const { source, states } = follow(t, [marathon.url], { credentials: accountAt(giver.url), pollIntervalMs: 20, mode: 'poll' });
    await until(() => source.state().lastFullReadAtMs !== undefined);
    good.clear();
    good.add('token=2');
    const before = source.state().lastFullReadAtMs ?? 0;
    await until(() => (source.state().lastFullReadAtMs ?? 0) > before && tokens === 2);
    assert.equal(source.state().lastError, undefined, 'nobody has noticed');
    assert.ok(states.every(({ lastError }) => lastError === undefined));
  });

  it('says why when it may not log in, goes on trying, and is well again by itself', async (t) => {
    const refuse = (_asked: Asked, response: ServerResponse): void => json(response, 401, { title: 'Unauthorized', secret: PEM });
    const giver = await startGiver(t, refuse);
    const marathon = await guarded(t, new Set(['token=late']));
    const { source, log } = follow(t, [marathon.url], { credentials: accountAt(giver.url) });
    await until(() => source.state().lastError?.code === 'LOGIN_FAILED');
    assert.match(
      source.state().lastError?.message ?? '',
      /^DC\/OS at http:\S+ answered 401 to the login of service account 'sluice': the account or its private key is wrong\./,
    );
    assert.deepEqual(shownTo(marathon), [], 'Marathon is not asked without');
    giver.answer = (_asked, response) => json(response, 200, { token: 'late' });
    await until(() => source.state().lastFullReadAtMs !== undefined);
    const told = log.join('\n');
    assert.doesNotMatch(told, /PRIVATE KEY|token=|eyJ/);
  });

  it('says that the clocks differ where that is why', async (t) => {
    const giver = await startGiver(t, (_asked, response) => {
      json(response, 401, {}, { date: new Date(Date.now() - 600_000).toUTCString() });
    });
    const { source } = follow(t, ['http://127.0.0.1:9'], { credentials: accountAt(giver.url) });
    await until(() => source.state().lastError?.code === 'LOGIN_FAILED');
    assert.match(source.state().lastError?.message ?? '', /The clock there is \d+ s away/);
  });

  const WRONG: readonly (readonly [what: string, answer: (response: ServerResponse) => void, told: RegExp])[] = [
    ['nothing of a token', (response) => json(response, 200, { tokens: 1 }), /answered 200 .* without a token: check login_endpoint/],
    ['a token that is no word', (response) => json(response, 200, { token: 'a b\r\nc' }), /without a token/],
    ['a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>login</h1>'), /without a token/],
    ['a redirect', (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), /answered 302 .*check login_endpoint/],
    ['no end', (response) => response.writeHead(200).end(Buffer.alloc(70_000, 'x')), /more than 65536 bytes/],
    ['nothing', (response) => response.destroy(), /cannot be asked for credentials/],
  ];
  for (const [what, answer, told] of WRONG) {
    it(`says what is wrong with a login that answers with ${what}`, async (t) => {
      const giver = await startGiver(t, (_asked, response) => answer(response));
      const { source } = follow(t, ['http://127.0.0.1:9'], { credentials: accountAt(`${giver.url}/login`) });
      await until(() => source.state().lastError?.code === 'LOGIN_FAILED');
      assert.match(source.state().lastError?.message ?? '', told);
    });
  }

  it('logs in once for several Marathons, and says once why it could not', async (t) => {
    const giver = await startGiver(t, (_asked, response) => json(response, 403, {}));
    const marathons = [await guarded(t, new Set(['token=x'])), await guarded(t, new Set(['token=x']))];
    const urls = marathons.map(({ url }) => url);
    const { source } = follow(t, urls, { credentials: accountAt(giver.url), mode: 'poll' });
    await until(() => source.state().lastError?.code === 'LOGIN_FAILED');
    assert.equal(source.state().lastError?.message.split('answered 403').length, 2);
    giver.answer = (_asked, response) => json(response, 200, { token: 'x' });
    await until(() => source.state().lastFullReadAtMs !== undefined);
  });

  it('may fail while nobody waits for it any more', async (t) => {
    const giver = await startGiver(t, (_asked, response) => response.destroy());
    const origins = new Origins(['http://127.0.0.1:9'], accountAt(giver.url));
    const http = new Http(origins, { verifyTls: true }, { connectMs: 3000 });
    t.after(async () => http.close());
    const request = { headers: {}, headersMs: 3000 };
    const gone = AbortSignal.abort(new Error('nobody waits'));
    await assert.rejects(http.get(origins.current, '/v2/apps', { ...request, signal: gone }), /nobody waits/);
    // It shares the login of the first one.
    const asked = http.get(origins.current, '/v2/apps', { ...request, signal: new AbortController().signal });
    await assert.rejects(asked, { code: 'LOGIN_FAILED' });
    assert.equal(giver.asked.length, 1);
  });

  it('trusts at the login whom it trusts as Marathon, and nobody else', async (t) => {
    const authority = await makeAuthority('DC/OS CA');
    const pair = await authority.sign('master');
    const giver = await startGiver(t, (_asked, response) => json(response, 200, { token: 'x' }), pair);
    const marathon = await guarded(t, new Set(['token=x']));
    const stranger = follow(t, [marathon.url], { credentials: accountAt(giver.url) });
    await until(() => stranger.source.state().lastError?.code === 'LOGIN_FAILED');
    assert.equal(giver.asked.length, 0, 'nothing was sent there');
    const { source } = follow(t, [marathon.url], { credentials: accountAt(giver.url), caPem: authority.cert });
    await until(() => source.state().lastFullReadAtMs !== undefined);
  });

  it('shows its token to none but the Marathons that are configured and whom they name', async (t) => {
    const giver = await startGiver(t, (_asked, response) => json(response, 200, { token: 'mine' }));
    const elsewhere = await guarded(t, new Set());
    const marathon = await guarded(t, new Set());
    marathon.onApps = (_request, response) => response.writeHead(302, { location: `${elsewhere.url}/login` }).end();
    const { source } = follow(t, [marathon.url], { credentials: accountAt(giver.url), mode: 'poll' });
    await until(() => source.state().lastError !== undefined);
    assert.ok(shownTo(marathon).includes('token=mine'));
    assert.ok(!shownTo(elsewhere).includes('token=mine'));
  });
});
