import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WholeFacts } from '../../src/mesos/facts/facts.ts';
import { parsePorts } from '../../src/mesos/facts/host-ports.ts';
import { toNamedTask } from '../../src/mesos/facts/named.ts';
import { parsePid } from '../../src/mesos/facts/pid.ts';
import { toFacts } from '../../src/mesos/facts/state-facts.ts';

const PIDS: readonly (readonly [text: string, expected: unknown])[] = [
  ['slave(1)@10.0.0.7:5051', { host: '10.0.0.7', port: 5051 }],
  ['scheduler(1)@[2001:db8::1]:25501', { host: '2001:db8::1', port: 25_501 }],
  ['scheduler-9@Some.Host:4400', { host: 'some.host', port: 4400 }],
  ['@10.0.0.7:1', { host: '10.0.0.7', port: 1 }],
  ['10.0.0.7:5051', undefined],
  ['a@b@10.0.0.7:5051', undefined],
  ['slave(1)@10.0.0.7', undefined],
  ['slave(1)@10.0.0.7:', undefined],
  ['slave(1)@:5051', undefined],
  ['slave(1)@10.0.0.7:70000', undefined],
  ['slave(1)@bad host!:5051', undefined],
  ['', undefined],
];

const PORTS: readonly (readonly [text: string, expected: readonly number[]])[] = [
  ['[31111-31111, 31115-31117]', [31_111, 31_115, 31_116, 31_117]],
  ['', []],
  ['[]', []],
  ['[8080]', [8080]],
  ['[5-4]', []],
  ['[65534-70000]', [65_534, 65_535]],
  ['[0-1]', [1]],
  ['[1-3, 2-4]', [1, 2, 3, 4]],
];

const factsOf = (json: unknown): WholeFacts => {
  const reading = toFacts(json);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
  }
};

const RUNNING = { id: 't.1', name: 't', slave_id: 'S0', state: 'TASK_RUNNING' };
const stateOf = (task: unknown): unknown => ({
  leader: 'master@10.0.0.1:5050',
  slaves: [{ id: 'S0', pid: 'slave(1)@10.1.0.5:5051' }],
  frameworks: [{ id: 'F', name: 'f', tasks: [task] }],
});
const only = (json: unknown): unknown => factsOf(stateOf({ ...RUNNING, ...(json as object) })).tasks[0];

const netinfo = (...addresses: readonly string[]): unknown => ({
  network_infos: [{ ip_addresses: addresses.map((ip_address) => ({ ip_address })) }],
});
const docker = (value: string): unknown => ({ key: 'Docker.NetworkSettings.IPAddress', value });

const ADDRESSES: readonly (readonly [sentence: string, statuses: readonly unknown[], expected: unknown])[] = [
  ['none without statuses', [], {}],
  [
    'the newest of a running task, in whatever order',
    [
      { state: 'TASK_RUNNING', timestamp: 3, labels: [docker('2.3.4.5')] },
      { state: 'TASK_RUNNING', timestamp: 5, labels: [docker('2.4.6.8')] },
      { state: 'TASK_RUNNING', timestamp: 2, labels: [docker('2.5.8.1')] },
    ],
    { docker: ['2.4.6.8'] },
  ],
  [
    'nothing of a status of another state, though it is newer',
    [
      { state: 'TASK_STARTING', timestamp: 9, container_status: netinfo('9.9.9.9') },
      { state: 'TASK_RUNNING', timestamp: 3, container_status: { network_infos: [{ ip_address: '9.0.0.2' }] } },
    ],
    { netinfo: ['9.0.0.2'] },
  ],
  [
    'the old field only where the new one is empty',
    [
      {
        state: 'TASK_RUNNING',
        timestamp: 1,
        container_status: { network_infos: [{ ip_address: '1.1.1.1', ip_addresses: [{ ip_address: '2.2.2.2' }] }] },
      },
    ],
    { netinfo: ['2.2.2.2'] },
  ],
  [
    'all of all networks',
    [
      {
        state: 'TASK_RUNNING',
        container_status: {
          network_infos: [{ ip_addresses: [{ ip_address: '1.1.1.1' }, { ip_address: 'fd01::1' }] }, { ip_address: '3.3.3.3' }],
        },
      },
    ],
    { netinfo: ['1.1.1.1', 'fd01::1', '3.3.3.3'] },
  ],
  [
    'those of an older status where the newest, about health, has none',
    [
      { state: 'TASK_RUNNING', timestamp: 1, container_status: netinfo('9.0.0.2') },
      { state: 'TASK_RUNNING', timestamp: 2, healthy: true },
    ],
    { netinfo: ['9.0.0.2'] },
  ],
  [
    'of equal times the first',
    [
      { state: 'TASK_RUNNING', timestamp: 1, container_status: netinfo('9.0.0.1') },
      { state: 'TASK_RUNNING', timestamp: 1, container_status: netinfo('9.0.0.2') },
    ],
    { netinfo: ['9.0.0.1'] },
  ],
];

