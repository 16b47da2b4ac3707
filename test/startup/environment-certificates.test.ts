import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { writeCertificates } from '../../src/startup/environment-certificates.ts';
import { makeAuthority } from '../kit/authority.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

it('certificates of the environment are files for their owner alone, and gone when they are not there any more', (t) => {
  const folder = tempFolder();
  lastly(t, folder.remove);
  const stateDir = join(folder.path, 'state');
  const first = writeCertificates(
    [
      { variable: 'HAPROXY_SSL_CERT', file: 'cert.pem', pem: 'a\n' },
      { variable: 'HAPROXY_SSL_CERT7', file: 'cert7.pem', pem: 'b\n' },
    ],
    stateDir,
  );
  const own = join(stateDir, 'environment-certificates');
  assert.deepEqual(first, [
    { variable: 'HAPROXY_SSL_CERT', path: join(own, 'cert.pem') },
    { variable: 'HAPROXY_SSL_CERT7', path: join(own, 'cert7.pem') },
  ]);
  assert.deepEqual([modeOf(own), modeOf(join(own, 'cert.pem')), modeOf(join(own, 'cert7.pem'))], [0o700, 0o600, 0o600]);
  assert.equal(readFileSync(join(own, 'cert7.pem'), 'utf8'), 'b\n');
  const { ino } = statSync(join(own, 'cert.pem'));
  writeCertificates([{ variable: 'HAPROXY_SSL_CERT', file: 'cert.pem', pem: 'a\n' }], stateDir);
  assert.deepEqual(readdirSync(own), ['cert.pem']);
  assert.equal(statSync(join(own, 'cert.pem')).ino, ino, 'what is so already is left alone');
  writeCertificates([{ variable: 'HAPROXY_SSL_CERT', file: 'cert.pem', pem: 'new\n' }], stateDir);
  assert.equal(readFileSync(join(own, 'cert.pem'), 'utf8'), 'new\n');
  writeCertificates([], stateDir);
  assert.deepEqual(readdirSync(own), []);
});

it('without any nothing is made', (t) => {
  const folder = tempFolder();
  lastly(t, folder.remove);
  assert.deepEqual(writeCertificates([], folder.path), []);
  assert.deepEqual(readdirSync(folder.path), []);
});

it('where they cannot be written it says so, and what they hold to nobody', (t) => {
  const folder = tempFolder();
  lastly(t, folder.remove);
  writeFileSync(join(folder.path, 'state'), '');
  assert.throws(() => writeCertificates([{ variable: 'HAPROXY_SSL_CERT', file: 'cert.pem', pem: 's3cret' }], join(folder.path, 'state')), {
    code: 'FILES',
    message: /^the certificates of HAPROXY_SSL_CERT .* cannot be written to .*state/,
  });
});

it('they are used behind those of --ssl-certs, and one that is none is refused by the name of its variable', async (t) => {
  const folder = tempFolder();
  lastly(t, folder.remove);
  const { cert, key } = await (await makeAuthority('CA')).sign('shop.example');
  const given = join(folder.path, 'given.pem');
  const pem = `${cert}\n${key}`;
  writeFileSync(given, pem);
  const stateDir = join(folder.path, 'state');
  mkdirSync(stateDir);
  const environment = [{ variable: 'HAPROXY_SSL_CERT0', file: 'cert0.pem', pem }];
  const written = join(stateDir, 'environment-certificates', 'cert0.pem');
  assert.deepEqual(await certificatesFor([given], stateDir, environment), [given, written]);
  assert.deepEqual(await certificatesFor([written, given], stateDir, environment), [written, given], 'in the order of the flag, once');
  assert.deepEqual(await certificatesFor([], stateDir, environment), [written]);
  assert.deepEqual(await certificatesFor([], stateDir, []), [join(stateDir, 'self-signed.pem')]);
  await assert.rejects(
    certificatesFor([], stateDir, [{ variable: 'HAPROXY_SSL_CERT3', file: 'cert3.pem', pem: `${cert}s3cret` }]),
    (error: Error) => {
      assert.match(
        error.message,
        /^HAPROXY_SSL_CERT3: \S+cert3\.pem cannot be used: .*; give certificate and key in PEM, with \\n for each line break$/,
      );
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    },
  );
});
