import type { HealthCheck } from '../../model/app.ts';
import type { RawHealthCheck } from './app-schema.ts';
import type { AppPorts } from './ports.ts';

const COMMANDS: ReadonlySet<string> = new Set(['COMMAND', 'MESOS_COMMAND']);

/** Index in the app's list of service ports, in its definition where it has none; undefined where the check is not about one of these. */
const portIndexOf = (check: RawHealthCheck, { ports, definedPorts = [], indexOf }: AppPorts): number | undefined => {
  const { portIndex, port } = check;
  if (port != null || COMMANDS.has(check.protocol ?? '')) return undefined;
  if (typeof portIndex !== 'string') return indexOf[portIndex ?? 0];
  const index = (ports.length > 0 ? ports : definedPorts).findIndex(({ name }) => name === portIndex);
  return index < 0 ? undefined : index;
};

/** Defaults are Marathon's own: it fills them in since 1.5. */
export const toHealthCheck = (check: RawHealthCheck, ports: AppPorts): HealthCheck => {
  const portIndex = portIndexOf(check, ports);
  return {
    protocol: check.protocol ?? 'HTTP',
    ...(check.path == null ? {} : { path: check.path }),
    ...(portIndex === undefined ? {} : { portIndex }),
    ...(check.port == null ? {} : { port: check.port }),
    intervalSeconds: check.intervalSeconds ?? 60,
    timeoutSeconds: check.timeoutSeconds ?? 20,
    maxConsecutiveFailures: check.maxConsecutiveFailures ?? 3,
    gracePeriodSeconds: check.gracePeriodSeconds ?? 300,
  };
};
