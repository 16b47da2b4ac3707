import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { generate } from 'selfsigned';
import { CertificateFiles, type Certificates } from '../../src/certificates/files.ts';
import { Room } from '../../src/certificates/room.ts';
import { copyOf } from '../../src/desired/certificate-names.ts';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { runFolder } from '../kit/haproxy.ts';
import { makePem } from '../kit/pem.ts';

interface Pem {
  readonly cert: string;
  readonly key: string;
  readonly both: string;
}

const AUTHORITY = await makePem('authority', 'authority');

const make = async (name: string): Promise<Pem> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], { keyType: 'ec' });
  return { cert, key, both: `${cert}\n${key}\n` };
};

const [A, B, C] = await Promise.all([make('a'), make('b'), make('c')]);

/** A file 'one.pem' and a directory 'more' with 'b.pem', both given. */
const given = async (t: TestContext) => {
  const folder = runFolder(t);
  const one = join(folder, 'one.pem');
  const more = join(folder, 'more');
  mkdirSync(more);
  writeFileSync(one, A.both);
  writeFileSync(join(more, 'b.pem'), B.both);
  const files = new CertificateFiles([one, more]);
  files.accept(await files.look());
  return { files, one, more };
};

const ofShop = (...paths: readonly string[]): ReadonlyMap<string, string> => new Map(paths.map((path) => [path, '/shop']));

/** Path in the generation -> text. */
const textsOf = ({ files }: Pick<Certificates, 'files'>): Readonly<Record<string, string>> =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, bytes.toString()]));

