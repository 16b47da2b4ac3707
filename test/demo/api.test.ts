import assert from 'node:assert/strict';
import { get } from 'node:https';
import { describe, it } from 'node:test';
import { generate } from 'selfsigned';
import type { StandIn } from '../../src/demo/stand-in.ts';
import { at, has, listAt, textAt } from '../kit/json.ts';
import { call, deploy, standInFor } from './client.ts';

const LOCKED =
  "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.";
const app = { id: '/shop/cart', cmd: './run' };

/** That app as Marathon tells it. */
const cart = async (standIn: StandIn): Promise<unknown> => at((await call(standIn, 'GET', '/v2/apps/shop/cart')).body, 'app');

describe('what the API refuses', () => {
  const requests: readonly (readonly [string, string, string, unknown, number, unknown])[] = [
    ['an unknown app', 'GET', '/v2/apps/x', undefined, 404, { message: "App '/x' does not exist" }],
    [
      'a version that never was',
      'GET',
      '/v2/apps/shop/cart/versions/1',
      undefined,
      404,
      { message: "App '/shop/cart' does not exist in version 1" },
    ],
    ['a patch of an unknown app', 'PATCH', '/v2/apps/x', {}, 404, { message: "App '/x' does not exist" }],
    ['an unknown task', 'DELETE', '/v2/apps/shop/cart/tasks/t', undefined, 404, { message: "Task 't' does not exist" }],
    ['an unknown group', 'GET', '/v2/groups/x', undefined, 404, { message: "Group '/x' does not exist" }],
    ['an unknown deployment', 'DELETE', '/v2/deployments/x', undefined, 404, { message: 'DeploymentPlan x does not exist' }],
    [
      'a delay of an app that waits for nothing',
      'DELETE',
      '/v2/queue/x/delay',
      undefined,
      404,
      { message: 'Application /x not found in tasks queue.' },
    ],
    ['an unknown pod, in JSON within JSON', 'GET', '/v2/pods/x', undefined, 404, { message: '{"message": "pod with /x does not exist"}' }],
    ['the end of an unknown pod', 'DELETE', '/v2/pods/x', undefined, 404, { message: "Pod '/x' does not exist" }],
    ['a route that is not there', 'GET', '/v2/nothing', undefined, 500, { message: 'URI not found' }],
    ['an app that is there', 'POST', '/v2/apps', app, 409, { message: 'An app with id [/shop/cart] already exists.' }],
    [
      'a group that is there',
      'POST',
      '/v2/groups',
      { id: '/shop' },
      409,
      { message: 'Group /shop is already created. Use PUT to change this group.' },
    ],
    [
      'a wrong type',
      'POST',
      '/v2/apps',
      { id: 1 },
      422,
      { message: 'Invalid JSON', details: [{ path: '/id', errors: ['error.expected.jsstring'] }] },
    ],
    [
      'an app without an id',
      'POST',
      '/v2/apps',
      {},
      422,
      { message: 'Invalid JSON', details: [{ path: '/id', errors: ['error.path.missing'] }] },
    ],
    [
      'a value out of range',
      'PUT',
      '/v2/apps/shop/cart',
      { upgradeStrategy: { minimumHealthCapacity: 2 } },
      422,
      {
        message: 'Object is not valid',
        details: [{ path: '/upgradeStrategy/minimumHealthCapacity', errors: ['got 2.0, expected between 0.0 and 1.0'] }],
      },
    ],
    [
      'scale and wipe together',
      'DELETE',
      '/v2/apps/shop/cart/tasks?scale=true&wipe=true',
      undefined,
      400,
      { message: 'You cannot use scale and wipe at the same time.' },
    ],
    ['a malformed task id', 'POST', '/v2/tasks/delete', { ids: ['x'] }, 400, { message: "Invalid task id 'x'. [malformed]" }],
  ];
  for (const [what, method, path, body, status, expected] of requests) {
    it(what, async (t) => {
      const standIn = await standInFor(t, { seed: [app], upstreams: 'none' });
      const answered = await call(standIn, method, path, body);
      assert.deepEqual([answered.status, answered.body], [status, expected]);
    });
  }

  it('a body that is not JSON', async (t) => {
    const answered = await call(await standInFor(t), 'POST', '/v2/apps', '{');
    assert.equal(answered.status, 400);
    assert.equal(at(answered.body, 'message'), 'Invalid JSON');
    assert.notEqual(textAt(answered.body, 'details'), '');
  });

  it('a change of a locked app, unless forced', async (t) => {
    const standIn = await standInFor(t, { agents: 0 });
    const created = await call(standIn, 'POST', '/v2/apps', app);
    const deployment = at(created.body, 'deployments.0');
    const refused = await call(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 2 });
    assert.deepEqual([refused.status, refused.body], [409, { message: LOCKED, deployments: [deployment] }]);
    const forced = await call(standIn, 'PUT', '/v2/apps/shop/cart?force=true', { instances: 0 });
    assert.equal(forced.status, 200);
    assert.equal(await standIn.waitForDeployment(textAt(deployment, 'id')), 'cancelled');
    assert.equal(await standIn.waitForDeployment(textAt(forced.body, 'deploymentId')), 'success');
    const failed = standIn.events.find(({ eventType }) => eventType === 'deployment_failed');
    assert.equal(failed?.['reason'], 'The upgrade has been cancelled');
    assert.ok(standIn.events.some(({ eventType }) => eventType === 'group_change_failed'));
  });
});

