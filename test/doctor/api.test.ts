import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { api } from '../../src/doctor/checks/api.ts';
import { find, folderOf, levels, messages } from './kit.ts';

const TOKEN = 'deadbeefdeadbeefdeadbeefdeadbeef';

const DAY_MS = 86_400_000;

const make = async (toDays: number): Promise<{ readonly cert: string; readonly key: string }> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'edge.example' }], {
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 10 * DAY_MS),
    notAfterDate: new Date(Date.now() + toDays * DAY_MS),
  });
  return { cert, key };
};

describe('what the doctor finds of the files of the API', () => {
  let good: Awaited<ReturnType<typeof make>>, other: typeof good, expired: typeof good;
  before(async () => {
    [good, other, expired] = await Promise.all([make(100), make(100), make(-2)]);
  });

  it('that there are none', async () => assert.deepEqual(levels(await find(api)), ['ok']));

  const TOKENS: readonly (readonly [what: string, content: string, mode: number, level: string, message: RegExp])[] = [
    ['a token', `write ${TOKEN}\n`, 0o600, 'ok', /tokens of 1$/],
    ['one that everybody may open', `write ${TOKEN}\n`, 0o644, 'warn', /everybody on this host may open it/],
    ['none', '# later\n', 0o600, 'fail', /it holds no token/],
    ['a line that is none', `write ${TOKEN}\nadmin ${TOKEN}\n`, 0o600, 'fail', /line 2 is not/],
  ];
  for (const [what, content, mode, level, message] of TOKENS)
    it(`in a file of tokens: ${what}`, async (t) => {
      const file = join(folderOf(t), 'tokens');
      writeFileSync(file, content, { mode });
      const found = await find(api, { apiTokenFile: file });
      assert.deepEqual(levels(found), [level]);
      assert.match(messages(found), message);
      assert.ok(!JSON.stringify(found).includes(TOKEN));
    });

  it('a file of tokens that is not there', async () => {
    assert.match(messages(await find(api, { apiTokenFile: '/nowhere/tokens' })), /cannot be used: ENOENT/);
  });

  const TLS: readonly (readonly [
    what: string,
    files: () => readonly [cert: string, key: string],
    mode: number,
    expected: readonly string[],
    message: RegExp,
  ])[] = [
    ['a pair', () => [good.cert, good.key], 0o600, ['ok'], /api\.pem: valid for (99|100) days/],
    ['a key that everybody can read', () => [good.cert, good.key], 0o644, ['ok', 'warn'], /api\.key: everybody can read this key/],
    ['one that has expired', () => [expired.cert, expired.key], 0o600, ['fail'], /has expired/],
    ["another's key", () => [good.cert, other.key], 0o600, ['fail'], /they cannot be used/],
    ['rubbish', () => ['rubbish', good.key], 0o600, ['fail'], /they cannot be used/],
  ];
  for (const [what, files, mode, expected, message] of TLS)
    it(`for TLS: ${what}`, async (t) => {
      const folder = folderOf(t);
      const [cert, key] = files();
      const paths = { apiTlsCert: join(folder, 'api.pem'), apiTlsKey: join(folder, 'api.key') };
      writeFileSync(paths.apiTlsCert, cert);
      writeFileSync(paths.apiTlsKey, key, { mode });
      const found = await find(api, paths);
      assert.deepEqual(levels(found), expected);
      assert.match(messages(found), message);
      assert.ok(!JSON.stringify(found).includes(good.key.slice(40, 80)));
    });

  it('the authority of client certificates', async (t) => {
    const folder = folderOf(t);
    const paths = { apiTlsCert: join(folder, 'api.pem'), apiTlsKey: join(folder, 'api.key'), apiClientCa: join(folder, 'ca.pem') };
    writeFileSync(paths.apiTlsCert, good.cert);
    writeFileSync(paths.apiTlsKey, good.key, { mode: 0o600 });
    writeFileSync(paths.apiClientCa, expired.cert);
    assert.deepEqual(levels(await find(api, paths)), ['ok', 'fail']);
    writeFileSync(paths.apiClientCa, 'rubbish');
    assert.match(messages(await find(api, paths)), /holds no certificate in PEM/);
  });
});