describe('what a state of Mesos says', () => {
  for (const [text, expected] of PIDS) it(`reads the pid '${text}'`, () => assert.deepEqual(parsePid(text), expected));
  for (const [text, expected] of PORTS) it(`reads the ports '${text}'`, () => assert.deepEqual(parsePorts(text), expected));
  for (const [sentence, statuses, expected] of ADDRESSES)
    it(`addresses of a task: ${sentence}`, () => assert.deepEqual((only({ statuses }) as { addresses: unknown }).addresses, expected));

  it('is all of agents, frameworks and tasks, and who leads', () => {
    const facts = factsOf({
      id: 'M1',
      elected_time: 5.5,
      leader: 'master@[2001:db8::1]:5050',
      slaves: [{ id: 'S0', pid: 'slave(1)@10.1.0.5:5051' }],
      recovered_slaves: [{ id: 'S1', hostname: 'x' }],
      frameworks: [
        {
          id: 'F',
          name: 'chronos',
          pid: 'scheduler-9@10.0.0.7:4400',
          hostname: 'h',
          active: false,
          tasks: [{ ...RUNNING, resources: { ports: '[5-6]' } }],
        },
      ],
    });
    assert.deepEqual(facts, {
      agents: [{ id: 'S0', pid: { host: '10.1.0.5', port: 5051 } }],
      frameworks: [{ id: 'F', name: 'chronos', hostname: 'h', pid: { host: '10.0.0.7', port: 4400 }, isActive: false }],
      tasks: [
        {
          frameworkId: 'F',
          id: 't.1',
          name: 't',
          agentId: 'S0',
          state: 'TASK_RUNNING',
          hostPorts: [5, 6],
          isMapped: false,
          isChecked: false,
          addresses: {},
        },
      ],
      recoveredAgents: ['S1'],
      leader: '[2001:db8::1]:5050',
      identity: { id: 'M1', electedTime: 5.5 },
      skipped: 0,
    } satisfies WholeFacts);
  });

  it('loses no neighbour of an object that cannot be understood, and counts it', () => {
    const facts = factsOf({
      leader: 'master@10.0.0.1:5050',
      slaves: [{ id: 'S0', pid: 'slave(1)@10.1.0.5:5051' }, { id: 'S1', pid: 'nonsense' }, null, { pid: 'slave(1)@10.1.0.6:5051' }],
      frameworks: [
        {
          id: 'F',
          name: 'f',
          pid: 'no pid at all',
          hostname: 'h',
          tasks: [RUNNING, 5, { ...RUNNING, id: '' }, { ...RUNNING, statuses: 'x' }],
        },
        'x',
        { id: 'G', name: 'g' },
      ],
    });
    assert.equal(facts.skipped, 3 + 2 + 3);
    assert.deepEqual(
      [facts.agents.map(({ id }) => id), facts.frameworks.map(({ id }) => id), facts.tasks.map(({ id }) => id)],
      [['S0'], ['F', 'G'], ['t.1']],
    );
  });

  for (const [sentence, json] of [
    ['a list', []],
    ['without frameworks', { leader: 'master@10.0.0.1:5050', slaves: [] }],
    ['without agents', { leader: 'master@10.0.0.1:5050', frameworks: [] }],
  ] as const)
    it(`is nothing of what is ${sentence}`, () => assert.throws(() => factsOf(json)));

  it('says whether ports of the container are mapped to the host', () => {
    const isMapped = (json: unknown): unknown => (only(json) as { isMapped: unknown }).isMapped;
    const mapping = [{ host_port: 31_000, container_port: 80 }];
    assert.equal(isMapped({}), false);
    assert.equal(isMapped({ container: { type: 'MESOS', network_infos: [{ name: 'dcos' }] } }), false);
    assert.equal(isMapped({ container: { type: 'DOCKER', docker: { image: 'x', port_mappings: mapping } } }), true);
    assert.equal(isMapped({ container: { type: 'MESOS', network_infos: [{ port_mappings: mapping }] } }), true);
    assert.equal(
      isMapped({ statuses: [{ state: 'TASK_RUNNING', container_status: { network_infos: [{ port_mappings: mapping }] } }] }),
      true,
    );
  });

  const healthy = (isHealthy: boolean): unknown => ({ statuses: [{ state: 'TASK_RUNNING', timestamp: 1, healthy: isHealthy }] });
  const FITNESS: readonly (readonly [sentence: string, task: unknown, byHealth: string, all: string])[] = [
    ['runs, and nobody checks it', {}, 'fit', 'fit'],
    ['runs and is healthy', healthy(true), 'fit', 'fit'],
    ['fails its checks', healthy(false), 'unfit', 'fit'],
    ['has a check that has not spoken', { health_check: { type: 'HTTP' } }, 'unfit', 'fit'],
    ['has a check that passes', { health_check: { type: 'HTTP' }, ...(healthy(true) as object) }, 'fit', 'fit'],
    ['is being killed', { state: 'TASK_KILLING' }, 'unfit', 'nothing'],
    ['is staging', { state: 'TASK_STAGING' }, 'nothing', 'nothing'],
    ['cannot be reached', { state: 'TASK_UNREACHABLE' }, 'nothing', 'nothing'],
  ];
  for (const [sentence, json, byHealth, all] of FITNESS)
    it(`a task that ${sentence}: ${byHealth}; in Mesos-DNS's way ${all}`, () => {
      const [task] = factsOf(stateOf({ ...RUNNING, ...(json as object) })).tasks;
      assert.ok(task !== undefined);
      assert.equal(toNamedTask(task, { name: 'f' }, [], 'by-health')?.fitness ?? 'nothing', byHealth);
      assert.equal(toNamedTask(task, { name: 'f' }, [], 'all')?.fitness ?? 'nothing', all);
    });

  it('has no discovery where its name is empty', () => {
    const [task] = factsOf(
      stateOf({ ...RUNNING, discovery: { visibility: 'FRAMEWORK', name: '', ports: { ports: [{ number: 5 }] } } }),
    ).tasks;
    assert.ok(task !== undefined);
    assert.equal(toNamedTask(task, { name: 'f' }, ['10.1.0.5'], 'all')?.discovery, undefined);
    const [named] = factsOf(stateOf({ ...RUNNING, discovery: { name: 'd', ports: { ports: [{ number: 5, name: 'x' }] } } })).tasks;
    assert.ok(named !== undefined);
    assert.deepEqual(toNamedTask(named, { name: 'f' }, ['10.1.0.5'], 'all'), {
      key: 'f\nt.1',
      framework: 'f',
      id: 't.1',
      name: 't',
      discovery: { name: 'd', ports: [{ number: 5, protocol: '', name: 'x' }] },
      agentId: 'S0',
      agentAddresses: ['10.1.0.5'],
      addresses: {},
      hostPorts: [],
      isMapped: false,
      fitness: 'fit',
    });
  });
});
