import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyCertificates } from '../../src/haproxy/apply-certificates.ts';
import type { CertificateStep } from '../../src/plan/plan-certificates.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n';
const RENEWED = { kind: 'set-certificate', name: 'certs/0/a.pem', isNew: false, pem: PEM, fingerprint: 'AB12' } as const;

/** What HAProxy answers where nothing goes wrong; `odd`: what it answers to commands that begin so. */
const answering = (odd: Readonly<Record<string, string>> = {}) => {
  const asked: string[] = [];
  const usual: Readonly<Record<string, string>> = {
    'new ssl cert': "New empty certificate store 'certs/0/a.pem'!\n",
    'set ssl cert': 'Transaction created for certificate certs/0/a.pem!\n',
    'commit ssl cert': 'Committing certs/0/a.pem.\nSuccess!\n',
    'show ssl cert': 'Filename: certs/0/a.pem\nSHA1 FingerPrint: AB12\n',
    'abort ssl cert': "Transaction aborted for certificate 'certs/0/a.pem'!\n",
    'add ssl crt-list': 'Inserting certificate.\nSuccess!\n',
    'show ssl crt-list': '# certs/https.list\ncerts/0/a.pem:1\ncerts/0/a.pem:2 [verify required] a.example\n',
    'del ssl crt-list': "Entry 'certs/0/a.pem' deleted in crtlist 'certs/https.list'!\n",
    'del ssl cert': "Certificate 'certs/0/a.pem' deleted!\n",
  };
  const ask = async (command: string): Promise<string> => {
    asked.push(command);
    const begins = ([beginning]: [string, string]): boolean => command.startsWith(beginning);
    const [, answer = 'Unknown command\n'] = Object.entries(odd).find(begins) ?? Object.entries(usual).find(begins) ?? [];
    return Promise.resolve(answer);
  };
  return { asked, run: async (steps: readonly CertificateStep[]) => applyCertificates(ask, steps) };
};

describe('certificates by commands', () => {
  it('are set, committed, and looked at', async () => {
    const { asked, run } = answering();
    assert.equal(await run([RENEWED, { ...RENEWED, isNew: true }]), undefined);
    assert.deepEqual(
      asked.map((command) => command.split(' ', 1)[0]),
      ['set', 'commit', 'show', 'new', 'set', 'commit', 'show'],
    );
    assert.equal(asked[0], `set ssl cert certs/0/a.pem <<\n${PEM}`);
  });

  it('go from the list by the number of just that line', async () => {
    const { asked, run } = answering();
    assert.equal(await run([{ kind: 'remove-line', line: 'certs/0/a.pem [verify required] a.example' }]), undefined);
    assert.equal(asked.at(-1), 'del ssl crt-list certs/https.list certs/0/a.pem:2');
    assert.match((await run([{ kind: 'remove-line', line: 'certs/0/a.pem b.example' }])) ?? '', /has no line/);
  });

  it('are left to a reload at any other answer: nothing after it is tried, what was begun is ended, and no key is told', async () => {
    const rows: readonly (readonly [odd: Readonly<Record<string, string>>, last: RegExp])[] = [
      [{ 'set ssl cert': 'unable to load certificate\n' }, /^abort /],
      [{ 'set ssl cert': '' }, /^abort /],
      [{ 'commit ssl cert': 'No ongoing transaction!\n' }, /^abort /],
      [{ 'show ssl cert': 'SHA1 FingerPrint: FFFF\n' }, /^show /],
    ];
    for (const [odd, last] of rows) {
      const { asked, run } = answering(odd);
      const refused = await run([RENEWED, { kind: 'delete-certificate', name: 'certs/0/b.pem' }]);
      assert.match(refused ?? '', /^HAProxy answered '.*' to '(?:set|commit|show) ssl cert certs\/0\/a\.pem'$/);
      assert.ok(!refused?.includes('secret'));
      assert.match(asked.at(-1) ?? '', last);
    }
  });
});
