import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { waitFor } from '../kit/wait-for.ts';

/** What takes servers at run time, and what by a reload. */
const ALGORITHMS = [
  'roundrobin',
  'leastconn',
  'first',
  'random(2)',
  'source',
  'static-rr',
  'uri depth 2',
  'url_param user',
  'hdr(X-User)',
] as const;
const hostOf = (index: number): string => `app-${index}.example`;

/** Tasks that answered 12 requests, each for another path and user. */
const answersOf = async (edge: Edge, index: number): Promise<readonly string[]> => {
  const tasks: string[] = [];
  for (let count = 0; count < 12; count++) {
    const { status, task } = await edge.get(hostOf(index), `/item/${count}?user=${count}`, { 'x-user': String(count) });
    assert.equal(status, 200);
    tasks.push(task ?? '');
  }
  return tasks;
};

const tasksOf = (edge: Edge, index: number): ReadonlySet<string> => new Set(edge.standIn.tasks(`/app-${index}`).map(({ id }) => id));

describe('BALANCE', () => {
  it('every algorithm works, also with servers that came later', async (t) => {
    const apps = ALGORITHMS.map((balance, index) =>
      anAppDefinition(`/app-${index}`, { instances: 1, labels: { HAPROXY_0_BALANCE: balance } }),
    );
    const edge = await openEdge(t, { apps });
    for (const [index] of ALGORITHMS.entries()) await edge.until(200, hostOf(index));
    await Promise.all(ALGORITHMS.map(async (_, index) => edge.deploy('PUT', `/v2/apps/app-${index}`, { instances: 3 })));
    for (const [index, balance] of ALGORITHMS.entries()) {
      const tasks = tasksOf(edge, index);
      // All clients here have one address, and with `first` a task that is not full takes all.
      const many = balance !== 'source' && balance !== 'first';
      await waitFor(`${balance}: the tasks share the requests`, async () => {
        const answered = new Set(await answersOf(edge, index));
        return [...answered].every((task) => tasks.has(task)) && (many ? answered.size > 1 : answered.size === 1);
      });
    }
    const { problems } = await edge.daemon.views.status();
    assert.deepEqual(problems, []);
  });

  it('what is the same for HAProxy goes to the same task', async (t) => {
    const labels = { HAPROXY_0_BALANCE: 'url_param user' };
    const edge = await openEdge(t, { apps: [anAppDefinition('/app-0', { instances: 3, labels })] });
    await edge.until(200, hostOf(0));
    await waitFor('all tasks are there', async () => new Set(await answersOf(edge, 0)).size > 1);
    assert.deepEqual(await answersOf(edge, 0), await answersOf(edge, 0));
  });

  it('an app gets another algorithm while it serves', async (t) => {
    const app = (balance: string) => anAppDefinition('/app-0', { labels: { HAPROXY_0_BALANCE: balance }, taskKillGracePeriodSeconds: 20 });
    const edge = await openEdge(t, { apps: [app('roundrobin')] });
    await edge.until(200, hostOf(0));
    for (const balance of ['source', 'leastconn']) {
      await edge.deploy('PUT', '/v2/apps/app-0', app(balance));
      const tasks = tasksOf(edge, 0);
      const expected = balance === 'source' ? 1 : 2;
      await waitFor(`${balance} is in force`, async () => {
        const answered = new Set(await answersOf(edge, 0));
        return answered.size === expected && [...answered].every((task) => tasks.has(task));
      });
    }
  });
});
