import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tlsOptionsOf } from '../../src/api/tls.ts';
import { makeAuthority, writePair } from '../kit/authority.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

describe('the TLS files of the API', () => {
  it('are refused at the start, by the name of their flag, when they cannot be used', async (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const write = (name: string, text: string): string => {
      writeFileSync(join(path, name), text);
      return join(path, name);
    };
    const ours = await makeAuthority('ours');
    const { cert, key } = writePair(path, 'edge', await ours.sign('edge'));
    const other = writePair(path, 'other', await ours.sign('other'));
    const clientCa = write('ca.pem', ours.cert);
    assert.deepEqual(tlsOptionsOf({ cert, key, clientCa }).ca, ours.cert);
    const WRONG: readonly (readonly [files: Parameters<typeof tlsOptionsOf>[0], message: RegExp])[] = [
      [{ cert: '/nowhere.pem', key, clientCa }, /^--api-tls-cert: \/nowhere\.pem cannot be read/],
      [{ cert, key: '/nowhere.key', clientCa }, /^--api-tls-key: \/nowhere\.key cannot be read/],
      [{ cert, key: other.key, clientCa }, /^--api-tls-cert .*they cannot be used: .*key values mismatch/],
      [{ cert: write('words', 'words'), key, clientCa }, /^--api-tls-cert .*they cannot be used/],
      [{ cert, key, clientCa: '/nowhere.pem' }, /^--api-client-ca: \/nowhere\.pem cannot be read/],
      // Node would take the CAs of the system instead.
      [{ cert, key, clientCa: write('empty', '') }, /^--api-client-ca: .*empty holds no certificate in PEM/],
      [{ cert, key, clientCa: write('key', 'no certificate') }, /^--api-client-ca: .* holds no certificate in PEM/],
    ];
    for (const [files, message] of WRONG) assert.throws(() => tlsOptionsOf(files), { code: 'SETTINGS', message }, String(message));
  });

  it('with a CA of clients have every client show a certificate', async (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const ours = await makeAuthority('ours');
    const pair = writePair(path, 'edge', await ours.sign('edge'));
    writeFileSync(join(path, 'ca.pem'), ours.cert);
    const { requestCert, rejectUnauthorized, minVersion } = tlsOptionsOf({ ...pair, clientCa: join(path, 'ca.pem') });
    assert.deepEqual([requestCert, rejectUnauthorized, minVersion], [true, true, 'TLSv1.2']);
  });
});
