import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Grant, Login } from '../../../src/marathon/login/login.ts';

/** A login whose clock and answers a test has in its hands. */
const start = (answers: readonly (Grant | Error)[]) => {
  const state = { nowMs: 0, asked: 0 };
  const login = new Login({
    now: () => state.nowMs,
    backoff: { baseMs: 1000, maxMs: 8000 },
    obtain: async () => {
      const answer = answers[Math.min(state.asked, answers.length - 1)];
      state.asked += 1;
      await Promise.resolve();
      if (answer instanceof Error) throw answer;
      return answer as Grant;
    },
  });
  return { login, state };
};

const grant = (name: string, lifeMs = 100_000): Grant => ({ authorization: `token=${name}`, lifeMs });
const settled = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a login', () => {
  it('asks once however many wait, and keeps what it got', async () => {
    const { login, state } = start([grant('a')]);
    assert.deepEqual(await Promise.all([login.authorization(), login.authorization()]), ['token=a', 'token=a']);
    assert.equal(await login.authorization(), 'token=a');
    assert.equal(state.asked, 1);
  });

  it('asks for the next one before the end of the one it has, and nobody waits for that', async () => {
    const { login, state } = start([grant('a'), grant('b')]);
    await login.authorization();
    state.nowMs = 89_999;
    await login.authorization();
    assert.equal(state.asked, 1);
    state.nowMs = 90_000;
    assert.equal(await login.authorization(), 'token=a');
    await settled();
    assert.equal(await login.authorization(), 'token=b');
    assert.equal(state.asked, 2);
  });

  it('keeps one that is still good while the next one cannot be had, and says why when it has ended', async () => {
    const { login, state } = start([grant('a'), new Error('no')]);
    await login.authorization();
    state.nowMs = 90_000;
    assert.equal(await login.authorization(), 'token=a');
    await settled();
    assert.equal(await login.authorization(), 'token=a');
    state.nowMs = 100_000;
    await assert.rejects(login.authorization(), /no/);
  });

  it('does not ask at once again what failed, and tells the reason of the failure until then', async () => {
    const { login, state } = start([new Error('first'), new Error('second'), grant('a')]);
    await assert.rejects(login.authorization(), /first/);
    await assert.rejects(login.authorization(), /first/);
    assert.equal(state.asked, 1);
    state.nowMs += 1000;
    await assert.rejects(login.authorization(), /second/);
    state.nowMs += 2000;
    assert.equal(await login.authorization(), 'token=a');
    assert.equal(state.asked, 3);
  });

  it('gets another one in place of one that Marathon refuses, and less and less often where it refuses those too', async () => {
    const { login, state } = start([grant('a'), grant('b'), grant('c'), grant('d')]);
    assert.equal(await login.authorization(), 'token=a');
    assert.equal(login.refused('token=a'), true);
    assert.equal(await login.authorization(), 'token=b');
    assert.equal(login.refused('token=b'), false, 'at once again');
    assert.equal(await login.authorization(), 'token=b');
    state.nowMs += 1000;
    assert.equal(login.refused('token=b'), true);
    assert.equal(await login.authorization(), 'token=c');
    state.nowMs += 999;
    assert.equal(login.refused('token=c'), false);
    login.accepted('token=c');
    state.nowMs += 1001;
    assert.equal(login.refused('token=c'), true);
    assert.equal(await login.authorization(), 'token=d');
    assert.equal(state.asked, 4);
  });

  it('keeps the newer one where an older one is refused', async () => {
    const { login, state } = start([grant('a'), grant('b')]);
    await login.authorization();
    login.refused('token=a');
    await login.authorization();
    assert.equal(login.refused('token=a'), true, 'there is a better one');
    assert.equal(await login.authorization(), 'token=b');
    assert.equal(state.asked, 2);
  });
});
