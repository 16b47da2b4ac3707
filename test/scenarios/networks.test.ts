import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PersonalityName } from '../../src/demo/personality.ts';
import { anAppDefinition, openEdge } from '../kit/edge.ts';
import { steadyClients } from '../kit/steady-clients.ts';

const DOCKER = { type: 'DOCKER', docker: { image: 'shop' } };

/** What a user of Marathon 1.5 and later writes, and one of 1.4. */
const MODERN = {
  host: { networks: [{ mode: 'host' }], portDefinitions: [{ port: 0 }] },
  bridge: { networks: [{ mode: 'container/bridge' }], container: { ...DOCKER, portMappings: [{ containerPort: 8080, hostPort: 0 }] } },
  'container (an address for each task)': {
    networks: [{ mode: 'container', name: 'dcos' }],
    container: { ...DOCKER, portMappings: [{ containerPort: 8080 }] },
  },
};
const LEGACY = {
  host: { networks: undefined, ports: [0] },
  bridge: {
    networks: undefined,
    container: { type: 'DOCKER', docker: { image: 'shop', network: 'BRIDGE', portMappings: [{ containerPort: 8080, hostPort: 0 }] } },
  },
  'container (an address for each task)': {
    networks: undefined,
    ipAddress: { networkName: 'dcos' },
    container: { type: 'DOCKER', docker: { image: 'shop', network: 'USER', portMappings: [{ containerPort: 8080 }] } },
  },
};

const VERSIONS: readonly (readonly [PersonalityName, Readonly<Record<string, object>>])[] = [
  ['legacy', LEGACY],
  ['1.5', MODERN],
  ['1.8', MODERN],
  ['1.10', { ...MODERN, 'host, in the words of 1.4': LEGACY.host, 'bridge, in the words of 1.4': LEGACY.bridge }],
];

for (const [personality, networks] of VERSIONS) {
  describe(`Marathon ${personality}`, () => {
    it('tasks in every mode of networking are reached where they are, also after a scale', async (t) => {
      const edge = await openEdge(t, { standIn: { personality } });
      const apps = Object.entries(networks).map(([mode, network], index) => ({
        mode,
        id: `/net/app-${index}`,
        host: `app-${index}.example`,
        network,
      }));
      await Promise.all(
        apps.map(async ({ id, network }) => edge.deploy('POST', '/v2/apps', anAppDefinition(id, { instances: 1, ...network }))),
      );
      for (const { mode, id, host } of apps) {
        const answer = await edge.until(200, host);
        assert.deepEqual(
          [answer.task],
          edge.standIn.tasks(id).map((task) => task.id),
          mode,
        );
      }
      await Promise.all(apps.map(async ({ id }) => edge.deploy('PUT', `/v2/apps${id}`, { instances: 3 })));
      for (const { mode, id, host } of apps) {
        const clients = await steadyClients(t, [{ host, port: edge.ports.http }], { kept: 2, fresh: 2, pauseMs: 2 });
        const { failures, byTask } = await clients.stop();
        assert.deepEqual(failures, [], mode);
        assert.deepEqual(
          [...byTask.keys()].sort(),
          edge.standIn
            .tasks(id)
            .map((task) => task.id)
            .sort(),
          mode,
        );
      }
    });
  });
}
