import type { PodSpec } from './run-spec.ts';

/** A pod as Marathon writes it. */
export function podJson({ id, version, definition }: PodSpec): Record<string, unknown> {
  const { labels, environment, containers, ...rest } = definition;
  return {
    id,
    version,
    labels,
    ...(Object.keys(environment).length === 0 ? {} : { environment }),
    containers: containers.map(({ environment: own, endpoints, ...container }) => ({
      ...container,
      ...(endpoints.length === 0 ? {} : { endpoints }),
      ...(Object.keys(own).length === 0 ? {} : { environment: own }),
    })),
    ...rest,
    executorResources: { cpus: 0.1, mem: 32, disk: 10 },
  };
}
