import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { ConfigRefused, parseDiagnostics } from '../../src/haproxy/diagnostics.ts';
import type { Check } from '../../src/isolation/rendered.ts';
import { refusedCertificates, refusedOptions } from '../../src/reload/certificate-trial.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';
import { makePem } from '../kit/pem.ts';

const [GOOD, WEAK] = await Promise.all([makePem('good.example'), makePem('weak.example', 'weak')]);

/** Asks this HAProxy, and counts. */
const checker = (t: TestContext, binary: string): { readonly check: Check; readonly asked: () => number } => {
  let asked = 0;
  const check: Check = async (files) => {
    asked += 1;
    const folder = runFolder(t);
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    return new Promise((resolve, reject) => {
      execFile(binary, ['-c', '-f', join(folder, 'haproxy.cfg')], (error, _, stderr) => {
        if (error === null) resolve();
        else reject(new ConfigRefused(parseDiagnostics(stderr), stderr));
      });
    });
  };
  return { check, asked: () => asked };
};

eachHaproxy('certificates that HAProxy may not take', ({ binary }) => {
  it('are found by few checks, however many they are', async (t) => {
    const { check, asked } = checker(t, binary);
    const files = new Map([
      ...Array.from({ length: 70 }, (_, n) => [`certs/apps/${n}.pem`, Buffer.from(n % 8 === 0 ? GOOD.both : WEAK.both)] as const),
      ['certs/apps/crl.pem', Buffer.from('-----BEGIN X509 CRL-----\n-----END X509 CRL-----\n')],
      ['certs/apps/nobody.pem', Buffer.from('nothing')],
      ['certs/apps/authority.pem', Buffer.from(GOOD.cert)],
    ]);
    const refused = await refusedCertificates(check, [...files.keys()], files);
    const bad = [...files.keys()].filter((_, n) => n < 70 && n % 8 !== 0);
    assert.deepEqual([...refused.keys()].sort(), [...bad, 'certs/apps/nobody.pem'].sort());
    assert.match(refused.get('certs/apps/1.pem') ?? '', /^HAProxy refuses it: .*unable to load SSL certificate into SSL Context/);
    assert.ok(asked() <= 4, `${asked()} checks`);
  });

  it('have options that are found by few checks too', async (t) => {
    const { check, asked } = checker(t, binary);
    const bad = Array.from({ length: 30 }, (_, n) => `verify maybe${n}`);
    const refused = await refusedOptions(check, ['verify none', ...bad], 'good.pem', new Map([['good.pem', Buffer.from(GOOD.both)]]));
    assert.deepEqual([...refused.keys()].sort(), bad.sort());
    assert.match(refused.get('verify maybe3') ?? '', /^HAProxy refuses it: .*verify/);
    assert.ok(asked() <= 3, `${asked()} checks`);
  });

  it('are looked for in halves where HAProxy names no line, and not without end', async () => {
    let asked = 0;
    const files = new Map(Array.from({ length: 64 }, (_, n) => [`${n}.pem`, Buffer.from(GOOD.both)] as const));
    const refuseWith = (isBad: (text: string) => boolean) => async (given: Parameters<Check>[0]) => {
      asked += 1;
      if (isBad(given[0]?.bytes.toString() ?? '')) throw new ConfigRefused([{ severity: 'alert', message: 'no' }], 'no');
    };
    const oneIsBad = refuseWith((text) => text.includes(' 37.pem'));
    assert.deepEqual([...(await refusedCertificates(oneIsBad, [...files.keys()], files))], [['37.pem', 'HAProxy refuses it: no']]);
    asked = 0;
    const refused = await refusedCertificates(
      refuseWith(() => true),
      [...files.keys()],
      files,
    );
    assert.ok(asked <= 12);
    assert.ok(refused.size > 0, 'there is headway');
  });
});
