import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalIp } from '../../src/kit/ip-address.ts';

const ROWS: readonly (readonly [text: string, address: string | undefined])[] = [
  ['10.0.0.1', '10.0.0.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['256.0.0.1', undefined],
  ['010.0.0.1', undefined],
  ['10.1', undefined],
  ['10.0.0.1 ', undefined],
  ['10.0.0.1\n', undefined],
  ['::', '::'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8::0001', '2001:db8::1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:0a00:0001', '10.0.0.1'],
  ['fe80::1%eth0', undefined],
  ['[::1]', undefined],
  ['1::2::3', undefined],
  ['1:2:3:4:5:6:7:8:9', undefined],
  ['::1\n', undefined],
  ['localhost', undefined],
  ['', undefined],
];

describe('an IP address as HAProxy writes it', () => {
  for (const [text, address] of ROWS) it(JSON.stringify(text), () => assert.equal(canonicalIp(text), address));
});
