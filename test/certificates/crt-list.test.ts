import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { certificateList } from '../../src/certificates/crt-list.ts';
import { copyOf } from '../../src/desired/certificate-names.ts';
import type { HostTls } from '../../src/desired/host-tls.ts';

const pemFor = async (names: readonly string[]): Promise<Buffer> => {
  const { cert } = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2 as const, value })) }],
  });
  return Buffer.from(cert);
};

const SHARED = new Map([
  ['certs/0/first.pem', await pemFor(['first.example'])],
  ['certs/0/first.pem.key', Buffer.from('a key')],
  ['certs/0/wild.pem', await pemFor(['*.shop.example', 'shop.example'])],
]);

const [A, B] = ['/apps/a.pem', '/apps/b.pem'];
const KEY = Buffer.from('-----BEGIN PRIVATE KEY-----');
const CA = '/apps/ca.pem';
const NAMED = '/apps/named.pem';
const FILES = new Map([
  ...SHARED,
  [copyOf(A), KEY],
  [copyOf(B), Buffer.from('b')],
  [`${copyOf(B)}.key`, KEY],
  [copyOf(CA), Buffer.from('ca')],
  [copyOf(NAMED), Buffer.concat([await pemFor(['*.named.example']), Buffer.from('\n'), KEY])],
]);

const list = (hosts: Readonly<Record<string, Partial<HostTls>>>, shared: ReadonlyMap<string, Buffer> = SHARED): readonly string[] => {
  const whole = Object.entries(hosts).map(([host, tls]) => [host, { certificates: [], options: '', ...tls }] as const);
  return certificateList(shared, FILES, new Map(whole)).toString().split('\n').slice(0, -1);
};

const [FIRST, WILD] = ['certs/0/first.pem', 'certs/0/wild.pem'];

describe('the list of certificates', () => {
  it('has those of the operator for the names that they hold', () => {
    assert.deepEqual(list({}), [FIRST, WILD]);
    assert.deepEqual(list({ 'shop.example': {} }), [FIRST, WILD], 'a host that has nothing of its own');
    assert.deepEqual(list({ 'shop.example': { certificates: ['/apps/gone.pem'] } }), [FIRST, WILD], 'of which there is no copy');
    assert.deepEqual(list({ 'shop.example': { certificates: [CA] } }), [FIRST, WILD], 'without a key, which HAProxy would refuse');
  });

  it('has a certificate that is meant for another host only where it holds the name', () => {
    const host = 'green.first.example';
    assert.deepEqual(list({ [host]: { certificates: [NAMED] } }), [FIRST, WILD, `${copyOf(NAMED)} ${host}`]);
    assert.deepEqual(list({ [host]: { certificates: [NAMED], mustFit: true } }), [FIRST, WILD], 'as any other host');
    assert.deepEqual(list({ [host]: { certificates: [A], mustFit: true } }), [FIRST, WILD], 'what is no certificate holds no name');
    assert.deepEqual(list({ 'green.named.example': { certificates: [NAMED], mustFit: true } }), [
      ...[FIRST, WILD],
      `${copyOf(NAMED)} green.named.example`,
    ]);
    assert.deepEqual(list({ 'green.shop.example': { certificates: [NAMED], options: 'verify required', mustFit: true } }), [
      ...[FIRST, `${WILD} *.shop.example shop.example !green.shop.example`],
      `${WILD} [verify required] green.shop.example`,
    ]);
  });

  it('has each name once: it is of the app that has the host', () => {
    const rows: readonly (readonly [hosts: Readonly<Record<string, Partial<HostTls>>>, lines: readonly string[]])[] = [
      [{ 'other.example': { certificates: [A] } }, [FIRST, WILD, `${copyOf(A)} other.example`]],
      [{ 'shop.example': { certificates: [A] } }, [FIRST, `${WILD} *.shop.example`, `${copyOf(A)} shop.example`]],
      [
        { 'a.shop.example': { certificates: [A] } },
        [FIRST, `${WILD} *.shop.example shop.example !a.shop.example`, `${copyOf(A)} a.shop.example`],
      ],
      [{ 'b.a.shop.example': { certificates: [A] } }, [FIRST, WILD, `${copyOf(A)} b.a.shop.example`]],
      [
        { '*.shop.example': { certificates: [A] }, 'shop.example': { certificates: [A] } },
        [FIRST, `${copyOf(A)} *.shop.example shop.example`],
      ],
      [
        { '*.shop.example': { certificates: [A] }, 'a.shop.example': { certificates: [B] } },
        [FIRST, `${WILD} shop.example`, `${copyOf(A)} *.shop.example !a.shop.example`, `${copyOf(B)} a.shop.example`],
      ],
      [{ 'first.example': { certificates: [A] } }, [`${FIRST} nobody.invalid`, WILD, `${copyOf(A)} first.example`]],
    ];
    for (const [hosts, lines] of rows) assert.deepEqual(list(hosts), lines);
  });

  it('has options with the certificates of the host, else with those of the operator that fit, else with the default', () => {
    const options = 'verify required';
    assert.deepEqual(list({ 'a.shop.example': { options, certificates: [A, B] } }).slice(2), [
      `${copyOf(A)} [${options}] a.shop.example`,
      `${copyOf(B)} [${options}] a.shop.example`,
    ]);
    assert.deepEqual(list({ 'a.shop.example': { options } }), [
      FIRST,
      `${WILD} *.shop.example shop.example !a.shop.example`,
      `${WILD} [${options}] a.shop.example`,
    ]);
    assert.deepEqual(list({ 'x.example': { options } }), [FIRST, WILD, `${FIRST} [${options}] x.example`]);
  });

  it('has lines that HAProxy can read, however many hosts there are', () => {
    const hosts = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`h${n}.example`, { certificates: [A] }]));
    const own = list(hosts).slice(2);
    assert.deepEqual(
      own.map((line) => line.split(' ').length - 1),
      [50, 50, 20],
    );
  });
});
