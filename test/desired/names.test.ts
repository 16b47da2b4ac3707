import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backendName, cookieValue, isProxyName, MOST_IDS, serverId, serverName } from '../../src/desired/names.ts';

const row = <A extends readonly unknown[], R>(f: (...args: A) => R, rows: readonly (readonly [args: A, expected: R])[]): void => {
  for (const [args, expected] of rows)
    it(`${args.map((arg) => JSON.stringify(arg)).join(', ')} -> ${JSON.stringify(expected)}`, () => assert.deepEqual(f(...args), expected));
};

describe('names are those of Marathon-LB', () => {
  describe('backends', () =>
    row(backendName, [
      [['/x/my.app-1_z', 10000], 'x_my.app-1_z_10000'],
      [['/nginx', 10000], 'nginx_10000'],
      [['/a/b/c', 80], 'a_b_c_80'],
    ]));

  describe('servers', () =>
    row(serverName, [
      [['agent1', '1.1.1.1', 1024], 'agent1_1_1_1_1_1024'],
      [['10.0.0.1', '10.0.0.1', 31000], '10_0_0_1_31000'],
      [['10.0.6.25', '10.0.6.25', 23336], '10_0_6_25_23336'],
      [['node-1.example.com', '10.0.0.1', 80], 'node-1_example_com_10_0_0_1_80'],
      [['agent', 'fd00::1', 80], 'agent_fd00__1_80'],
      [['a b;c\n"', '10.0.0.1', 80], 'a_b_c___10_0_0_1_80'],
    ]));

  describe('cookies', () => row(cookieValue, [[['10_0_0_1_31000'], '13d473d85a']]));
});

describe('server ids are those of Marathon-LB', () => {
  const rows: readonly (readonly [name: string, id: number])[] = [
    ['0', 17068],
    ['1', 25733],
    ['a', 25929],
    ['10_0_6_25_23336', 14676],
    ['10_0_0_1_31000', 28035],
    ['agent1_1_1_1_1_1024', 28363],
  ];
  row(
    serverId,
    rows.map(([name, id]) => [[name, new Set<number>()], id] as const),
  );

  it('a digest that comes to 0 is passed over', () => assert.equal(serverId('uudnntiqtd', new Set()), 26825));

  it('names that collide go on along the chain', () => {
    const taken = new Set<number>();
    const ids = ['yftjqzplpu', 'ttccbfrdhi', 'ilvparharq', 'gpagkxfzou', 'dcsfcvfolh', 'tsqkugaath'].map((name) => {
      const id = serverId(name, taken);
      taken.add(id);
      return id;
    });
    assert.deepEqual(ids, [28876, 7893, 22002, 21805, 20892, 25675]);
  });
});

describe('where nearly all server ids are taken', () => {
  const all = Array.from({ length: MOST_IDS }, (_, index) => index + 1);

  it('the last that is free is found', () => {
    for (const free of [1, 17068, MOST_IDS]) assert.equal(serverId('a', new Set(all.filter((id) => id !== free))), free);
  });

  it('without a free one it ends all the same', () => assert.throws(() => serverId('a', new Set(all)), /all server ids are taken/));
});

describe('what HAProxy takes as the name of a backend', () =>
  row(
    (name: string) => isProxyName(name),
    [
      [['shop_10000'], true],
      [['x_my.app-1_z_10000'], true],
      [['a b_10000'], false],
      [['a\nb_10000'], false],
      [['ä_10000'], false],
      [['a#_10000'], false],
      [[''], false],
      [['x'.repeat(201)], false],
    ],
  ));
