import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { planCertificates } from '../../src/plan/plan-certificates.ts';

const make = async (
  name: string,
): Promise<{ readonly cert: string; readonly key: string; readonly both: string; readonly fingerprint: string }> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], { keyType: 'ec' });
  const lines = (text: string): string => `${text.trim().replaceAll('\r', '')}\n`;
  return {
    cert: lines(cert),
    key: lines(key),
    both: lines(cert) + lines(key),
    fingerprint: new X509Certificate(cert).fingerprint.replaceAll(':', ''),
  };
};

const [A, B, OTHER_A] = await Promise.all([make('a.example'), make('b.example'), make('a.example')]);

const LIST = 'certs/https.list';

const bytes = (files: Readonly<Record<string, string>>): ReadonlyMap<string, Buffer> =>
  new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));

const BEFORE = { 'certs/0/a.pem': A.both, 'certs/0/b.pem': B.both, [LIST]: 'certs/0/a.pem\ncerts/0/b.pem\n' };

const plan = (after: Readonly<Record<string, string>>, before: Readonly<Record<string, string>> = BEFORE) =>
  planCertificates(bytes(before), bytes(after));

const because = (after: Readonly<Record<string, string>>): string | undefined => {
  const found = plan(after);
  return found.kind === 'reload' ? found.because : undefined;
};

describe('the way to other certificates', () => {
  it('is nothing where they are the same', () => {
    assert.deepEqual(plan(BEFORE), { kind: 'runtime', steps: [] });
  });

  it('is a command for each that was replaced, without what is written around its blocks', () => {
    const text = `Bag Attributes\n\n  friendlyName: a\n${OTHER_A.cert.replaceAll('\n', '\r\n')}\n\n${OTHER_A.key}`;
    const step = { kind: 'set-certificate', name: 'certs/0/a.pem', isNew: false, pem: OTHER_A.both, fingerprint: OTHER_A.fingerprint };
    assert.deepEqual(plan({ ...BEFORE, 'certs/0/a.pem': text }), { kind: 'runtime', steps: [step] });
  });

  it('sends what OpenSSL reads as a block, and leaves to a reload what cannot be told', () => {
    const step = { kind: 'set-certificate', name: 'certs/0/b.pem', isNew: false, pem: OTHER_A.both, fingerprint: OTHER_A.fingerprint };
    const junk = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const marks = `${'-----BEGIN A-----\n'.repeat(25_000)}${'-----END B-----\n'.repeat(25_000)}`;
    for (const before of [`x${junk}`, ` ${junk}`, marks])
      assert.deepEqual(plan({ ...BEFORE, 'certs/0/b.pem': before + OTHER_A.both }), { kind: 'runtime', steps: [step] });
    for (const text of [junk + B.both, B.key, `x${B.both}${B.key}`])
      assert.match(because({ ...BEFORE, 'certs/0/b.pem': text }) ?? '', /certs\/0\/b\.pem is not one that can be told from others/);
  });

  it('brings certificate and key together where they are in two files', () => {
    const before = { 'certs/0/a.pem': A.cert, 'certs/0/a.pem.key': A.key, [LIST]: 'certs/0/a.pem\n' };
    const after = { ...before, 'certs/0/a.pem': OTHER_A.cert, 'certs/0/a.pem.key': OTHER_A.key };
    const step = { kind: 'set-certificate', name: 'certs/0/a.pem', isNew: false, pem: OTHER_A.both, fingerprint: OTHER_A.fingerprint };
    assert.deepEqual(plan(after, before), { kind: 'runtime', steps: [step] });
  });

  it('adds before it takes away', () => {
    const { 'certs/0/b.pem': gone, ...rest } = BEFORE;
    const after = { ...rest, 'certs/0/c.pem': gone, [LIST]: 'certs/0/a.pem\ncerts/0/c.pem\n' };
    assert.deepEqual(plan(after), {
      kind: 'runtime',
      steps: [
        { kind: 'set-certificate', name: 'certs/0/c.pem', isNew: true, pem: B.both, fingerprint: B.fingerprint },
        { kind: 'add-line', line: 'certs/0/c.pem' },
        { kind: 'remove-line', line: 'certs/0/b.pem' },
        { kind: 'delete-certificate', name: 'certs/0/b.pem' },
      ],
    });
  });

  it('is a reload where commands would make something else of it', () => {
    const rows: readonly (readonly [after: Readonly<Record<string, string>>, because: RegExp])[] = [
      [{ ...BEFORE, [LIST]: 'certs/0/b.pem\ncerts/0/a.pem\n' }, /another certificate is the default/],
      [{ ...BEFORE, 'certs/0/b.pem.ocsp': 'staple' }, /certs\/0\/b\.pem has files beside it/],
      [{ ...BEFORE, 'certs/0/b.pem': B.both + B.cert.repeat(40) }, /certs\/0\/b\.pem is too large/],
      [
        { ...BEFORE, 'certs/0/aa.pem': B.both, [LIST]: 'certs/0/a.pem\ncerts/0/aa.pem\ncerts/0/b.pem\n' },
        /comes before another one of its name/,
      ],
    ];
    for (const [after, words] of rows) assert.match(because(after) ?? '', words);
    assert.equal(because({ ...BEFORE, 'certs/0/z.pem': B.both, [LIST]: `${BEFORE[LIST]}certs/0/z.pem\n` }), undefined);
  });
});
