import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { Hosts, systemLookup, type Lookup } from '../../src/marathon/hosts.ts';
import { fake, follow, until } from './following.ts';
import { aTask, anApp, statusUpdate } from './samples.ts';

const TTL_MS = 1_000;

interface Resolving {
  readonly hosts: Hosts;
  readonly addresses: string[];
  readonly asked: string[];
}

const resolving = (t: TestContext, lookup: Lookup): Resolving => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked: string[] = [];
  const addresses: string[] = [];
  const hosts = new Hosts({
    lookup: async (host) => {
      asked.push(host);
      return lookup(host);
    },
    ttlMs: TTL_MS,
    backoffBaseMs: 100,
    log: pino({ level: 'silent' }),
    onAddress: (host, address) => addresses.push(`${host} ${address}`),
  });
  t.after(() => hosts.close());
  return { hosts, addresses, asked };
};

/** Lets all that is waiting for promises go on. */
const settle = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a name is looked up once and told; addresses and nothing are not looked up', async (t) => {
  const { hosts, addresses, asked } = resolving(t, async () => '10.0.0.1');
  for (const host of ['srv5', 'srv5', '10.0.0.9', 'fd01:b::1', '']) hosts.see(host);
  await settle();
  assert.deepEqual([asked, addresses], [['srv5'], ['srv5 10.0.0.1']]);
});

test('a name is looked up again after a while, and told when its address is another one', async (t) => {
  let address = '10.0.0.1';
  const { hosts, addresses, asked } = resolving(t, async () => address);
  hosts.see('srv5');
  await settle();
  t.mock.timers.tick(TTL_MS);
  await settle();
  address = '10.0.0.2';
  t.mock.timers.tick(TTL_MS);
  await settle();
  assert.deepEqual([asked.length, addresses], [3, ['srv5 10.0.0.1', 'srv5 10.0.0.2']]);
});

test('a look-up that fails is tried again sooner, and takes nothing back', async (t) => {
  let isDown = false;
  const { hosts, addresses, asked } = resolving(t, async () => {
    if (isDown) throw new Error('EAI_AGAIN');
    return '10.0.0.1';
  });
  hosts.see('srv5');
  await settle();
  isDown = true;
  t.mock.timers.tick(TTL_MS);
  await settle();
  assert.equal(asked.length, 2);
  t.mock.timers.tick(100);
  await settle();
  assert.deepEqual([asked.length, addresses], [3, ['srv5 10.0.0.1']]);
});

test('no more than two look-ups are under way, whatever the name servers do', async (t) => {
  const pending: (() => void)[] = [];
  const { hosts, asked, addresses } = resolving(t, async (host) => new Promise((resolve) => pending.push(() => resolve(`of-${host}`))));
  for (const host of ['a', 'b', 'c', 'd']) hosts.see(host);
  assert.deepEqual(asked, ['a', 'b']);
  while (addresses.length < 4) {
    pending.shift()?.();
    await settle();
  }
  assert.deepEqual(asked, ['a', 'b', 'c', 'd']);
});

test('names that no task has any more are forgotten', async (t) => {
  const { hosts, asked } = resolving(t, async () => '10.0.0.1');
  hosts.see('old');
  hosts.see('new');
  await settle();
  hosts.retain(new Set(['new']));
  t.mock.timers.tick(TTL_MS);
  await settle();
  assert.deepEqual(asked, ['old', 'new', 'new']);
});

test('an answer for a name that was forgotten meanwhile is dropped', async (t) => {
  let answer: (() => void) | undefined;
  const { hosts, addresses } = resolving(t, async () => new Promise((resolve) => (answer = () => resolve('10.0.0.1'))));
  hosts.see('old');
  hosts.close();
  answer?.();
  await settle();
  assert.deepEqual(addresses, []);
});

test('the system knows localhost', async () => assert.equal(await systemLookup('localhost'), '127.0.0.1'));

test('agents with names get an address in the model, from the list and from events', async (t) => {
  const marathon = await fake(t, [anApp({ tasks: [aTask({ host: 'localhost' })] })]);
  const { model } = follow(t, [marathon.url]);
  await until(() => model.hosts.get('localhost') === '127.0.0.1');
  marathon.apps = [anApp({ tasks: [aTask({ host: 'localhost' }), aTask({ id: 'second', host: 'nowhere.invalid' })] })];
  marathon.send(statusUpdate({ taskId: 'second', host: 'nowhere.invalid' }));
  await until(() => model.apps.get('/shop/cart')?.tasks.size === 2);
  assert.deepEqual([...model.hosts], [['localhost', '127.0.0.1']]);
});