describe('what the API answers', () => {
  it('creates an app with its place, its deployment and its defaults', async (t) => {
    const standIn = await standInFor(t);
    const { status, headers, body } = await call(standIn, 'POST', '/v2/apps', app);
    assert.equal(status, 201);
    assert.equal(headers.get('location'), '/shop/cart');
    assert.deepEqual(at(body, 'deployments'), [{ id: headers.get('marathon-deployment-id') }]);
    assert.deepEqual(at(body, 'portDefinitions'), [{ port: 10_000, name: 'default', protocol: 'tcp' }]);
    const numbers = ['tasksStaged', 'tasksRunning', 'instances', 'maxLaunchDelaySeconds'].map((key) => at(body, key));
    assert.deepEqual(numbers, [0, 0, 1, 300]);
    assert.equal(has(body, 'args'), false);
    assert.equal(headers.get('cache-control'), 'no-cache, no-store, must-revalidate');
    assert.equal(headers.get('x-marathon-leader'), standIn.url);
  });

  it('answers a write with the version and the deployment', async (t) => {
    const standIn = await standInFor(t, { seed: [app], upstreams: 'none' });
    for (const [method, path, body] of [
      ['PUT', '/v2/apps//shop/cart', { instances: 2 }],
      ['PATCH', '/v2/apps/shop/cart', { labels: { a: 'b' } }],
      ['PUT', '/v2/apps', [{ id: '/shop/cart', instances: 1 }]],
      ['POST', '/v2/apps/shop/cart/restart', undefined],
      ['PUT', '/v2/groups/shop', { scaleBy: 2 }],
      ['DELETE', '/v2/apps/shop/cart', undefined],
    ] as const) {
      const answered = await deploy(standIn, method, path, body);
      assert.equal(answered.status, 200, `${method} ${path}`);
      assert.deepEqual(Object.keys(answered.body as object), ['version', 'deploymentId']);
      assert.equal(at(answered.body, 'deploymentId'), answered.headers.get('marathon-deployment-id'));
    }
  });

  it('creates by PUT what is not there', async (t) => {
    const standIn = await standInFor(t, { upstreams: 'none' });
    assert.equal((await deploy(standIn, 'PUT', '/v2/apps/new', { cmd: 'x' })).status, 201);
  });

  it('merges by top-level key, and replaces with partialUpdate=false', async (t) => {
    const standIn = await standInFor(t, { seed: [{ ...app, labels: { a: '1' }, env: { E: '1' } }], upstreams: 'none' });
    await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { labels: { b: '2' } });
    const merged = await cart(standIn);
    assert.deepEqual([at(merged, 'labels'), at(merged, 'env'), at(merged, 'cmd')], [{ b: '2' }, { E: '1' }, './run']);
    await deploy(standIn, 'PUT', '/v2/apps/shop/cart?partialUpdate=false', { cmd: 'x' });
    const replaced = await cart(standIn);
    assert.deepEqual([at(replaced, 'labels'), has(replaced, 'env'), at(replaced, 'cmd')], [{}, false, 'x']);
    assert.equal(at(replaced, 'portDefinitions.0.port'), at(merged, 'portDefinitions.0.port'));
  });

  it('rolls an app back to a version it had', async (t) => {
    const standIn = await standInFor(t, { seed: [app], upstreams: 'none' });
    await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { cmd: 'new' });
    const versions = listAt((await call(standIn, 'GET', '/v2/apps/shop/cart/versions')).body, 'versions');
    assert.equal(versions.length, 2);
    await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { version: versions[1] });
    assert.equal(at(await cart(standIn), 'cmd'), './run');
  });

  it('moves lastScalingAt and not lastConfigChangeAt when only the scale changes', async (t) => {
    const standIn = await standInFor(t, { seed: [app], upstreams: 'none' });
    const before = await cart(standIn);
    await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 2 });
    const after = await cart(standIn);
    assert.equal(at(after, 'versionInfo.lastConfigChangeAt'), at(before, 'version'));
    assert.equal(at(after, 'versionInfo.lastScalingAt'), at(after, 'version'));
    assert.ok(listAt(after, 'tasks').some((task) => at(task, 'version') === at(before, 'version')));
  });

  it('embeds what is asked for, by any prefix', async (t) => {
    const standIn = await standInFor(t, { seed: [app], upstreams: 'none' });
    for (const embed of ['apps.tasks', 'app.tasks', 'group.apps.tasks', 'tasks']) {
      const tasks = listAt((await call(standIn, 'GET', `/v2/apps?embed=${embed}`)).body, 'apps.0.tasks');
      assert.equal(tasks.length, 1, embed);
      assert.deepEqual(at(tasks, '0.servicePorts'), []);
    }
    const bare = at((await call(standIn, 'GET', '/v2/apps?embed=nonsense')).body, 'apps.0');
    assert.equal(has(bare, 'tasks'), false);
    assert.equal(at(bare, 'tasksRunning'), 1);
    const withStats = (await call(standIn, 'GET', '/v2/apps?embed=apps.taskStats')).body;
    assert.equal(at(withStats, 'apps.0.tasksStats.totalSummary.stats.counts.running'), 1);
    assert.equal(at((await call(standIn, 'GET', '/v2/tasks')).body, 'tasks.0.servicePorts.0'), 10_000);
    assert.equal(listAt((await call(standIn, 'GET', '/v2/apps/shop/*')).body, '*').length, 1);
  });

  it('filters by id, cmd and label', async (t) => {
    const seed = [app, { id: '/other', cmd: 'sleep', labels: { tier: 'web', 'b c': 'x' } }];
    const standIn = await standInFor(t, { seed, upstreams: 'none' });
    for (const [query, expected] of [
      ['id=CART', ['/shop/cart']],
      ['cmd=slee', ['/other']],
      ['label=tier', ['/other']],
      ['label=tier==web', ['/other']],
      ['label=tier!=web', ['/shop/cart']],
      ['label=tier%20in%20(db,web)', ['/other']],
      ['label=tier%20notin%20(db)', ['/other']],
      ['label=tier,tier==db', []],
    ] as const) {
      const apps = listAt((await call(standIn, 'GET', `/v2/apps?${query}`)).body, 'apps');
      assert.deepEqual(
        apps.map((one) => at(one, 'id')),
        expected,
        query,
      );
    }
  });

  it('shrinks an app by the tasks that are deleted with scale=true', async (t) => {
    const standIn = await standInFor(t, { seed: [{ ...app, instances: 3 }] });
    const unknown = 'shop_cart.instance-00000000-0000-1000-8000-000000000000._app.1';
    const doomed = standIn.tasks('/shop/cart')[1]?.id ?? '';
    await deploy(standIn, 'POST', '/v2/tasks/delete?scale=true', { ids: [doomed, unknown] });
    assert.equal(standIn.tasks('/shop/cart').length, 2);
    assert.ok(standIn.tasks('/shop/cart').every(({ id }) => id !== doomed));
    assert.equal(at(await cart(standIn), 'instances'), 2);
  });

  it('replaces the tasks that are deleted without scale', async (t) => {
    const standIn = await standInFor(t, { seed: [app] });
    const [task] = standIn.tasks('/shop/cart');
    const answered = await call(standIn, 'DELETE', `/v2/apps/shop/cart/tasks/${task?.id}`);
    assert.equal(textAt(answered.body, 'task.id'), task?.id);
    await standIn.until('another task runs', () =>
      standIn.tasks('/shop/cart').some(({ id, state }) => id !== task?.id && state === 'TASK_RUNNING'),
    );
  });

  it('lists a deployment that goes on, and rolls it back', async (t) => {
    const standIn = await standInFor(t, { seed: [app], agents: 1 });
    await standIn.faults.loseAgent(standIn.agents[0]?.host ?? '', 'flows');
    const started = await call(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 3 });
    const listed = at((await call(standIn, 'GET', '/v2/deployments')).body, '0');
    assert.deepEqual(listed, {
      id: at(started.body, 'deploymentId'),
      version: at(started.body, 'version'),
      affectedApps: ['/shop/cart'],
      affectedPods: [],
      steps: [{ actions: [{ action: 'ScaleApplication', app: '/shop/cart' }] }],
      currentActions: [{ action: 'ScaleApplication', app: '/shop/cart', readinessCheckResults: [] }],
      currentStep: 1,
      totalSteps: 1,
    });
    const queued = at((await call(standIn, 'GET', '/v2/queue')).body, 'queue.0');
    assert.deepEqual([at(queued, 'count'), at(queued, 'app.id')], [2, '/shop/cart']);
    const rolledBack = await call(standIn, 'DELETE', `/v2/deployments/${textAt(listed, 'id')}`);
    assert.equal(await standIn.waitForDeployment(textAt(rolledBack.body, 'deploymentId')), 'success');
    assert.equal(at(await cart(standIn), 'instances'), 1);
  });

  it('only drops a deployment with force=true', async (t) => {
    const standIn = await standInFor(t, { agents: 0 });
    const { body } = await call(standIn, 'POST', '/v2/apps', app);
    const answered = await call(standIn, 'DELETE', `/v2/deployments/${textAt(body, 'deployments.0.id')}?force=true`);
    assert.deepEqual([answered.status, answered.text], [202, '']);
    assert.equal((await call(standIn, 'GET', '/v2/apps/shop/cart')).status, 200);
  });

  it('shows groups as a tree, and what was asked for of them', async (t) => {
    const standIn = await standInFor(t, { seed: [app, { id: '/top', cmd: 'x' }], upstreams: 'none' });
    const root = (await call(standIn, 'GET', '/v2/groups')).body;
    const ids = ['id', 'apps.0.id', 'groups.0.id', 'groups.0.apps.0.id'].map((path) => at(root, path));
    assert.deepEqual(ids, ['/', '/top', '/shop', '/shop/cart']);
    const some = (await call(standIn, 'GET', '/v2/groups/shop?embed=group.apps&embed=group.apps.tasks')).body;
    assert.equal(listAt(some, 'apps.0.tasks').length, 1);
    assert.equal(has(some, 'groups'), false);
    const dry = (await call(standIn, 'PUT', '/v2/groups/shop?dryRun=true', { scaleBy: 2 })).body;
    assert.deepEqual(at(dry, 'steps'), [{ actions: [{ action: 'ScaleApplication', app: '/shop/cart' }] }]);
    await deploy(standIn, 'PUT', '/v2/groups/shop', { apps: [{ id: 'new', cmd: 'y', dependencies: [] }] });
    assert.equal((await call(standIn, 'GET', '/v2/apps/shop/cart')).status, 404);
    assert.equal((await call(standIn, 'GET', '/v2/apps/shop/new')).status, 200);
    assert.equal((await deploy(standIn, 'DELETE', '/v2/groups/shop')).status, 200);
    assert.equal((await call(standIn, 'GET', '/v2/groups/shop')).status, 404);
  });

  it('tells about itself', async (t) => {
    const standIn = await standInFor(t);
    const { host } = new URL(standIn.url);
    assert.deepEqual((await call(standIn, 'GET', '/v2/leader')).body, { leader: host });
    const info = (await call(standIn, 'GET', '/v2/info')).body;
    assert.deepEqual(
      ['name', 'version', 'leader', 'elected'].map((key) => at(info, key)),
      ['marathon', '1.11.24', host, true],
    );
    assert.equal((await call(standIn, 'GET', '/ping')).text, 'pong');
    assert.equal((await call(standIn, 'GET', '/')).headers.get('location'), '/ui/');
  });

  it('refuses who has no credentials before anything else', async (t) => {
    const standIn = await standInFor(t, { credentials: { user: 'u', password: 'p' } });
    const refused = await call(standIn, 'GET', '/ping');
    assert.deepEqual([refused.status, refused.headers.get('www-authenticate')], [401, 'basic realm="Mesosphere"']);
    assert.match(refused.text, /<html>/);
    const authorization = `Basic ${Buffer.from('u:p').toString('base64')}`;
    assert.equal((await fetch(`${standIn.url}/ping`, { headers: { authorization } })).status, 200);
  });

  it('speaks https where it was given a certificate', async (t) => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'marathon' }], { keyType: 'ec' });
    const standIn = await standInFor(t, { tls: { key, cert }, instances: 2 });
    assert.match(standIn.url, /^https:/);
    const text = await new Promise<string>((resolve, reject) => {
      get(`${standIn.urls[1]}/v2/leader`, { rejectUnauthorized: false, agent: false }, (response) => {
        response.setEncoding('utf8');
        response.once('data', (chunk: string) => resolve(chunk));
      }).once('error', reject);
    });
    assert.deepEqual(JSON.parse(text), { leader: new URL(standIn.url).host });
  });

  it('gzips big answers for who accepts it', async (t) => {
    const standIn = await standInFor(t, { seed: [app], upstreams: 'none' });
    assert.equal((await call(standIn, 'GET', '/v2/apps')).headers.get('content-encoding'), 'gzip');
    const plain = await fetch(`${standIn.url}/v2/apps`, { headers: { 'accept-encoding': 'identity' } });
    assert.equal(plain.headers.get('content-encoding'), null);
  });
});
