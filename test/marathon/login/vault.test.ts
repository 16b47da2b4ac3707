import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { startFake, type FakeMarathon } from '../fake-marathon.ts';
import { follow, until } from '../following.ts';
import { json, startGiver } from './fake-giver.ts';

/** Marathon's user and password as HashiCorp Vault keeps them. */

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** A Marathon with this user and password, which a test may change. */
const guarded = async (t: TestContext, login: { is: string }): Promise<FakeMarathon> => {
  const fake = await startFake([]);
  t.after(async () => fake.close());
  fake.onApps = (request, response) => {
    if (request.headers.authorization === basic(login.is)) json(response, 200, { apps: fake.apps });
    else response.writeHead(401).end();
  };
  return fake;
};

const SHAPES: readonly (readonly [what: string, answer: object])[] = [
  ['the first engine for keys and values', { data: { user: 'ann', pass: 's:cret', more: 1 }, lease_duration: 60 }],
  ['the second', { data: { data: { user: 'ann', pass: 's:cret' }, metadata: { version: 3 } } }],
];

describe('a secret of Vault', () => {
  for (const [what, answer] of SHAPES) {
    it(`is shown to Marathon as user and password: ${what}`, async (t) => {
      const giver = await startGiver(t, (_asked, response) => json(response, 200, answer));
      const marathon = await guarded(t, { is: 'ann:s:cret' });
      const { source } = follow(t, [marathon.url], { credentials: { secretUrl: `${giver.url}/v1/secret/marathon`, token: 's.token' } });
      await until(() => source.state().lastFullReadAtMs !== undefined);
      const [asked] = giver.asked;
      assert.deepEqual([asked?.method, asked?.path, asked?.headers['x-vault-token']], ['GET', '/v1/secret/marathon', 's.token']);
      assert.equal(giver.asked.length, 1);
    });
  }

  it('is read again when Marathon refuses what it held', async (t) => {
    const login = { is: 'ann:old' };
    const giver = await startGiver(t, (_asked, response) => json(response, 200, { data: { user: 'ann', pass: login.is.slice(4) } }));
    const marathon = await guarded(t, login);
    const credentials = { secretUrl: giver.url, token: 't' };
    const { source } = follow(t, [marathon.url], { credentials, mode: 'poll', pollIntervalMs: 20 });
    await until(() => source.state().lastFullReadAtMs !== undefined);
    login.is = 'ann:new';
    const before = source.state().lastFullReadAtMs ?? 0;
    await until(() => giver.asked.length === 2 && (source.state().lastFullReadAtMs ?? 0) > before);
    assert.equal(source.state().lastError, undefined);
  });

  const WRONG: readonly (readonly [what: string, status: number, body: object, told: RegExp])[] = [
    ['a token that may not', 403, { errors: ['permission denied'] }, /answered 403: VAULT_TOKEN has ended, or may not read this secret/],
    ['nothing there', 404, { errors: [] }, /answered 404: check VAULT_PATH/],
    ['a secret without user', 200, { data: { username: 'ann', hidden: 's3cret' } }, /does not hold 'user' and 'pass'/],
  ];
  for (const [what, status, body, told] of WRONG) {
    it(`that cannot be had is told, without what it holds: ${what}`, async (t) => {
      const giver = await startGiver(t, (_asked, response) => json(response, status, body));
      const { source, log } = follow(t, ['http://127.0.0.1:9'], {
        credentials: { secretUrl: `${giver.url}/v1/x?version=2`, token: 's.t0ken' },
      });
      await until(() => source.state().lastError?.code === 'LOGIN_FAILED');
      assert.match(source.state().lastError?.message ?? '', told);
      assert.doesNotMatch(`${log.join('\n')}${source.state().lastError?.message ?? ''}`, /s3cret|s\.t0ken|version=2/);
    });
  }
});
