import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownName } from '../../../src/dns/name.ts';
import { SmallZone } from '../../kit/small-zone.ts';
import { expectedOf, presentIn } from './model.ts';
import type { Expected, Model } from './model.ts';
import { hold } from './hold.ts';
import { authorityOf, seeded } from './rig.ts';

const QUESTIONS = 100_000;
const SEED = 20_251_123;

const APEXES = ['mesos', 'thisdcos.directory', 'dcos.thisdcos.directory', 'l4lb.thisdcos.directory', 'corp.example', '10.in-addr.arpa'];
const RENAMES = [
  { from: 'dclb.thisdcos.directory', to: 'l4lb.thisdcos.directory' },
  { from: 'dclb.thisdcos.global', to: 'l4lb.thisdcos.directory' },
  { from: 'mesos.thisdcos.directory', to: 'mesos' },
  { from: 'thisdcos.global', to: 'thisdcos.directory' },
];
const KEPT = ['mesos', 'directory'];

type Dice = () => number;
const below = (dice: Dice, end: number): number => Math.floor(dice() * end);
const pick = <T>(dice: Dice, list: readonly T[]): T => list[below(dice, list.length)] ?? assert.fail('an empty list');

const APPS = Array.from({ length: 40 }, (_, nth) => `app${nth}${'-long'.repeat(nth % 5)}`);

/** Names of tasks and services of one app, as Mesos-DNS makes them. */
const namesOf = (app: string): readonly string[] => [
  `${app}.marathon.mesos`,
  `${app}-abcde-s1.marathon.mesos`,
  `${app}-abcde-s1.marathon.slave.mesos`,
  `_${app}._tcp.marathon.mesos`,
  `${app}.marathon.autoip.dcos.thisdcos.directory`,
  `${app}.l4lb.thisdcos.directory`,
  `${app}.corp.example`,
  `www.${app}.corp.example`,
];

const NAMES = [
  ...APPS.flatMap(namesOf),
  ...APPS.slice(0, 5).map((app) => `*.${app}.corp.example`),
  '*.lb.corp.example',
  '1.0.0.10.in-addr.arpa',
];

const address = (dice: Dice): string => `10.${below(dice, 4)}.${below(dice, 256)}.${below(dice, 256)}`;
const address6 = (dice: Dice): string => `fd00::${(1 + below(dice, 60_000)).toString(16)}`;

const target = (dice: Dice): string => {
  const kind = below(dice, 10);
  if (kind === 0) return 'www.example.net';
  if (kind === 1) return `none${below(dice, 3)}.mesos`;
  return kind === 2 ? `${pick(dice, APPS)}.marathon.mesos.thisdcos.directory` : pick(dice, NAMES).replace('*.', 'x.');
};

/** Mostly few, at times more than a packet holds. */
const many = (dice: Dice): number => (dice() < 0.9 ? 1 + below(dice, 5) : dice() < 0.8 ? below(dice, 60) : below(dice, 400));

const some = (dice: Dice, one: (dice: Dice) => string): readonly string[] => [
  ...new Set(Array.from({ length: many(dice) }, () => one(dice))),
];

const TYPES = ['A', 'AAAA', 'SRV', 'TXT', 'CNAME'] as const;
type Type = (typeof TYPES)[number];

const MAKERS: Readonly<Record<Type, (dice: Dice) => string>> = {
  A: address,
  AAAA: address6,
  SRV: (dice) => `0 ${below(dice, 9)} ${below(dice, 65_536)} ${target(dice)}`,
  TXT: (dice) => 'x'.repeat(1 + below(dice, 200)),
  CNAME: target,
};

interface World {
  readonly zone: SmallZone;
  readonly model: Model;
}

