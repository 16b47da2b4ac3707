import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppInput } from '../../src/demo/specs/app-schema.ts';
import type { StandIn } from '../../src/demo/stand-in.ts';
import { at, has, listAt, numberAt, textAt } from '../kit/json.ts';
import { call, deploy, standInFor } from './client.ts';

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
  return textAt(await response.json(), 'task');
}

/** The app as Marathon tells it, and its first task. */
async function appAndTask(standIn: StandIn, id: string): Promise<{ app: unknown; task: unknown }> {
  const app = at((await call(standIn, 'GET', `/v2/apps${id}`)).body, 'app');
  return { app, task: at(app, 'tasks.0') };
}

async function answersOnHostPort(task: unknown): Promise<string> {
  return answersAt(textAt(task, 'host'), numberAt(task, 'ports.0'));
}

describe('the networks of 1.5 and later', () => {
  it('host: ports of the agent', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', host);
    const { app, task } = await appAndTask(standIn, '/host');
    assert.deepEqual(at(app, 'networks'), [{ mode: 'host' }]);
    assert.equal(has(app, 'container'), false);
    assert.equal(at(app, 'portDefinitions.1.port'), 10_500);
    assert.deepEqual(at(task, 'ipAddresses'), [{ ipAddress: at(task, 'host'), protocol: 'IPv4' }]);
    assert.equal(listAt(task, 'ports').length, 2);
    for (const index of [0, 1]) assert.equal(await answersAt(textAt(task, 'host'), numberAt(task, `ports.${index}`)), at(task, 'id'));
  });

  it('bridge: ports of the agent, and an address that leads nowhere', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', bridge);
    const { app, task } = await appAndTask(standIn, '/bridge');
    assert.equal(has(app, 'portDefinitions'), false);
    assert.deepEqual(at(app, 'container.docker'), { forcePullImage: false, parameters: [], privileged: false, image: 'nginx' });
    assert.deepEqual(at(app, 'container.portMappings'), [
      { containerPort: 80, hostPort: 0, labels: {}, name: 'http', protocol: 'tcp', servicePort: 10_000 },
      { containerPort: 0, hostPort: 0, labels: {}, protocol: 'udp,tcp', servicePort: 10_001 },
    ]);
    assert.match(textAt(task, 'ipAddresses.0.ipAddress'), /^172\.17\./);
    assert.equal(await answersOnHostPort(task), at(task, 'id'));
  });

  it('container: an address per task, and only ports that have a host port', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', overlay);
    const { app, task } = await appAndTask(standIn, '/overlay');
    const ipAddress = textAt(task, 'ipAddresses.0.ipAddress');
    assert.notEqual(ipAddress, at(task, 'host'));
    assert.equal(listAt(task, 'ports').length, 1);
    assert.equal(await answersAt(ipAddress, 18_080), at(task, 'id'));
    assert.equal(await answersOnHostPort(task), at(task, 'id'));
    assert.ok(has(app, 'container.portMappings.0') && !has(app, 'container.portMappings.0.hostPort'));
  });

  it('takes the old forms and answers in the new ones', async (t) => {
    const standIn = await standInFor(t, { upstreams: 'none' });
    await deploy(standIn, 'POST', '/v2/apps', oldBridge);
    const { app } = await appAndTask(standIn, '/bridge');
    assert.deepEqual(at(app, 'networks'), [{ mode: 'container/bridge' }]);
    assert.equal(at(app, 'container.portMappings.0.containerPort'), 80);
    assert.ok(has(app, 'container.docker') && !has(app, 'container.docker.network'));
    assert.deepEqual(at(app, 'fetch'), [{ uri: 'http://a/b' }]);
  });

  it('refuses a container network without a name', async (t) => {
    const answered = await call(await standInFor(t), 'POST', '/v2/apps', { ...overlay, networks: [{ mode: 'container' }] });
    assert.equal(answered.status, 422);
  });
});

describe('the networks of 1.4', () => {
  async function legacyApp(t: Parameters<typeof standInFor>[0], input: AppInput): Promise<{ app: unknown; task: unknown }> {
    const standIn = await standInFor(t, { personality: 'legacy' });
    await deploy(standIn, 'POST', '/v2/apps', input);
    return appAndTask(standIn, input.id);
  }

  it('host: ports beside portDefinitions, and explicit nulls', async (t) => {
    const { app, task } = await legacyApp(t, host);
    const read = ['cmd', 'container', 'ipAddress', 'user', 'residency'].map((key) => at(app, key));
    assert.deepEqual(read, ['x', null, null, null, null]);
    assert.deepEqual(at(app, 'ports'), [10_000, 10_500]);
    assert.equal(has(app, 'networks'), false);
    assert.equal(has(task, 'healthCheckResults'), false);
    assert.match(textAt(task, 'id'), /^host\.[0-9a-f-]{36}$/);
    assert.equal(await answersOnHostPort(task), at(task, 'id'));
  });

  it('bridge: the network and the mappings inside of docker', async (t) => {
    const { app, task } = await legacyApp(t, oldBridge);
    assert.equal(at(app, 'container.docker.network'), 'BRIDGE');
    assert.deepEqual(at(app, 'container.docker.portMappings'), [
      { containerPort: 80, hostPort: 0, labels: {}, protocol: 'tcp', servicePort: 10_000 },
    ]);
    assert.deepEqual(at(app, 'ports'), [10_000]);
    assert.deepEqual(at(app, 'uris'), ['http://a/b']);
    assert.equal(await answersOnHostPort(task), at(task, 'id'));
  });

  it('container: discovery ports, and no service port at all', async (t) => {
    const { app, task } = await legacyApp(t, oldOverlay);
    assert.deepEqual(at(app, 'ipAddress'), {
      groups: [],
      labels: {},
      discovery: { ports: [{ number: 18_080, name: 'http', protocol: 'tcp', labels: {} }] },
      networkName: 'dcos',
    });
    for (const key of ['ports', 'portDefinitions', 'requirePorts']) assert.equal(has(app, key), false, key);
    assert.equal(has(task, 'ports'), false);
    assert.equal(await answersAt(textAt(task, 'ipAddresses.0.ipAddress'), 18_080), at(task, 'id'));
  });

  it('container with docker: mappings with service ports', async (t) => {
    const { app, task } = await legacyApp(t, oldDockerOverlay);
    assert.equal(at(app, 'container.docker.network'), 'USER');
    assert.equal(at(app, 'container.docker.portMappings.0.servicePort'), 10_000);
    assert.equal(await answersAt(textAt(task, 'ipAddresses.0.ipAddress'), 18_081), at(task, 'id'));
  });
});
