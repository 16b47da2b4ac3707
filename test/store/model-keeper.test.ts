import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { ModelKeeper } from '../../src/store/model-keeper.ts';
import { waitFor } from '../kit/wait-for.ts';

interface Rig {
  readonly keeper: ModelKeeper;
  readonly writes: string[];
  readonly log: readonly string[];
  /** undefined: all goes well. */
  fails: string | undefined;
  /** While it is set writes do not end. */
  release: (() => void) | undefined;
}

const rig = (t: TestContext, delayMs = 1): Rig => {
  const log: string[] = [];
  const made: Rig = {
    writes: [],
    log,
    fails: undefined,
    release: undefined,
    keeper: new ModelKeeper({
      log: pino({ level: 'info' }, { write: (line: string) => log.push((JSON.parse(line) as { msg: string }).msg) }),
      write: async (savedAt) => {
        made.writes.push(savedAt);
        if (made.release !== undefined) await new Promise<void>((resolve) => (made.release = resolve));
        if (made.fails !== undefined) throw new Error(made.fails);
      },
      delayMs,
      retryMs: 1,
    }),
  };
  t.after(async () => made.keeper.close());
  return made;
};

describe('the keeper', () => {
  it('writes once for all that came before, and once more for what came meanwhile', async (t) => {
    const it = rig(t);
    it.release = () => undefined;
    for (let at = 0; at < 1000; at += 1) it.keeper.request();
    await waitFor('the first write', () => it.writes.length === 1);
    for (let at = 0; at < 1000; at += 1) it.keeper.request();
    assert.deepEqual(it.keeper.state, {});
    const end = it.release;
    it.release = undefined;
    end();
    await waitFor('the second write', () => it.writes.length === 2);
    await waitFor('it is told', () => it.keeper.state.savedAt === it.writes[1]);
    await it.keeper.close();
    assert.equal(it.writes.length, 2);
  });

  it('tries again without end, tells each reason once, and when it is over', async (t) => {
    const it = rig(t);
    it.fails = 'no space left on device';
    it.keeper.request();
    await waitFor('some tries', () => it.writes.length >= 4);
    assert.deepEqual(it.keeper.state, { error: 'no space left on device' });
    it.fails = undefined;
    await waitFor('it is written', () => it.keeper.state.savedAt !== undefined);
    assert.equal(it.keeper.state.error, undefined);
    assert.deepEqual(it.log, ['the model is not saved, and all goes on without: no space left on device', 'the model is saved again']);
  });

  it('writes at its end what is due, and not what is not', async (t) => {
    const it = rig(t, 3_600_000);
    it.keeper.request();
    await it.keeper.close();
    assert.equal(it.writes.length, 1);
    await it.keeper.close();
    assert.equal(it.writes.length, 1);
  });
});
