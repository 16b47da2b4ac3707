import assert from 'node:assert/strict';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { TokenFile } from '../../src/api/token-file.ts';
import { askApi } from '../kit/ask-api.ts';
import { lastly } from '../kit/lastly.ts';
import { openApiFor } from '../kit/open-api.ts';
import { tempFolder } from '../kit/temp-folder.ts';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);

const fileFor = (t: TestContext, text: string, mode = 0o600): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const file = join(path, 'tokens');
  writeFileSync(file, text, { mode });
  return file;
};

/** What is logged, as `warn: text`. */
const logOf = (): { readonly lines: string[]; readonly log: ConstructorParameters<typeof TokenFile>[1] } => {
  const lines: string[] = [];
  const to =
    (level: string) =>
    (_about: unknown, text?: string): void =>
      void lines.push(`${level}: ${text ?? ''}`);
  return { lines, log: { warn: to('warn'), error: to('error') } };
};

describe('the token file', () => {
  it('is read again when it has changed, in whatever way: a token that is gone lets nobody in', async (t) => {
    const tokenFile = fileFor(t, `read ${A}\n`);
    const { url = '' } = await openApiFor(t, { tokenFile });
    const statusWith = async (token: string): Promise<number> =>
      (await askApi(url, '/status', { headers: { authorization: `Bearer ${token}` } })).status;
    const statuses = async (): Promise<readonly number[]> => [await statusWith(A), await statusWith(B)];
    assert.deepEqual(await statuses(), [503, 401]);
    // In place, of the same length.
    writeFileSync(tokenFile, `read ${B}\n`);
    assert.deepEqual(await statuses(), [401, 503]);
    writeFileSync(`${tokenFile}.next`, `read ${A}\nwrite ${B}\n`);
    renameSync(`${tokenFile}.next`, tokenFile);
    assert.deepEqual(await statuses(), [503, 503]);
    writeFileSync(tokenFile, `read ${A}\nwrit ${B}\n`);
    assert.deepEqual(await statuses(), [401, 401], 'wrong: nobody');
    writeFileSync(tokenFile, `write ${B}\n`);
    assert.deepEqual(await statuses(), [401, 503], 'mended');
    rmSync(tokenFile);
    assert.deepEqual(await statuses(), [401, 401], 'gone: nobody');
  });

  it('is told of in the log once, when it is wrong, and never what it holds', (t) => {
    const path = fileFor(t, `read ${A}\n`);
    const { lines, log } = logOf();
    const file = new TokenFile(path, log);
    assert.equal(file.tokens().length, 1);
    assert.deepEqual(lines, []);
    writeFileSync(path, `raed ${A}\n`);
    for (let times = 0; times < 3; times += 1) assert.equal(file.tokens().length, 0);
    assert.deepEqual(lines, ["error: --api-token-file cannot be used, no token is taken: line 1 is not 'read TOKEN' or 'write TOKEN'"]);
  });

  it('is warned of where everybody may open it, also when that comes later', (t) => {
    const path = fileFor(t, `read ${A}\n`);
    const { lines, log } = logOf();
    const file = new TokenFile(path, log);
    chmodSync(path, 0o644);
    for (let times = 0; times < 3; times += 1) file.tokens();
    assert.deepEqual(lines, [`warn: everybody on this host may open --api-token-file: chmod o= ${path}`]);
  });

  const WRONG: readonly (readonly [what: string, text: string | undefined, message: RegExp])[] = [
    ['is not there', undefined, /--api-token-file: .*nowhere cannot be used: ENOENT/],
    ['holds no token', '\n', /cannot be used: it holds no token/],
    ['holds a token that can be guessed', 'read secret\n', /cannot be used: the token of line 1/],
    ['is huge', `read ${A}\n`.repeat(30_000), /more than 1000000/],
  ];
  for (const [what, text, message] of WRONG)
    it(`is refused at the start when it ${what}`, async (t) => {
      const tokenFile = text === undefined ? join(fileFor(t, ''), '..', 'nowhere') : fileFor(t, text);
      await assert.rejects(openApiFor(t, { tokenFile }), (error) => error instanceof Error && message.test(error.message));
    });
});
