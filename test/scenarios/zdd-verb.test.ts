import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { anAppDefinition, openEdge } from '../kit/edge.ts';
import { eachHaproxy, haproxies } from '../kit/haproxy.ts';
import { sluice } from '../kit/sluice.ts';
import { steadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

const app = (overrides: object = {}): object =>
  anAppDefinition('/nginx', {
    instances: 3,
    portDefinitions: [{ port: 10_000 }],
    taskKillGracePeriodSeconds: 20,
    healthChecks: [{ path: '/health', intervalSeconds: 2, gracePeriodSeconds: 60 }],
    labels: { HAPROXY_0_VHOST: 'nginx.example', HAPROXY_DEPLOYMENT_GROUP: 'nginx', HAPROXY_DEPLOYMENT_ALT_PORT: '10001' },
    ...overrides,
  });

/** A container with an address of its own and no health check: Marathon tells no `ports` of it, HAProxy has no check for it. */
const unchecked = app({
  portDefinitions: undefined,
  networks: [{ mode: 'container', name: 'dcos' }],
  container: { type: 'MESOS', portMappings: [{ containerPort: 8080, servicePort: 10_000 }] },
  healthChecks: [],
});

const VERSIONS = haproxies.map(({ version }) => version).sort();

eachHaproxy('sluice zdd', ({ binary, version }) => {
  if (version !== VERSIONS[0] && version !== VERSIONS.at(-1)) return;

  it('deploys a version, has one of the next beside it, goes back, then all the way, and no request fails', async (t) => {
    // Each way once: with checks on the oldest, without on the newest.
    const definition = version === VERSIONS[0] ? app() : unchecked;
    const edge = await openEdge(t, { address: 'own', haproxy: binary });
    const file = join(edge.folder, 'nginx.json');
    writeFileSync(file, JSON.stringify(definition));
    const flags = [
      '-j',
      file,
      '-m',
      edge.standIn.url,
      '-l',
      `http://${edge.address}:${edge.ports.stats}`,
      '--step-delay',
      '0.2',
      '--force',
    ];
    const zdd = async (...more: readonly string[]): Promise<string> => {
      const { code, stderr } = await sluice(['zdd', ...flags, ...more]);
      assert.equal(code, 0, stderr);
      return stderr;
    };
    const ids = (colour: string): readonly string[] => edge.standIn.tasks(`/nginx-${colour}`).map(({ id }) => id);
    await zdd();
    await edge.until(200, 'nginx.example');
    const clients = await steadyClients(t, [
      { host: 'nginx.example', address: edge.address, port: edge.ports.http },
      { host: 'nginx.example', address: edge.address, port: 10_000 },
    ]);
    await zdd('--new-instances', '1');
    await waitFor('one of blue is gone', () => ids('blue').length === 2);
    assert.equal(ids('green').length, 1);
    await zdd('--complete-prev');
    await waitFor('green is gone', () => ids('green').length === 0);
    assert.equal(ids('blue').length, 3);
    const told = await zdd();
    assert.match(told, /^kills 1 drained task of \/nginx-blue: 2 instances are left\nscales \/nginx-green from 1 to 2 instances$/m);
    await waitFor('blue is gone', () => ids('blue').length === 0);
    await clients.moreRequests();
    clients.forgetAnswers();
    await clients.moreRequests();
    const { failures, byTask } = await clients.stop();
    assert.deepEqual(failures, []);
    assert.deepEqual([...byTask.keys()].sort(), [...ids('green')].sort());
  });
});
