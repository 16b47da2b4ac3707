// Answers are read as they come over the wire: the assertions say what is expected of them.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppInput } from '../../src/demo/specs/app-schema.ts';
import { call, deploy, type Json, standInFor } from './client.ts';

const host: AppInput = {
  id: '/host',
  cmd: 'x',
  portDefinitions: [
    { port: 0, name: 'http' },
    { port: 10_500, labels: { VIP_0: '/h:80' } },
  ],
};
const bridge: AppInput = {
  id: '/bridge',
  container: {
    type: 'DOCKER',
    docker: { image: 'nginx' },
    portMappings: [
      { containerPort: 80, name: 'http' },
      { containerPort: 0, protocol: 'udp,tcp' },
    ],
  },
  networks: [{ mode: 'container/bridge' }],
};
const overlay: AppInput = {
  id: '/overlay',
  container: {
    type: 'MESOS',
    docker: { image: 'api' },
    portMappings: [
      { containerPort: 18_080, name: 'http' },
      { containerPort: 19_000, hostPort: 0 },
    ],
  },
  networks: [{ mode: 'container', name: 'dcos' }],
};
const oldBridge: AppInput = {
  id: '/bridge',
  container: { type: 'DOCKER', docker: { image: 'nginx', network: 'BRIDGE', portMappings: [{ containerPort: 80, hostPort: 0 }] } },
  uris: ['http://a/b'],
};
const oldOverlay: AppInput = {
  id: '/overlay',
  cmd: 'x',
  ipAddress: { networkName: 'dcos', discovery: { ports: [{ number: 18_080, name: 'http', protocol: 'tcp' }] } },
};
const oldDockerOverlay: AppInput = {
  id: '/docker',
  container: { type: 'DOCKER', docker: { image: 'x', network: 'USER', portMappings: [{ containerPort: 18_081 }] } },
  ipAddress: { networkName: 'dcos' },
};

async function answersAt(address: string, port: number): Promise<string> {
  const response = await fetch(`http://${address}:${port}/`);
  return ((await response.json()) as { task: string }).task;
}

describe('the networks of 1.5 and later', () => {
  it('host: ports of the agent', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', host);
    const { app } = (await call(standIn, 'GET', '/v2/apps/host')).body;
    const [task] = app.tasks;
    assert.deepEqual(app.networks, [{ mode: 'host' }]);
    assert.equal('container' in app, false);
    assert.equal(app.portDefinitions[1].port, 10_500);
    assert.deepEqual(task.ipAddresses, [{ ipAddress: task.host, protocol: 'IPv4' }]);
    assert.equal(task.ports.length, 2);
    for (const port of task.ports as number[]) assert.equal(await answersAt(task.host as string, port), task.id);
  });

  it('bridge: ports of the agent, and an address that leads nowhere', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', bridge);
    const { app } = (await call(standIn, 'GET', '/v2/apps/bridge')).body;
    const [task] = app.tasks;
    assert.equal('portDefinitions' in app, false);
    assert.deepEqual(app.container.docker, { forcePullImage: false, parameters: [], privileged: false, image: 'nginx' });
    assert.deepEqual(app.container.portMappings, [
      { containerPort: 80, hostPort: 0, labels: {}, name: 'http', protocol: 'tcp', servicePort: 10_000 },
      { containerPort: 0, hostPort: 0, labels: {}, protocol: 'udp,tcp', servicePort: 10_001 },
    ]);
    assert.match(task.ipAddresses[0].ipAddress, /^172\.17\./);
    assert.equal(await answersAt(task.host as string, task.ports[0] as number), task.id);
  });

  it('container: an address per task, and only ports that have a host port', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', overlay);
    const { app } = (await call(standIn, 'GET', '/v2/apps/overlay')).body;
    const [task] = app.tasks;
    const [{ ipAddress }] = task.ipAddresses;
    assert.notEqual(ipAddress, task.host);
    assert.equal(task.ports.length, 1);
    assert.equal(await answersAt(ipAddress as string, 18_080), task.id);
    assert.equal(await answersAt(task.host as string, task.ports[0] as number), task.id);
    assert.equal('hostPort' in app.container.portMappings[0], false);
  });

  it('takes the old forms and answers in the new ones', async (t) => {
    const standIn = await standInFor(t, { upstreams: 'none' });
    await deploy(standIn, 'POST', '/v2/apps', oldBridge);
    const { app } = (await call(standIn, 'GET', '/v2/apps/bridge')).body;
    assert.deepEqual(app.networks, [{ mode: 'container/bridge' }]);
    assert.equal(app.container.portMappings[0].containerPort, 80);
    assert.equal('network' in app.container.docker, false);
    assert.deepEqual(app.fetch, [{ uri: 'http://a/b' }]);
  });

  it('refuses a container network without a name', async (t) => {
    const answered = await call(await standInFor(t), 'POST', '/v2/apps', { ...overlay, networks: [{ mode: 'container' }] });
    assert.equal(answered.status, 422);
  });
});

describe('the networks of 1.4', () => {
  async function legacyApp(t: Parameters<typeof standInFor>[0], input: AppInput): Promise<{ app: Json; task: Json }> {
    const standIn = await standInFor(t, { personality: 'legacy' });
    await deploy(standIn, 'POST', '/v2/apps', input);
    const { app } = (await call(standIn, 'GET', `/v2/apps${input.id}`)).body;
    return { app, task: app.tasks[0] };
  }

  it('host: ports beside portDefinitions, and explicit nulls', async (t) => {
    const { app, task } = await legacyApp(t, host);
    assert.deepEqual([app.cmd, app.container, app.ipAddress, app.user, app.residency], ['x', null, null, null, null]);
    assert.deepEqual(app.ports, [10_000, 10_500]);
    assert.equal('networks' in app, false);
    assert.equal('healthCheckResults' in task, false);
    assert.match(task.id, /^host\.[0-9a-f-]{36}$/);
    assert.equal(await answersAt(task.host as string, task.ports[0] as number), task.id);
  });

  it('bridge: the network and the mappings inside of docker', async (t) => {
    const { app, task } = await legacyApp(t, oldBridge);
    assert.equal(app.container.docker.network, 'BRIDGE');
    assert.deepEqual(app.container.docker.portMappings, [
      { containerPort: 80, hostPort: 0, labels: {}, protocol: 'tcp', servicePort: 10_000 },
    ]);
    assert.deepEqual(app.ports, [10_000]);
    assert.deepEqual(app.uris, ['http://a/b']);
    assert.equal(await answersAt(task.host as string, task.ports[0] as number), task.id);
  });

  it('container: discovery ports, and no service port at all', async (t) => {
    const { app, task } = await legacyApp(t, oldOverlay);
    assert.deepEqual(app.ipAddress, {
      groups: [],
      labels: {},
      discovery: { ports: [{ number: 18_080, name: 'http', protocol: 'tcp', labels: {} }] },
      networkName: 'dcos',
    });
    for (const key of ['ports', 'portDefinitions', 'requirePorts']) assert.equal(key in app, false, key);
    assert.equal('ports' in task, false);
    assert.equal(await answersAt(task.ipAddresses[0].ipAddress as string, 18_080), task.id);
  });

  it('container with docker: mappings with service ports', async (t) => {
    const { app, task } = await legacyApp(t, oldDockerOverlay);
    assert.equal(app.container.docker.network, 'USER');
    assert.equal(app.container.docker.portMappings[0].servicePort, 10_000);
    assert.equal(await answersAt(task.ipAddresses[0].ipAddress as string, 18_081), task.id);
  });
});
