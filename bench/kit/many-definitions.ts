import type { AppInput } from '../../src/demo/specs/app-schema.ts';

/** An app with one port and one virtual host, `<name>.example`. */
export const aDefinition = (name: string, instances: number, more: Partial<AppInput> = {}): AppInput => ({
  id: `/bench/${name}`,
  cmd: './serve',
  cpus: 0.1,
  mem: 32,
  instances,
  networks: [{ mode: 'host' }],
  labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: hostOf(name) },
  ...more,
});

export const hostOf = (name: string): string => `${name}.example`;

/** `count` apps of `tasks` tasks, as the stand-in is seeded with. Without health checks: thousands of them would be a load of their own. */
export const manyDefinitions = (count: number, tasks: number): readonly AppInput[] =>
  Array.from({ length: count }, (_, index) => aDefinition(`app${index}`, tasks));
