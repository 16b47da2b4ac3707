import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildApp } from '../../src/desired/build-app.ts';
import { endsInTime, linesEndInTime, retriesFor } from '../../src/desired/patience.ts';
import { anEntry, someOptions } from '../kit/builders.ts';

describe('tries of a connection', () => {
  const rows: readonly (readonly [connect: number, retries: number])[] = [
    [50, 5],
    [3000, 5],
    [4000, 4],
    [10_000, 1],
    [19_000, 0],
  ];
  for (const [connect, retries] of rows) {
    it(`of ${connect} ms each are ${retries + 1}, unless somebody says otherwise`, () => {
      assert.equal(retriesFor(connect), retries);
      assert.ok(endsInTime(connect, retries));
    });
  }

  it('are as usual in a defaults section that is like ours, and three more than one in one that says nothing of them', () => {
    assert.ok(linesEndInTime(['  retries 5', '  timeout connect 3s']));
    assert.ok(linesEndInTime(['  timeout connect 5s']));
    assert.ok(!linesEndInTime(['  retries 4', '  timeout connect 5s']));
  });

  it('follow TIMEOUT_CONNECT where RETRIES is not set, and are as usual where both together take too long', () => {
    const profileOf = (labels: Readonly<Record<string, string>>) => {
      const { backends, problems } = buildApp(anEntry({ labels: { HAPROXY_GROUP: 'external', ...labels } }), new Map(), someOptions());
      const [backend] = backends;
      return { connect: backend?.value.profile.timeouts?.connect, retries: backend?.value.profile.retries, told: problems.length };
    };
    assert.deepEqual(profileOf({ HAPROXY_0_TIMEOUT_CONNECT: '10s' }), { connect: 10_000, retries: 1, told: 0 });
    assert.deepEqual(profileOf({ HAPROXY_0_TIMEOUT_CONNECT: '4s', HAPROXY_0_RETRIES: '3' }), { connect: 4000, retries: 3, told: 0 });
    assert.deepEqual(profileOf({ HAPROXY_0_TIMEOUT_CONNECT: '4s', HAPROXY_0_RETRIES: '5' }), {
      connect: undefined,
      retries: undefined,
      told: 1,
    });
  });
});
