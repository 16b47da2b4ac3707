import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it, type TestContext } from 'node:test';
import { type Answer, anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

const HOST = 'cart.example';

/** 'mesosphere_server_id=...' of an answer, ready to be sent back. */
const cookieOf = ({ headers }: Answer): string => [headers['set-cookie'] ?? ''].flat()[0]?.split(';')[0] ?? '';

/** Name of the server that HAProxy has for a task on loopback, where agents have addresses for names. */
const serverNameOf = (edge: Edge, task: string): string => {
  const { host, port } = edge.standIn.taskAddress(task);
  return `${host.replaceAll('.', '_')}_${port}`;
};

const stickyEdge = async (t: TestContext, haproxy: string): Promise<Edge> => {
  const labels = { HAPROXY_0_STICKY: 'true' };
  const edge = await openEdge(t, { haproxy, apps: [anAppDefinition('/cart', { instances: 3, labels, taskKillGracePeriodSeconds: 40 })] });
  await edge.until(200, HOST);
  await waitFor('all three tasks answer', async () => {
    const tasks = new Set<string | undefined>();
    for (let count = 0; count < 6; count++) tasks.add((await edge.get(HOST)).task);
    return tasks.size === 3;
  });
  return edge;
};

/** A client that keeps its cookie, as a browser does. */
class Browser {
  readonly #edge: Edge;
  cookie = '';

  constructor(edge: Edge) {
    this.#edge = edge;
  }

  async get(): Promise<Answer> {
    const answer = await this.#edge.get(HOST, '/', this.cookie === '' ? {} : { cookie: this.cookie });
    const cookie = cookieOf(answer);
    if (cookie !== '') this.cookie = cookie;
    return answer;
  }
}

eachHaproxy('sticky', ({ binary }) => {
  it("the cookie is the server's name, digested, and keeps a client on its task through reloads and scaling", async (t) => {
    const edge = await stickyEdge(t, binary);
    const browsers = [new Browser(edge), new Browser(edge), new Browser(edge)];
    const tasks: (string | undefined)[] = [];
    for (const browser of browsers) {
      const { task = '' } = await browser.get();
      tasks.push(task);
      const value = createHash('sha1').update(serverNameOf(edge, task)).digest('hex').slice(0, 10);
      assert.equal(browser.cookie, `mesosphere_server_id=${value}`);
    }
    assert.equal(new Set(tasks).size, 3, 'each of three clients was given a task of its own');
    const stay = async (): Promise<void> => {
      for (const [index, browser] of browsers.entries())
        for (let count = 0; count < 3; count++) assert.equal((await browser.get()).task, tasks[index]);
    };
    await stay();
    // A new app is a reload on most HAProxys; a new sticky server is one on the oldest.
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/other'));
    await edge.until(200, 'other.example');
    await stay();
    await edge.deploy('PUT', '/v2/apps/cart', { instances: 5 });
    const isNew = async (): Promise<boolean> => !tasks.includes((await edge.get(HOST)).task);
    await waitFor('a new task answers who has no cookie', isNew);
    await stay();
  });

  it('when its task goes the client moves to another without an error, and stays there', async (t) => {
    const edge = await stickyEdge(t, binary);
    const browser = new Browser(edge);
    const { task = '' } = await browser.get();
    edge.standIn.faults.killTask(task);
    const moved = await waitFor('the client was moved', async () => {
      const answer = await browser.get();
      assert.equal(answer.status, 200);
      return answer.task !== task && answer;
    });
    for (let count = 0; count < 5; count++) assert.equal((await browser.get()).task, moved.task);
  });

  it('when its task dies at once the client moves to another without an error', async (t) => {
    const edge = await stickyEdge(t, binary);
    const browser = new Browser(edge);
    const { task = '' } = await browser.get();
    await edge.standIn.faults.failTask(task);
    const answer = await browser.get();
    assert.equal(answer.status, 200);
    assert.notEqual(answer.task, task);
  });
});
