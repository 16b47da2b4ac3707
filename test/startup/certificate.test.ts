import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

it('the self-signed certificate is made once, and anew where it is cut or has no key', async (t) => {
  const folder = tempFolder();
  lastly(t, folder.remove);
  const [path = ''] = await certificatesFor([], folder.path);
  const first = readFileSync(path, 'utf8');
  await certificatesFor([], folder.path);
  assert.equal(readFileSync(path, 'utf8'), first);
  for (const broken of ['', first.slice(0, 500), first.slice(0, -100), first.slice(first.indexOf('-----BEGIN', 10))]) {
    writeFileSync(path, broken);
    await certificatesFor([], folder.path);
    const made = readFileSync(path, 'utf8');
    assert.equal(new X509Certificate(made).subject, 'CN=*');
    assert.match(made, /PRIVATE KEY-----\s*$/);
  }
  assert.deepEqual(readdirSync(folder.path), ['self-signed.pem']);
});
