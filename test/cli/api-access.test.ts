import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ApiOptions } from '../../src/api/server.ts';
import type { Views } from '../../src/report/views.ts';
import { makeAuthority, writePair } from '../kit/authority.ts';
import { lastly } from '../kit/lastly.ts';
import { openApiFor } from '../kit/open-api.ts';
import { type Ended, placeFor, sluice } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';

const READ = 'read-token-0123456789abcdef';
const WRITE = 'write-token-0123456789abcdef';

/** Nothing to do, and nothing held: what is let in is told so. */
const VIEWS: Pick<Views, 'plan' | 'held' | 'confirm'> = {
  plan: async () => ({ kind: 'noop' }),
  held: () => undefined,
  confirm: () => undefined,
};

interface Place {
  readonly url: string;
  readonly file: (name: string, text: string) => string;
  readonly ca: string;
  readonly client: { readonly cert: string; readonly key: string };
}

const openFor = async (
  t: TestContext,
  options: (files: { tokenFile: string; clientCa: string }) => Partial<ApiOptions>,
): Promise<Place> => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const file = (name: string, text: string): string => {
    writeFileSync(join(path, name), text, { mode: 0o600 });
    return join(path, name);
  };
  const ours = await makeAuthority('ours');
  const ca = file('ca.pem', ours.cert);
  const tls = { ...writePair(path, 'edge', await ours.sign('edge')), clientCa: undefined };
  const client = writePair(path, 'operator', await ours.sign('operator'));
  const tokenFile = file('tokens', `# ours\nread ${READ}\nwrite ${WRITE}\n`);
  const given = options({ tokenFile, clientCa: ca });
  const { url = '' } = await openApiFor(t, {
    ...given,
    tls: { ...tls, clientCa: given.tls?.clientCa },
    views: () => VIEWS as Views,
  });
  return { url, file, ca, client };
};

const told = ({ code, stdout, stderr }: Ended): readonly unknown[] => [code, stdout, stderr];
const DONE = [0, 'nothing to do: HAProxy is as desired\n', ''];
const NOTHING_HELD = [1, '', 'sluice: nothing is held: all that Marathon lists is in force\n'];
const NO_TOKEN = { SLUICE_API_TOKEN: undefined };

describe('the verbs that ask an API that asks who they are', () => {
  it('show a token, out of a file or the environment, over TLS', async (t) => {
    const { url, ca, file } = await openFor(t, ({ tokenFile }) => ({ tokenFile }));
    const at = ['--api', url, '--api-ca', ca];
    assert.deepEqual(told(await sluice(['plan', ...at], { env: { SLUICE_API_TOKEN: READ } })), DONE);
    assert.deepEqual(told(await sluice(['plan', ...at, '--api-token-file', file('own', `${READ}\n`)], { env: NO_TOKEN })), DONE);
    const write = file('write', `# the one of Sluice itself will do\nwrite ${WRITE}\n`);
    // The file goes before the environment.
    const confirmed = await sluice(['confirm', ...at, '--api-token-file', write], { env: { SLUICE_API_TOKEN: READ } });
    assert.deepEqual(told(confirmed), NOTHING_HELD);
  });

  it('say what is missing, and never the token', async (t) => {
    const { url, ca, file } = await openFor(t, ({ tokenFile }) => ({ tokenFile }));
    const at = ['--api', url, '--api-ca', ca];
    const without = await sluice(['plan', ...at], { env: NO_TOKEN });
    assert.equal(without.code, 1);
    assert.match(without.stderr, /^sluice: this API asks for credentials: .*\(sluice: --api-token-file or SLUICE_API_TOKEN\)\n$/);
    const wrong = await sluice(['plan', ...at], { env: { SLUICE_API_TOKEN: 'guessed-guessed-guessed' } });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^sluice: the token is not known here: /);
    assert.doesNotMatch(wrong.stderr, /guessed/);
    const reader = await sluice(['confirm', ...at], { env: { SLUICE_API_TOKEN: READ } });
    assert.equal(reader.code, 1);
    assert.match(reader.stderr, /^sluice: POST \/confirm needs the role write, .*take a write token/);
    const unknownCa = await sluice(['plan', '--api', url], { env: { SLUICE_API_TOKEN: READ } });
    assert.equal(unknownCa.code, 3);
    assert.match(unknownCa.stderr, /no Sluice answers at https:.*certificate/);
    const secret = await sluice(['plan', '--api', 'http://ann:se"cr\'et@127.0.0.1:1'], { env: NO_TOKEN });
    assert.match(secret.stderr, /no Sluice answers at http:\/\/127\.0\.0\.1:1:/);
    const broken = await sluice(['plan', ...at, '--api-token-file', file('broken', 'my secret words\n')], { env: NO_TOKEN });
    assert.equal(broken.code, 2);
    assert.match(broken.stderr, /--api-token-file .*broken holds no token/);
    assert.doesNotMatch(broken.stderr, /secret/);
  });

  it('show a client certificate', async (t) => {
    const { url, ca, client } = await openFor(t, ({ clientCa }) => ({ tls: { cert: '', key: '', clientCa }, writeNames: ['operator'] }));
    const at = ['--api', url, '--api-ca', ca];
    assert.deepEqual(told(await sluice(['confirm', ...at, '--api-cert', client.cert, '--api-key', client.key])), NOTHING_HELD);
    assert.equal((await sluice(['plan', ...at])).code, 3);
    const noCa = await sluice(['plan', '--api', url, '--api-ca', client.key]);
    assert.equal(noCa.code, 2);
    assert.match(noCa.stderr, /^sluice: --api-ca: .* holds no certificate in PEM\n$/);
    const half = await sluice(['plan', ...at, '--api-cert', client.cert]);
    assert.deepEqual(told(half), [2, '', 'sluice: --api-cert and --api-key go together: give both\n']);
    const missing = await sluice(['plan', ...at, '--api-cert', '/nowhere.pem', '--api-key', client.key]);
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /^sluice: --api-cert: \/nowhere\.pem cannot be read/);
  });
});

describe('run, with an API that cannot be had', () => {
  const WRONG: readonly (readonly [what: string, flags: readonly string[], told: RegExp])[] = [
    ['others reach it and nobody is asked who he is', ['--api-listen', '0.0.0.0:0'], /--api-listen 0\.0\.0\.0: .*give --api-token-file/],
    ['its token file is not there', ['--api-listen', '127.0.0.1:0', '--api-token-file', '/nowhere'], /--api-token-file: \/nowhere/],
    [
      'its certificate is not there',
      ['--api-listen', '127.0.0.1:0', '--api-tls-cert', '/nowhere.pem', '--api-tls-key', '/nowhere.key'],
      /--api-tls-cert: \/nowhere\.pem cannot be read/,
    ],
  ];
  for (const [what, flags, message] of WRONG)
    it(`ends with exit code 2 and says what to do: ${what}`, async (t) => {
      const place = await placeFor(t);
      const { code, stderr } = await sluice(['run', ...place.flags, '--marathon', 'http://127.0.0.1:9', ...flags]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
    });
});
