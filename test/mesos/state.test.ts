import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readState, type StateOptions } from '../../src/mesos/state.ts';

const OPTIONS: StateOptions = {
  lookup: (host) => (host === 'agent.local' ? ['10.1.0.7', 'fd00::7'] : []),
  healthAware: true,
  masters: ['10.0.0.1:5050'],
};

const RUNNING = { id: 't.1', name: 't', slave_id: 'S0', state: 'TASK_RUNNING' };

const STATE = {
  leader: 'master@10.0.0.1:5050',
  slaves: [
    { id: 'S0', pid: 'slave(1)@10.1.0.5:5051' },
    { id: 'S1', pid: 'slave(1)@agent.local:5052' },
    { id: 'S2', pid: 'slave(1)@nowhere.local:5051' },
    { id: 'S3', pid: 'bad' },
    7,
  ],
  frameworks: [
    {
      id: 'F0',
      name: 'marathon',
      pid: 'scheduler@10.0.0.9:8080',
      tasks: [
        RUNNING,
        { ...RUNNING, id: 't.2', slave_id: 'S1', state: 'TASK_KILLING' },
        { ...RUNNING, id: 't.3', slave_id: 'unknown' },
        { ...RUNNING, id: 't.4', state: 'TASK_STAGING' },
        { ...RUNNING, id: 't.5', slave_id: 'S2' },
        { ...RUNNING, id: 7 },
        null,
      ],
    },
    { id: 'F1', name: 'marathon', hostname: 'agent.local', tasks: [{ ...RUNNING, name: 'second' }] },
    'nonsense',
  ],
};

describe('a state of Mesos, read once', () => {
  it('has the tasks that count, with the addresses of their agents', () =>
    assert.deepEqual(
      readState(STATE, OPTIONS).tasks.map(({ key, agentAddresses, fitness }) => [key, agentAddresses, fitness]),
      [
        ['marathon\nt.1', ['10.1.0.5'], 'fit'],
        ['marathon\nt.2', ['10.1.0.7', 'fd00::7'], 'unfit'],
        ['marathon\nt.5', [], 'fit'],
        ['marathon\nt.1\nsecond', ['10.1.0.5'], 'fit'],
      ],
    ));

  it('has no tasks that are being killed where health does not count', () =>
    assert.deepEqual(
      readState(STATE, { ...OPTIONS, healthAware: false }).tasks.map(({ id, fitness }) => [id, fitness]),
      [
        ['t.1', 'fit'],
        ['t.5', 'fit'],
        ['t.1', 'fit'],
      ],
    ));

  it('has agents, frameworks, and who leads', () =>
    assert.deepEqual(readState(STATE, OPTIONS).cluster, {
      frameworks: [
        { name: 'marathon', addresses: ['10.0.0.9'], port: 8080 },
        { name: 'marathon', addresses: ['10.1.0.7', 'fd00::7'] },
      ],
      agents: [
        { id: 'S0', addresses: ['10.1.0.5'], port: 5051 },
        { id: 'S1', addresses: ['10.1.0.7', 'fd00::7'], port: 5052 },
        { id: 'S2', addresses: [], port: 5051 },
      ],
      masters: ['10.0.0.1:5050'],
      leader: '10.0.0.1:5050',
    }));

  it('leaves out what makes no sense, and counts it', () =>
    assert.deepEqual(readState(STATE, OPTIONS).skipped, { frameworks: 1, agents: 2, tasks: 2 }));
  it('is none without agents and frameworks', () => assert.throws(() => readState({ slaves: [] }, OPTIONS)));
});
