import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { certificates } from '../../src/doctor/checks/certificates.ts';
import { find, folderOf, levels, messages } from './kit.ts';

const DAY_MS = 86_400_000;

interface Pem {
  readonly cert: string;
  readonly key: string;
}

const make = async (fromDays: number, toDays: number): Promise<Pem> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'shop.example' }], {
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() + fromDays * DAY_MS),
    notAfterDate: new Date(Date.now() + toDays * DAY_MS),
  });
  return { cert, key };
};

const text = ({ cert, key }: Pem): string => `${cert}\n${key}\n`;

const write = (file: string, content: string): string => {
  writeFileSync(file, content, { mode: 0o600 });
  return file;
};

describe('what the doctor finds of certificates', () => {
  let good: Pem, other: Pem, expired: Pem, soon: Pem, early: Pem;
  before(async () => {
    [good, other, expired, soon, early] = await Promise.all([make(-1, 100), make(-1, 100), make(-20, -2), make(-20, 5), make(3, 30)]);
  });

  const ROWS: readonly (readonly [what: string, content: () => string, level: string, message: RegExp])[] = [
    ['one that is good', () => text(good), 'ok', /valid for (99|100) days/],
    ['one that has expired', () => text(expired), 'fail', /has expired: /],
    ['one that expires soon', () => text(soon), 'warn', /expires in [45] days/],
    ['one that is not valid yet', () => text(early), 'fail', /is not valid before/],
    ["one with another's key", () => text({ cert: good.cert, key: other.key }), 'fail', /its key belongs to another certificate/],
    ['one without a key', () => good.cert, 'fail', /cannot be used/],
    ['a key without certificate', () => good.key, 'fail', /cannot be used/],
    ['rubbish', () => '-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n', 'fail', /cannot be used/],
    ['nothing', () => '', 'fail', /cannot be used/],
  ];
  for (const [what, content, level, message] of ROWS)
    it(what, async (t) => {
      const file = write(join(folderOf(t), 'site.pem'), content());
      const found = await find(certificates, { sslCerts: file });
      assert.deepEqual(levels(found), [level]);
      assert.match(messages(found), message);
      assert.ok(messages(found).startsWith(file));
      assert.equal(found[0]?.fix === undefined, level === 'ok');
      assert.ok(!JSON.stringify(found).includes(good.key.slice(40, 80)));
    });

  it('a key in a file beside it, as HAProxy looks for it', async (t) => {
    const file = write(join(folderOf(t), 'site.pem'), good.cert);
    write(`${file}.key`, good.key);
    assert.deepEqual(levels(await find(certificates, { sslCerts: file })), ['ok']);
  });

  it('each file of a directory, and of several', async (t) => {
    const folder = join(folderOf(t), 'certs');
    mkdirSync(folder);
    write(join(folder, 'a.pem'), text(good));
    write(join(folder, 'b.pem'), text(expired));
    write(join(folder, 'b.pem.ocsp'), 'not for us');
    write(join(folder, '.hidden'), 'not for us');
    const single = write(join(folderOf(t), 'c.pem'), text(soon));
    assert.deepEqual(levels(await find(certificates, { sslCerts: `${folder},${single}` })), ['ok', 'fail', 'warn']);
  });

  it('a file that is not there, and a directory without any', async (t) => {
    const folder = folderOf(t);
    const found = await find(certificates, { sslCerts: `${folder},/no/such.pem` });
    assert.deepEqual(levels(found), ['fail', 'fail']);
    assert.match(messages(found), /holds no certificates\n\/no\/such\.pem cannot be used: ENOENT/);
  });

  it('a key that everybody can read', async (t) => {
    const file = write(join(folderOf(t), 'site.pem'), text(good));
    chmodSync(file, 0o644);
    const found = await find(certificates, { sslCerts: file });
    assert.deepEqual([levels(found), found[0]?.fix], [['warn'], `chmod 600 ${file}`]);
  });

  it('the self-signed one: to be made, there, and broken', async (t) => {
    const stateDir = folderOf(t);
    assert.match(messages(await find(certificates, { stateDir })), /will be made/);
    const file = write(join(stateDir, 'self-signed.pem'), text(good));
    assert.deepEqual(levels(await find(certificates, { stateDir })), ['ok']);
    write(file, good.cert);
    const found = await find(certificates, { stateDir });
    assert.deepEqual(levels(found), ['warn']);
    assert.match(found[0]?.fix ?? '', /^rm /);
  });

  it('those of the environment, beside those on disk, by the name of their variable', async (t) => {
    const file = write(join(folderOf(t), 'site.pem'), text(good));
    const environment = {
      HAPROXY_SSL_CERT: text(good),
      HAPROXY_SSL_CERT1: text(soon).replaceAll('\n', '\\n'),
      HAPROXY_SSL_CERT2: good.cert,
      HAPROXY_SSL_CERT3: text({ cert: good.cert, key: other.key }),
    };
    const found = await find(certificates, { sslCerts: file }, environment);
    assert.deepEqual(levels(found), ['ok', 'ok', 'warn', 'fail', 'fail']);
    assert.match(messages(found), /^HAPROXY_SSL_CERT1 expires in [45] days$/m);
    assert.match(messages(found), /^HAPROXY_SSL_CERT2 cannot be used: it does not hold a certificate and its key in PEM/m);
    assert.match(messages(found), /^HAPROXY_SSL_CERT3 cannot be used: its key belongs to another certificate$/m);
    assert.ok(!JSON.stringify(found).includes(good.key.slice(40, 80)));
    assert.deepEqual(levels(await find(certificates, {}, { HAPROXY_SSL_CERT: text(good) })), ['ok']);
  });

  it('nothing where no https frontend is wanted', async () =>
    assert.deepEqual(await find(certificates, { dontBindHttpHttps: true, sslCerts: '/no/such.pem' }), []));
});
