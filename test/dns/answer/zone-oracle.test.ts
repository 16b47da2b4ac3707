import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataText, typeText } from '../../../src/dns/data-text.ts';
import { knownName, toText } from '../../../src/dns/name.ts';
import type { Name } from '../../../src/dns/name.ts';
import type { NamedTask } from '../../../src/dns/named-task.ts';
import type { Rdata } from '../../../src/dns/record.ts';
import { Zone } from '../../../src/dns/zone.ts';
import { hold } from './hold.ts';
import { expectedOf, presentIn } from './model.ts';
import type { Model } from './model.ts';
import { authorityOf, seeded } from './rig.ts';

const QUESTIONS = 8000;
const SEED = 7;
const RENAMES = [
  { from: 'mesos.thisdcos.directory', to: 'mesos' },
  { from: 'thisdcos.global', to: 'thisdcos.directory' },
];
const KEPT = ['mesos', 'directory'];

type Dice = () => number;
const below = (dice: Dice, end: number): number => Math.floor(dice() * end);
const pick = <T>(dice: Dice, list: readonly T[]): T => list[below(dice, list.length)] ?? assert.fail('an empty list');

const newZone = (): Zone =>
  new Zone({
    ...{ domain: 'mesos', ttlSeconds: 5, negativeTtlSeconds: 1, soaMname: 'ns1.mesos', soaRname: 'root.ns1.mesos' },
    ...{ soaRefresh: 60, soaRetry: 600, soaExpire: 86_400, ipSources: ['netinfo', 'host'], enforceRfc952: false, srvWeight: 1 },
    ...{ listenerAddresses: ['127.0.0.1'], dcos: true, firstSerial: 1 },
  });

/** Apps of a few instances, which move, fail and go; one has many. */
const taskOf = (dice: Dice, nth: number): NamedTask => {
  const app = nth < 60 ? 'many' : `app${nth % 8}.group`;
  return {
    key: `marathon\n${nth}`,
    framework: 'marathon',
    id: `${app}.${nth}`,
    name: app,
    ...(nth % 3 === 0 ? {} : { discovery: { name: app, ports: [{ number: 80, protocol: 'tcp', name: nth % 2 === 0 ? 'http' : '' }] } }),
    agentId: `ab12-S${nth % 5}`,
    agentAddresses: [`10.1.0.${nth % 5}`],
    addresses:
      dice() < 0.5 ? { netinfo: [`9.0.${below(dice, 2)}.${below(dice, 256)}`, `fd00::${(1 + below(dice, 99)).toString(16)}`] } : {},
    hostPorts: [31_000 + nth],
    isMapped: dice() < 0.5,
    fitness: dice() < 0.7 ? 'fit' : 'unfit',
  };
};

const plainText = (name: Name): string => (name === '\0' ? '.' : toText(name).slice(0, -1));

const valueText = (type: number, data: Rdata): string => {
  const text = dataText(type, data);
  return typeText(type) === 'SOA' ? `soa of ${(text.split(' ')[0] ?? '').slice(0, -1)}` : text.replace(/(?<=[^ ])\.$/, '');
};

/** All that the zone says it serves. */
const modelOf = (zone: Zone): Model => {
  const apexes = [...zone.apexes()];
  const sets = new Map<string, Map<string, readonly string[]>>();
  for (const { name, type, data } of apexes.flatMap((apex) => zone.snapshot(apex))) {
    const known = sets.get(plainText(name)) ?? new Map<string, readonly string[]>();
    sets.set(
      plainText(name),
      known.set(
        typeText(type),
        data.map((one) => valueText(type, one)),
      ),
    );
  }
  return { apexes: apexes.map(plainText), keptNames: KEPT, renames: RENAMES, sets, present: presentIn(sets.keys()) };
};

test(`${QUESTIONS} questions about a zone of tasks that come, fail and go are answered with what the zone serves then`, () => {
  const dice = seeded(SEED);
  const zone = newZone();
  const renames = RENAMES.map(({ from, to }) => ({ from: knownName(from), to: knownName(to) }));
  const authority = authorityOf(zone, { renames, neverLeak: KEPT.map((name) => knownName(name)), random: dice });
  zone.apply({ put: Array.from({ length: 100 }, (_, nth) => taskOf(dice, nth)) });
  const everNamed = new Set<string>();
  let model = modelOf(zone);
  let cut = 0;
  for (let nth = 0; nth < QUESTIONS; nth += 1) {
    if (nth % 20 === 0) {
      const task = taskOf(dice, below(dice, 100));
      zone.apply(dice() < 0.3 ? { drop: [task.key] } : { put: [task] });
      model = modelOf(zone);
      for (const name of model.sets.keys()) everNamed.add(name);
    }
    const asked = pick(dice, dice() < 0.7 ? [...model.sets.keys()] : [...everNamed]);
    const name = dice() < 0.1 ? asked.replace(/\.mesos$/, '.mesos.thisdcos.global') : asked;
    const type = pick(dice, ['A', 'A', 'AAAA', 'SRV', 'SRV', 'SOA', 'NS', 'PTR']);
    const expected = expectedOf(model, name, type);
    const reply = hold(authority, expected, { name, type, payload: pick(dice, [0, 1232]) }, `question ${nth} of seed ${SEED}`);
    if (reply.kind === 'reply' && reply.truncated) cut += 1;
  }
  assert.ok(cut > 10, `${cut} answers were cut: too few to say anything`);
});
