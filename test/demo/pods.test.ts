import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, listAt, numberAt, sizeOf, textAt } from '../kit/json.ts';
import { call, deploy, standInFor, words } from './client.ts';

const resources = { cpus: 0.1, mem: 32 };
const pod = {
  id: '/shop/pod',
  containers: [
    {
      name: 'web',
      resources,
      endpoints: [
        { name: 'http', containerPort: 18_080, hostPort: 0 },
        { name: 'admin', containerPort: 19_000 },
      ],
      healthCheck: { http: { endpoint: 'http', path: '/health' }, intervalSeconds: 5 },
    },
    { name: 'sidecar', resources },
  ],
  networks: [{ name: 'dcos', mode: 'container' }],
};

describe('pods', () => {
  it('deploy with a status update per container and one change per instance', async (t) => {
    const standIn = await standInFor(t);
    const created = await deploy(standIn, 'POST', '/v2/pods', pod);
    assert.equal(created.status, 201);
    assert.deepEqual(words(standIn.events), [
      'group_change_success',
      'pod_created_event',
      'deployment_info',
      'deployment_step_success',
      'deployment_info',
      'IC Scheduled',
      'IC Provisioned',
      'SU TASK_STARTING',
      'SU TASK_STARTING',
      'IC Starting',
      'SU TASK_RUNNING',
      'SU TASK_RUNNING',
      'IC Running',
      'SU TASK_RUNNING',
      'SU TASK_RUNNING',
      'IH true',
      'IH true',
      'deployment_step_success',
      'deployment_success',
    ]);
  });

  it('are listed with their addresses, the checked endpoint last', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/pods', pod);
    const status = (await call(standIn, 'GET', '/v2/pods/shop/pod::status')).body;
    assert.equal(at(status, 'status'), 'STABLE');
    const instance = at(status, 'instances.0');
    const web = at(instance, 'containers.0');
    assert.deepEqual(
      [at(web, 'endpoints.0'), at(web, 'endpoints.1.name'), at(web, 'endpoints.1.healthy')],
      [{ name: 'admin' }, 'http', true],
    );
    const containerId = textAt(web, 'containerId');
    assert.match(containerId, /^shop_pod\.instance-[0-9a-f-]{36}\.web\.1$/);
    assert.deepEqual(at(instance, 'containers.1.endpoints'), []);
    const byHost = await fetch(`http://${textAt(instance, 'agentHostname')}:${numberAt(web, 'endpoints.1.allocatedHostPort')}/`);
    const byAddress = await fetch(`http://${textAt(instance, 'networks.0.addresses.0')}:19000/`);
    assert.equal(byHost.headers.get('x-task-id'), containerId);
    assert.equal(byAddress.headers.get('x-task-id'), containerId);
    assert.equal(sizeOf((await call(standIn, 'GET', '/v2/pods/::status')).body), 1);
    assert.deepEqual((await call(standIn, 'GET', '/v2/apps')).body, { apps: [] });
  });

  it('are changed and deleted', async (t) => {
    const standIn = await standInFor(t, { upstreams: 'none' });
    await deploy(standIn, 'POST', '/v2/pods', pod);
    await deploy(standIn, 'PUT', '/v2/pods/shop/pod', { ...pod, scaling: { kind: 'fixed', instances: 2 } });
    assert.equal(listAt((await call(standIn, 'GET', '/v2/pods/shop/pod::status')).body, 'instances').length, 2);
    assert.equal(sizeOf((await call(standIn, 'GET', '/v2/pods/shop/pod::versions')).body), 2);
    const wrong = await call(standIn, 'PUT', '/v2/pods/shop/pod', { ...pod, id: '/other' });
    assert.deepEqual([wrong.status, wrong.body], [400, { message: "'/shop/pod' does not match definition's id ('/other')" }]);
    const deleted = await deploy(standIn, 'DELETE', '/v2/pods/shop/pod');
    assert.deepEqual([deleted.status, deleted.headers.get('location')], [202, deleted.headers.get('marathon-deployment-id')]);
    assert.deepEqual((await call(standIn, 'GET', '/v2/pods')).body, []);
  });
});
