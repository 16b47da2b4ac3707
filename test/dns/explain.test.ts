import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dataText } from '../../src/dns/data-text.ts';
import { knownName } from '../../src/dns/name.ts';
import { parseStaticRecords } from '../../src/dns/static-records/parse.ts';
import { aNamedTask, aZone } from '../kit/zones.ts';

describe('whom a record is from', () => {
  const zone = aZone();
  zone.apply({
    put: [
      aNamedTask({ id: 'a', appId: '/web' }),
      aNamedTask({ id: 'b', agentAddresses: ['10.1.0.6'], fitness: 'unfit' }),
      aNamedTask({ id: 'c', name: 'other' }),
    ],
    cluster: { frameworks: [{ name: 'marathon', addresses: ['10.0.0.1'] }], agents: [], masters: [] },
    records: parseStaticRecords([{ name: 'web.marathon.mesos', type: 'A', value: '10.9.0.1' }])?.records ?? [],
  });

  const explained = (name: string): unknown =>
    zone.explain(knownName(name)).map(({ type, data, isServed, sources }) => [dataText(type, data), isServed, sources]);

  it('is each task that gives it, the file, and whether it is served', () =>
    assert.deepEqual(explained('web.marathon.mesos'), [
      ['10.9.0.1', true, [{ kind: 'file' }]],
      ['10.1.0.5', true, [{ kind: 'task', key: 'marathon\na', id: 'a', appId: '/web', fitness: 'fit' }]],
      ['10.1.0.6', false, [{ kind: 'task', key: 'marathon\nb', id: 'b', fitness: 'unfit' }]],
    ]));
  it('is the cluster', () => assert.deepEqual(explained('marathon.mesos'), [['10.0.0.1', true, [{ kind: 'cluster' }]]]));
  it('is the responder itself', () => assert.deepEqual(explained('ready.spartan'), [['127.0.0.1', true, [{ kind: 'own' }]]]));
  it('is nobody where there is nothing', () => assert.deepEqual(explained('nothing.mesos'), []));
});
