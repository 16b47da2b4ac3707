import type { ZddApp } from '../../src/zdd/app.ts';
import type { Cluster } from './cluster.ts';
import { zddLabels } from './world.ts';

/** What is deployed. Nulls are left out of it. */
export const DEFINITION = {
  id: 'nginx',
  instances: 3,
  cmd: './sérve',
  env: null,
  container: { type: 'DOCKER', portMappings: [{ containerPort: 80, servicePort: 10_000, name: null }] },
  labels: { HAPROXY_GROUP: 'external', HAPROXY_DEPLOYMENT_GROUP: 'nginx', HAPROXY_DEPLOYMENT_ALT_PORT: '10001' },
};

export const blue = ({ world }: Cluster, instances = 3): void =>
  world.create({ id: '/nginx-blue', instances, labels: zddLabels('blue', 3), ports: [10_000] } as unknown as ZddApp);

export const green = ({ world }: Cluster, instances = 1, beside = 0): void =>
  world.create({ id: '/nginx-green', instances, labels: zddLabels('green', 3, beside), ports: [10_001] } as unknown as ZddApp);

/** What was changed, or tried to be. */
export const whats = ({ changes }: Cluster): readonly string[] => changes.map(({ what }) => what);

/** '/nginx-blue 3' of each app that is there. */
export const instances = ({ world }: Cluster): readonly string[] => [...world.apps.values()].map((app) => `${app.id} ${app.instances}`);
