import type { SwapReport } from './finding.ts';
import type { MarathonLb } from './marathon-lb-app.ts';

/** As in deploy/marathon.json, which says why in docs/container.md. */
const CONTAINER_PARAMETERS = [
  { key: 'read-only', value: 'true' },
  { key: 'tmpfs', value: '/tmp' },
  { key: 'tmpfs', value: '/run/sluice:uid=65532,gid=65532,mode=700' },
  { key: 'volume', value: 'sluice-state:/var/lib/sluice' },
  { key: 'cap-drop', value: 'ALL' },
  { key: 'cap-add', value: 'NET_BIND_SERVICE' },
  { key: 'ulimit', value: 'nofile=65536:65536' },
] as const;

/** Seconds: longer than the drain and the stop together. */
const KILL_GRACE_SECONDS = 45;

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const part = (value: unknown, ...names: readonly string[]): Json =>
  isRecord(value) ? Object.fromEntries(names.flatMap((name) => (value[name] == null ? [] : [[name, value[name]]]))) : {};

/** A new one needs the ports of an old one: with as many as there are, all at once, none could begin. */
const upgradeOf = ({ upgradeStrategy }: Json): Json =>
  Number(part(upgradeStrategy, 'minimumHealthCapacity')['minimumHealthCapacity'] ?? 1) < 1
    ? {}
    : { upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 } };

/** What of its definition is to be another when its image is this one. Arguments, environment, ports, fetched files and volumes stay. */
export const swapOf = ({ appId, image, raw }: MarathonLb, newImage: string): SwapReport => {
  const { container } = raw;
  const docker = isRecord(container) ? container['docker'] : undefined;
  return {
    appId,
    image,
    change: {
      container: {
        type: 'DOCKER',
        ...part(container, 'volumes', 'portMappings'),
        docker: {
          image: newImage,
          ...part(docker, 'network', 'portMappings', 'forcePullImage', 'pullConfig'),
          parameters: CONTAINER_PARAMETERS,
        },
      },
      taskKillGracePeriodSeconds: KILL_GRACE_SECONDS,
      ...upgradeOf(raw),
    },
  };
};