const messagesOf = ({ problems }: Certificates): readonly string[] => problems.map(({ message }) => message.replace(/\S*\//, ''));

describe('certificates of the operator', () => {
  it('are copied: a file as it is called, a directory as one, with what belongs to each', async (t) => {
    const { files, more } = await given(t);
    mkdirSync(join(more, 'folder'));
    for (const [name, text] of Object.entries({ 'b.pem.ocsp': 'staple', '.hidden': 'x', 'c.pem': C.cert, 'c.pem.key': C.key }))
      writeFileSync(join(more, name), text);
    const found = await files.look();
    assert.deepEqual(found.problems, []);
    assert.deepEqual(textsOf(found), {
      'certs/0/one.pem': A.both,
      'certs/1/b.pem': B.both,
      'certs/1/b.pem.ocsp': 'staple',
      'certs/1/c.pem': C.cert,
      'certs/1/c.pem.key': C.key,
      'certs/https.list': 'certs/0/one.pem\ncerts/1/b.pem\ncerts/1/c.pem\n',
    });
    assert.ok(files.isNews(found));
  });

  it('have names that HAProxy takes', async (t) => {
    const folder = runFolder(t);
    for (const [name, text] of Object.entries({ 'my shop #1.pem': A.cert, 'my shop #1.pem.key': A.key }))
      writeFileSync(join(folder, name), text);
    const files = new CertificateFiles([folder]);
    const { files: found, problems } = await files.look();
    assert.deepEqual(problems, []);
    const [name = ''] = found.keys();
    assert.match(name, /^certs\/0\/my_shop__1\.pem\.[0-9a-f]{32}$/);
    assert.deepEqual([...found.keys()], [name, `${name}.key`, 'certs/https.list']);
    assert.equal(found.get('certs/https.list')?.toString(), `${name}\n`);
  });

  it('are read again as soon as they are others, also within one tick of the clock', async (t) => {
    const { files, one } = await given(t);
    for (const text of [B.both, C.both, A.both]) {
      writeFileSync(one, text);
      assert.equal(textsOf(await files.look())['certs/0/one.pem'], text);
    }
  });

  it('stay in force where they are replaced by what cannot be used', async (t) => {
    const rows: readonly (readonly [text: string | undefined, why: RegExp])[] = [
      [undefined, /ENOENT/],
      ['', /does not hold a certificate and its key/],
      ['nonsense', /does not hold a certificate and its key/],
      [C.cert, /does not hold a certificate and its key/],
      [C.key, /does not hold a certificate and its key/],
      [C.both.slice(0, -60), /does not hold a certificate and its key/],
      [`${C.cert}\n${A.key}\n`, /its key belongs to another certificate/],
      ['x'.repeat(1024 * 1024 + 1), /no certificate is larger/],
    ];
    const { files, one } = await given(t);
    for (const [text, why] of rows) {
      rmSync(one, { force: true });
      if (text !== undefined) writeFileSync(one, text);
      const found = await files.look();
      assert.equal(textsOf(found)['certs/0/one.pem'], A.both);
      assert.ok(!files.isNews(found));
      assert.match(messagesOf(found).join(), /^certificate one.pem cannot be used, and the last good version of it stays in force: /);
      assert.match(messagesOf(found).join(), why);
    }
    writeFileSync(one, C.both);
    const renewed = await files.look();
    assert.deepEqual(renewed.problems, []);
    assert.equal(textsOf(renewed)['certs/0/one.pem'], C.both);
    assert.ok(files.isNews(renewed));
  });

  it('in a directory: one that is taken away goes, one that never was good is left out, and all at once are not gone', async (t) => {
    const { files, more } = await given(t);
    writeFileSync(join(more, 'c.pem'), C.both);
    files.accept(await files.look());
    rmSync(join(more, 'b.pem'));
    writeFileSync(join(more, 'new.pem'), 'nonsense');
    const found = await files.look();
    assert.deepEqual(Object.keys(textsOf(found)), ['certs/0/one.pem', 'certs/1/c.pem', 'certs/https.list']);
    assert.match(messagesOf(found).join(), /^certificate new.pem cannot be used, and it is left out: /);
    files.accept(found);
    rmSync(more, { recursive: true });
    const gone = await files.look();
    assert.deepEqual(textsOf(gone), textsOf(found));
    assert.match(messagesOf(gone).join(), /^certificate more cannot be used, and the last good version of it stays in force: /);
  });

  it('in a directory: with too many or too much in it, all are as they were', async (t) => {
    const { files, more } = await given(t);
    const before = textsOf(await files.look());
    const assertAsBefore = async (why: RegExp): Promise<void> => {
      const found = await files.look();
      assert.deepEqual(textsOf(found), before);
      const messages = messagesOf(found);
      assert.equal(messages.length, 1, 'one problem, not thousands');
      assert.match(messages[0] ?? '', /^certificate more cannot be used, and the last good version of it stays in force: /);
      assert.match(messages[0] ?? '', why);
    };
    for (let n = 0; n < 2000; n += 1) writeFileSync(join(more, `a${n}.pem`), '');
    await assertAsBefore(/it holds 2001 certificates, and no more than 2000 are read/);
    for (let n = 0; n < 2000; n += 1) rmSync(join(more, `a${n}.pem`));
    const large = `${C.both}${'\n'.repeat(1_000_000)}`;
    for (let n = 0; n < 68; n += 1) writeFileSync(join(more, `a${n}.pem`), large);
    await assertAsBefore(/what it holds is larger than 67108864 bytes/);
    for (let n = 0; n < 68; n += 1) rmSync(join(more, `a${n}.pem`));
    assert.deepEqual((await files.look()).problems, []);
  });

  it('that HAProxy refuses though they look well are not used until they are others', async (t) => {
    const { files, one } = await given(t);
    assert.deepEqual(files.news(await files.look()), []);
    writeFileSync(one, C.both);
    const found = await files.look();
    assert.deepEqual(files.news(found), ['certs/0/one.pem']);
    files.refuse(found, new Map([['certs/0/one.pem', 'HAProxy refuses it: too short']]));
    const without = await files.look();
    assert.equal(textsOf(without)['certs/0/one.pem'], A.both);
    assert.match(messagesOf(without).join(), /the last good version of it stays in force: HAProxy refuses it: too short/);
    assert.ok(!files.isNews(without));
    writeFileSync(one, B.both);
    assert.equal(textsOf(await files.look())['certs/0/one.pem'], B.both);
  });

  it('are those of the last Sluice where it left a HAProxy with them', async (t) => {
    const { files, one, more } = await given(t);
    const folder = runFolder(t);
    for (const [path, bytes] of files.inForce) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const next = new CertificateFiles([one, more]);
    await next.restore(folder);
    assert.ok(!next.isNews(await next.look()));
    writeFileSync(one, 'nonsense');
    assert.deepEqual(textsOf(await next.look()), textsOf({ files: files.inForce }));
  });
});

describe('files that apps name', () => {
  it('are copied with what belongs to them, and have a last good version', async (t) => {
    const { files, one } = await given(t);
    const folder = runFolder(t);
    const [shop, ca] = [join(folder, 'shop.pem'), join(folder, 'ca.pem')];
    writeFileSync(shop, A.cert);
    writeFileSync(`${shop}.key`, A.key);
    writeFileSync(ca, AUTHORITY.cert);
    const found = await files.look(ofShop(shop, ca, one));
    assert.deepEqual([...found.troubles], []);
    const texts = textsOf(found);
    assert.equal(texts[copyOf(shop)], A.cert);
    assert.equal(texts[`${copyOf(shop)}.key`], A.key);
    assert.equal(texts[copyOf(ca)], AUTHORITY.cert);
    assert.equal(texts[copyOf(one)], A.both, 'also where the operator gave it to all');
    assert.equal(texts['certs/https.list'], 'certs/0/one.pem\ncerts/1/b.pem\n', 'the https frontend has none of them');
    files.accept(found);
    rmSync(shop);
    writeFileSync(ca, 'nonsense');
    const nosuch = join(folder, 'nosuch.pem');
    const later = await files.look(ofShop(shop, ca, nosuch, folder));
    assert.equal(textsOf(later)[copyOf(shop)], A.cert);
    assert.equal(textsOf(later)[copyOf(ca)], AUTHORITY.cert);
    assert.deepEqual(
      [...later.troubles].map(([path, { last }]) => [path, last]),
      [
        [shop, 'kept'],
        [ca, 'kept'],
        [nosuch, 'none'],
        [folder, 'none'],
      ],
    );
    assert.ok(!files.isNews(await files.look(ofShop(shop, ca, one))), 'what is kept is no news');
    assert.deepEqual(
      Object.keys(textsOf(await files.look())).filter((path) => path.startsWith('certs/apps/')),
      [],
      'who names it no more has none',
    );
  });
});

describe('files of apps that do harm', () => {
  it('are no files: nobody waits for a pipe, or reads what has no end', async (t) => {
    const folder = runFolder(t);
    const [pipe, zero, beside] = [join(folder, 'pipe.pem'), join(folder, 'zero.pem'), join(folder, 'beside.pem')];
    execFileSync('mkfifo', [pipe, `${beside}.ocsp`]);
    symlinkSync('/dev/zero', zero);
    writeFileSync(beside, A.both);
    const files = new CertificateFiles([folder]);
    const { troubles, problems } = await files.look(ofShop(pipe, zero, beside));
    assert.deepEqual(
      [...troubles],
      [pipe, zero, beside].map((path) => [path, { why: 'it is not a file', last: 'none' }]),
    );
    assert.equal(problems.length, 1, 'nor is it for the operator');
    await assert.rejects(certificatesFor([pipe], folder), /pipe\.pem cannot be used: it is not a file/);
  });

  it('have room: so much of one with what is beside it, and of all that one app names', async (t) => {
    const folder = runFolder(t);
    const files = new CertificateFiles([]);
    const put = (name: string, bytes: number): string => {
      writeFileSync(join(folder, name), A.both.padEnd(bytes, '\n'));
      return join(folder, name);
    };
    const MB = 1024 * 1024;
    const beside = put('beside.pem', 0.5 * MB);
    writeFileSync(`${beside}.sctl`, Buffer.alloc(0.6 * MB));
    const [a, b, c, d] = [put('a.pem', MB), put('b.pem', MB), put('c.pem', MB), put('d.pem', 3000)];
    const found = await files.look(new Map([[beside, '/other'], ...ofShop(a, b, c, d)]));
    assert.deepEqual([...found.troubles.keys()], [beside]);
    assert.match(found.troubles.get(beside)?.why ?? '', /^it is larger than 1048576 bytes with the files beside it$/);
    files.accept(found);
    put('d.pem', MB);
    const e = put('e.pem', MB);
    const other = put('other.pem', MB);
    const later = await files.look(new Map([...ofShop(e, d, a, b, c), [other, '/other']]));
    const why = 'with it the files of /shop have more than 4194304 bytes';
    assert.deepEqual(
      [...later.troubles],
      [[e, { why, last: 'none' }]],
      'what is in force and grows within the bound is served, and so is what others have',
    );
    for (const name of ['a.pem', 'b.pem']) put(name, 3000);
    assert.deepEqual([...(await files.look(ofShop(a, b, c, d, e))).troubles.keys()], [e], 'until what was given up is out of force');
    files.accept(await files.look(ofShop(a, b, c, d)));
    assert.deepEqual([...(await files.look(ofShop(a, b, c, d, e))).troubles], []);
  });

  it('have room together with those of all apps; what is in force stays', () => {
    const MB = 1024 * 1024;
    const held = Array.from({ length: 21 }, (_, n) => [`/${n}.pem`, { appId: `/${n}`, bytes: 3 * MB }] as const);
    const room = new Room(new Map([...held, ['/new.pem', { appId: '/new', bytes: 0 }], ['/late.pem', { appId: '/late', bytes: 0 }]]));
    assert.equal(room.take('/new.pem', MB), undefined);
    assert.equal(room.take('/late.pem', MB), 'with it the files of all apps have more than 67108864 bytes');
    assert.equal(room.take('/3.pem', 3 * MB), undefined);
    assert.match(room.take('/3.pem', 3 * MB + 1) ?? '', /^with it the files of all apps/);
  });
});

describe('--ssl-certs at the start', () => {
  it('what is missing or broken is an error that names it', async (t) => {
    const folder = runFolder(t);
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const broken = join(folder, 'broken.pem');
    writeFileSync(broken, A.cert);
    const good = join(folder, 'good.pem');
    writeFileSync(good, A.both);
    assert.deepEqual(await certificatesFor([good], folder), [good]);
    for (const [path, message] of [
      [join(folder, 'nosuch.pem'), /--ssl-certs: .*nosuch\.pem does not exist/],
      [broken, /--ssl-certs: .*broken\.pem cannot be used: it does not hold a certificate and its key in PEM/],
      [empty, /--ssl-certs: .*empty holds no certificate/],
      [folder, /--ssl-certs: .*broken\.pem cannot be used/],
    ] as const)
      await assert.rejects(certificatesFor([good, path], folder), { code: 'SETTINGS', message });
  });
});