/** One set comes, goes or is another one; an alias has nothing besides. */
const change = (dice: Dice, { zone, model }: World): void => {
  const name = pick(dice, NAMES);
  const known = model.sets.get(name) ?? new Map<string, readonly string[]>();
  const type = pick(dice, dice() < 0.8 ? TYPES.slice(0, 4) : TYPES);
  const values = dice() < 0.3 ? [] : type === 'CNAME' ? [target(dice)] : some(dice, MAKERS[type]);
  if (values.length > 0 && (type === 'CNAME' ? known.size > 0 : known.has('CNAME'))) return;
  zone.set(name, type, values);
  if (values.length > 0) known.set(type, values);
  else known.delete(type);
  if (known.size > 0) model.sets.set(name, known);
  else model.sets.delete(name);
  model.present = presentIn(model.sets.keys());
};

const makeWorld = (dice: Dice): World => {
  const zone = new SmallZone(APEXES, {});
  const sets = new Map(
    APEXES.map((apex) => [
      apex,
      new Map([
        ['NS', ['ns1.mesos']],
        ['SOA', ['soa of ns1.mesos']],
      ]),
    ]),
  );
  const world = { zone, model: { apexes: APEXES, keptNames: KEPT, renames: RENAMES, sets, present: presentIn(APEXES) } };
  for (let nth = 0; nth < 600; nth += 1) change(dice, world);
  return world;
};

const inAnyCase = (dice: Dice, name: string): string =>
  dice() < 0.5 ? name : name.replace(/[a-z]/g, (letter) => (dice() < 0.5 ? letter.toUpperCase() : letter));

const askedName = (dice: Dice): string => {
  const name = pick(dice, NAMES);
  switch (below(dice, 12)) {
    case 0:
      return `no${below(dice, 5)}.${name}`;
    case 1:
      return name.split('.').slice(1).join('.');
    case 2:
      return name.replace(/\.mesos$/, '.mesos.thisdcos.directory');
    case 3:
      return name.replace(/\.mesos$/, '.mesos.thisdcos.global');
    case 4:
      return name.replace('.l4lb.thisdcos.directory', '.dclb.thisdcos.global');
    case 5:
      return name.replace('.marathon.', '.*.marathon.');
    case 6:
      return pick(dice, [...APEXES, ...KEPT, 'thisdcos.global', 'www.example.net', 'x.directory']);
    default:
      return name;
  }
};

const ASKED = [...TYPES, ...TYPES, 'A', 'SRV', 'NS', 'MX'] as const;

test(`${QUESTIONS} questions about a zone that changes are answered as counted out slowly`, () => {
  const dice = seeded(SEED);
  const world = makeWorld(dice);
  const renames = RENAMES.map(({ from, to }) => ({ from: knownName(from), to: knownName(to) }));
  const authority = authorityOf(world.zone, { renames, neverLeak: KEPT.map((name) => knownName(name)), random: dice });
  const seen = { cut: 0, forwarded: 0, answered: 0, absent: 0, beside: 0, continued: 0 };
  const limits = [0, 512, 700, 1232, 4096];
  let known = new Map<string, Expected>();
  for (let nth = 0; nth < QUESTIONS; nth += 1) {
    if (nth % 100 === 0) {
      change(dice, world);
      known = new Map();
    }
    const name = inAnyCase(dice, askedName(dice));
    const type = pick(dice, ASKED);
    const expected = known.get(`${name} ${type}`) ?? expectedOf(world.model, name, type);
    known.set(`${name} ${type}`, expected);
    const payload = pick(dice, limits);
    const reply = hold(authority, expected, { name, type, payload }, `question ${nth} of seed ${SEED}`);
    if (reply.kind !== 'reply' || expected.kind === 'forward') {
      seen.forwarded += 1;
      continue;
    }
    seen.cut += reply.truncated ? 1 : 0;
    seen.answered += expected.rcode === 'NOERROR' && expected.answers.length > 0 ? 1 : 0;
    seen.absent += expected.rcode === 'NXDOMAIN' ? 1 : 0;
    seen.beside += expected.additional.size > 0 ? 1 : 0;
    seen.continued += expected.continueAt === undefined ? 0 : 1;
  }
  for (const [what, count] of Object.entries(seen))
    assert.ok(count > QUESTIONS / 5000, `${what}: ${count} of ${QUESTIONS} are too few to say anything`);
});
