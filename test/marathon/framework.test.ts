import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { Framework } from '../../src/marathon/framework.ts';
import type { MarathonState } from '../../src/marathon/options.ts';
import { standInFor } from '../demo/client.ts';
import { follow } from './following.ts';

const state = (changes: Partial<MarathonState>): MarathonState => ({
  ...{ connected: true, streaming: true, url: 'http://m1.example:8080', reconnects: 0, brokenEvents: 0, problems: [] },
  ...changes,
});

const settle = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const framework = (t: TestContext, readInfo: () => Promise<{ readonly name?: string }>) => {
  const told: string[] = [];
  const one = new Framework({
    readInfo,
    lookup: async (host) => (host === 'm1.example' ? Promise.resolve('10.0.0.1') : Promise.reject(new Error('ENOTFOUND'))),
    log: pino({ level: 'silent' }),
    onName: (name) => told.push(name),
    onAddresses: (addresses) => told.push(addresses.join(' ')),
  });
  t.after(() => one.close());
  const note = async (changes: Partial<MarathonState>): Promise<readonly string[]> => {
    one.note(state(changes));
    await settle();
    return told.splice(0).sort();
  };
  return { note, close: () => one.close() };
};

test('its name is told once, and where its leader is whenever that is another', async (t) => {
  const { note } = framework(t, async () => ({ name: 'mom' }));
  assert.deepEqual(await note({ connected: false }), []);
  assert.deepEqual(await note({}), ['10.0.0.1', 'mom']);
  assert.deepEqual(await note({}), []);
  assert.deepEqual(await note({ leader: 'http://10.0.0.7:8080' }), ['10.0.0.7']);
  assert.deepEqual(await note({ leader: 'https://[2001:db8::1]:8443' }), ['2001:db8::1']);
  assert.deepEqual(await note({ leader: 'http://m9.example:8080' }), []);
  assert.deepEqual(await note({ leader: 'http://m1.example:8080' }), ['10.0.0.1']);
});

test('a Marathon that does not say its name is asked again', async (t) => {
  const answers = [Promise.reject(new Error('503')), Promise.resolve({ name: 'mom' }), Promise.reject(new Error('asked too often'))];
  for (const answer of answers) answer.catch(() => undefined);
  const { note } = framework(t, async () => answers.shift() ?? {});
  assert.deepEqual(await note({ leader: 'http://10.0.0.7:8080' }), ['10.0.0.7']);
  assert.deepEqual(await note({ leader: 'http://10.0.0.7:8080' }), ['mom']);
  assert.deepEqual(await note({ leader: 'http://10.0.0.7:8080' }), []);
  assert.equal(answers.length, 1);
});

test('nothing is told after its end', async (t) => {
  const { note, close } = framework(t, async () => Promise.resolve({ name: 'mom' }));
  const told = note({});
  close();
  assert.deepEqual(await told, []);
});

test('a Marathon tells its name', async (t) => {
  const standIn = await standInFor(t, {});
  assert.deepEqual(await follow(t, [standIn.url]).source.readInfo(), { name: 'marathon' });
});
