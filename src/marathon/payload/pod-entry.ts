import type { App } from '../../model/app.ts';
import { sinceOf } from '../../model/since.ts';
import { readTasks, type ReadApp, wrongShape } from './entry.ts';
import { checksOfPod, endpointsOf, type PodEndpoint, portsOfEndpoints } from './pod-endpoints.ts';
import { toPodTask } from './pod-instance.ts';
import { podStatusSchema, type RawPod } from './pod-schema.ts';

const toApp = (pod: RawPod, endpoints: readonly PodEndpoint[]): App => ({
  id: pod.id,
  kind: 'pod',
  labels: pod.labels ?? {},
  instances: pod.scaling?.instances ?? 1,
  version: pod.version ?? '',
  // Marathon does not tell of a pod when it was only scaled.
  lastConfigChangeAt: pod.version ?? '',
  // An entry without a mode is a container network: Marathon's default.
  network: pod.networks?.[0] === undefined ? 'host' : (pod.networks[0].mode ?? 'container'),
  ports: [],
  definedPorts: portsOfEndpoints(endpoints),
  healthChecks: checksOfPod(pod, endpoints),
});

/** A pod and its instances as Marathon's /v2/pods/{id}::status has them, as an app and its tasks. Never throws: what has a wrong shape is left out and told. */
export const toPodEntry = (raw: unknown): ReadApp => {
  const parsed = podStatusSchema.safeParse(raw);
  if (!parsed.success) return wrongShape('pod', raw, parsed.error);
  const { spec, instances } = parsed.data;
  const endpoints = endpointsOf(spec);
  const app = toApp(spec, endpoints);
  const tasks = readTasks(app.id, instances ?? [], (one) => toPodTask(one, endpoints, app));
  return { appId: app.id, value: { app, tasks: tasks.value, since: sinceOf(app) }, problems: tasks.problems };
};
