import assert from 'node:assert/strict';
import { test } from 'node:test';
import dnsPacket from 'dns-packet';
import { knownName } from '../../../src/dns/name.ts';
import { SmallZone } from '../../kit/small-zone.ts';
import { authorityOf, seeded } from './rig.ts';
import { queryBytes, readReply } from './wire.ts';

const PACKETS = 50_000;
const SEED = 8906;

const zone = new SmallZone(['mesos', 'corp.example'], {
  'web.marathon.mesos': { A: ['10.0.0.1', '10.0.0.2'], AAAA: ['fd00::1'] },
  '_web._tcp.marathon.mesos': { SRV: ['0 1 80 web.marathon.mesos', '0 1 81 none.mesos'] },
  'alias.corp.example': { CNAME: ['web.marathon.mesos'] },
  '*.corp.example': { TXT: ['anything'] },
});

const NAMES = [
  '\x03web\x08marathon\x05mesos\0',
  '\x04_web\x04_tcp\x08marathon\x05mesos\0',
  '\x05alias\x04corp\x07example\0',
  '\x01x\x04corp\x07example\0',
  '\x05mesos\0',
  '\x04_web\x04_tcp\x08marathon\x03org\0',
  '\0',
];
const TYPES = [1, 28, 33, 5, 6, 2, 255, 251, 252, 41, 43, 16, 0, 65_535];

type Dice = () => number;
const below = (dice: Dice, end: number): number => Math.floor(dice() * end);
const noise = (dice: Dice, length: number): Buffer => Buffer.from(Array.from({ length }, () => below(dice, 256)));

const options = (dice: Dice): readonly { code: number; data: Buffer }[] =>
  Array.from({ length: below(dice, 4) }, () => ({ code: below(dice, 16), data: noise(dice, below(dice, 44)) }));

const wellFormed = (dice: Dice): Buffer =>
  queryBytes({
    name: NAMES[below(dice, NAMES.length)] ?? '\0',
    type: TYPES[below(dice, TYPES.length)] ?? 1,
    class: dice() < 0.9 ? 1 : below(dice, 256),
    third: dice() < 0.8 ? below(dice, 8) : below(dice, 256),
    fourth: below(dice, 256),
    ...(dice() < 0.6
      ? {
          edns: {
            payload: below(dice, 5000),
            version: dice() < 0.9 ? 0 : below(dice, 256),
            flags: below(dice, 65_536),
            options: options(dice),
          },
        }
      : {}),
  });

const flipped = (dice: Dice, bytes: Buffer): Buffer => {
  for (let nth = 1 + below(dice, 6); nth > 0; nth -= 1) {
    const at = below(dice, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(dice, 8));
  }
  return bytes;
};

/** Pointers wherever they fall, at themselves and at each other. */
const looping = (dice: Dice, bytes: Buffer): Buffer => {
  for (let nth = 1 + below(dice, 4); nth > 0; nth -= 1)
    bytes.writeUInt16BE(0xc000 | below(dice, bytes.length + 4), below(dice, bytes.length - 1));
  return bytes;
};

const KINDS: readonly ((dice: Dice) => Buffer)[] = [
  (dice) => noise(dice, below(dice, 600)),
  // A header that makes the rest be read.
  (dice) => Buffer.concat([Buffer.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, below(dice, 3)]), noise(dice, below(dice, 100))]),
  (dice) => wellFormed(dice),
  (dice) => flipped(dice, wellFormed(dice)),
  (dice) => looping(dice, wellFormed(dice)),
  (dice) => wellFormed(dice).subarray(0, below(dice, 80)),
  (dice) => Buffer.concat([wellFormed(dice), noise(dice, 1 + below(dice, 40))]),
];

const TRANSPORTS = ['udp', 'tcp', 'https'] as const;

test(`${PACKETS} packets of any kind: nothing is thrown, and what is replied is well formed`, () => {
  const dice = seeded(SEED);
  const authority = authorityOf(zone, {
    random: dice,
    nsid: Buffer.from('edge-1'),
    cookieSecret: Buffer.alloc(16, 7),
    minimalAny: false,
    renames: [{ from: knownName('org'), to: knownName('mesos') }],
  });
  const seen = { drop: 0, reply: 0, forward: 0, transfer: 0 };
  for (let nth = 0; nth < PACKETS; nth += 1) {
    const packet = KINDS[nth % KINDS.length]?.(dice) ?? assert.fail();
    const before = Buffer.from(packet);
    const transport = TRANSPORTS[below(dice, 3)] ?? 'udp';
    try {
      const reply = authority.answer(packet, { transport, address: dice() < 0.5 ? '10.0.0.9' : 'fe80::1%eth0' });
      assert.deepEqual(packet, before, 'the packet is left as it was');
      assert.equal(reply.kind === 'drop', packet.length < 12 || ((packet[2] ?? 0) & 0x80) !== 0, 'dropped, and nothing else is');
      seen[reply.kind] += 1;
      if (reply.kind !== 'reply') continue;
      const walked = readReply(reply.bytes);
      assert.equal(walked.id, packet.readUInt16BE(0));
      assert.equal(walked.rcode, reply.rcode);
      assert.ok(reply.bytes.length <= (transport === 'udp' ? 1232 : 65_535));
      dnsPacket.decode(reply.bytes);
    } catch (error) {
      throw new Error(`packet ${nth} of seed ${SEED}: ${before.toString('hex')}`, { cause: error });
    }
  }
  for (const [kind, count] of Object.entries(seen))
    assert.ok(count > PACKETS / 5000, `${kind}: ${count} of ${PACKETS} are too few to say anything`);
});
