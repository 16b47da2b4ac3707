import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { observeAll } from '../../src/observe/observe-all.ts';
import type { GroupObservation, Observations } from '../../src/rollout/observation.ts';

const seenBy = (sluice: string): GroupObservation => ({ sluice, at: '', revision: 1, apps: {} });

const OTHERS: Observations = { seen: [seenBy('sluice.2')], missing: [{ sluice: 'sluice.3', because: 'no answer' }] };

describe('all Sluices', () => {
  it('are this one and the others', async () => {
    const eyes = {
      sluice: 'sluice.1',
      observe: async () => Promise.resolve(seenBy('sluice.1')),
      observeOthers: async () => Promise.resolve(OTHERS),
    };
    assert.deepEqual(await observeAll(eyes, '/shop'), { seen: [seenBy('sluice.1'), ...OTHERS.seen], missing: OTHERS.missing });
  });

  it('are not all where HAProxy does not answer here', async () => {
    const observe = async (): Promise<GroupObservation> => Promise.reject(new Error('no answer'));
    assert.deepEqual(await observeAll({ sluice: 'sluice.1', observe, observeOthers: async () => Promise.resolve(OTHERS) }, '/shop'), {
      seen: OTHERS.seen,
      missing: [{ sluice: 'sluice.1', because: 'no answer' }, ...OTHERS.missing],
    });
  });

  it('are not known where nobody says who they are', async () => {
    const observeOthers = async (): Promise<Observations> => Promise.reject(new Error('Marathon is away'));
    await assert.rejects(observeAll({ sluice: 'a', observe: async () => Promise.resolve(seenBy('a')), observeOthers }, '/shop'), /away/);
  });
});
