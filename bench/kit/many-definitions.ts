import type { AppInput } from '../../src/demo/specs/app-schema.ts';
import { ownTexts } from './overriding.ts';

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

/**
 * `count` apps of `tasks` tasks, as the stand-in is seeded with. Without health checks: thousands of them would be a load of their own.
 * @param overriding percent of them with texts in place of templates
 */
export const manyDefinitions = (count: number, tasks: number, overriding: number): readonly AppInput[] =>
  Array.from({ length: count }, (_, index) => {
    const app = aDefinition(`app${index}`, tasks);
    return { ...app, labels: { ...app.labels, ...ownTexts(index, overriding) } };
  });
