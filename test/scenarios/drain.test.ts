import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { WebSocket } from 'ws';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, type Answer, type Edge, openEdge } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

const HOST = 'cart.example';

/** Nobody is sent to the task any more. */
const untilSpared = async (edge: Edge, task: string): Promise<void> =>
  waitFor('new requests go elsewhere', async () => {
    for (let count = 0; count < 8; count++) {
      const answer = await edge.get(HOST);
      assert.equal(answer.status, 200);
      if (answer.task === task) return false;
    }
    return true;
  }).then(() => undefined);

eachHaproxy('a task that is killed', ({ binary }) => {
  it('ends the request and the WebSocket that it is at, and gets no new ones, also through a reload', async (t) => {
    const app = anAppDefinition('/cart', { taskKillGracePeriodSeconds: 120, env: { STANDIN_ON_TERM: 'serve' } });
    const edge = await openEdge(t, { haproxy: binary, apps: [app] });
    await edge.until(200, HOST);

    const socket = new WebSocket(`ws://127.0.0.1:${edge.ports.http}/`, { headers: { host: HOST } });
    atEnd(t, () => socket.terminate());
    const [greeting] = (await once(socket, 'message')) as [Buffer];
    const { task } = JSON.parse(greeting.toString()) as { task: string };
    const long: Promise<Answer>[] = [];
    const echo = async (text: string): Promise<void> => {
      const answered = once(socket, 'message') as Promise<[Buffer]>;
      socket.send(text);
      assert.equal((await answered)[0].toString(), text);
    };
    await echo('before');
    await waitFor('a request is at work at the same task', async () => {
      if (long.length < 8) long.push(edge.get(HOST, '/?delayMs=5000'));
      const { ports = [] } = (await edge.daemon.views.explain('/cart')) ?? {};
      return ports.flatMap(({ servers }) => servers).some(({ taskId, connections }) => taskId === task && connections > 1);
    });

    edge.standIn.faults.killTask(task);
    await edge.standIn.until('it is told to end', () =>
      edge.standIn.tasks('/cart').some(({ id, state }) => id === task && state === 'TASK_KILLING'),
    );
    await untilSpared(edge, task);
    await echo('while it ends');
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/other', { labels: { HAPROXY_0_BALANCE: 'source' } }));
    await edge.until(200, 'other.example');
    await echo('after a reload');

    const answers = await Promise.all(long);
    assert.ok(answers.every(({ status }) => status === 200));
    assert.ok(
      answers.some((answer) => answer.task === task),
      'one of the long requests was on the task that is ending',
    );
    await echo('to the end');
  });

  it('that drains by itself is left by its clients without an error', async (t) => {
    const app = anAppDefinition('/cart', { taskKillGracePeriodSeconds: 60, env: { STANDIN_ON_TERM: 'drain' } });
    const edge = await openEdge(t, { haproxy: binary, apps: [app] });
    const { task = '' } = await edge.until(200, HOST);
    const long = Promise.all(Array.from({ length: 2 }, async () => edge.get(HOST, '/?delayMs=1000')));
    await waitFor('both requests are at work', async () => {
      const { ports = [] } = (await edge.daemon.views.explain('/cart')) ?? {};
      return ports.flatMap(({ servers }) => servers).every(({ connections }) => connections > 0);
    });
    edge.standIn.faults.killTask(task);
    await untilSpared(edge, task);
    assert.deepEqual(
      (await long).map(({ status }) => status),
      [200, 200],
    );
  });
});
