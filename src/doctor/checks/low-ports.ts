import { type Check, fail, ok, warn } from '../check.ts';
import { flagPorts } from '../listeners.ts';
import { portRights } from '../privileges.ts';

const fixFor = (lowest: number): string =>
  `sysctl -w net.ipv4.ip_unprivileged_port_start=${lowest}   # or run it as root, or with the capability NET_BIND_SERVICE (ambient)`;

export const lowPorts: Check = {
  name: 'low-ports',
  find: async ({ settings }) => {
    const { lowest, lowestOfChildren } = await portRights();
    const wanted = flagPorts(settings).map(({ who, flag, port }) => ({ flag, port, from: who === 'haproxy' ? lowestOfChildren : lowest }));
    const refused = wanted.filter(({ port, from }) => port < from);
    if (refused.length > 0) {
      const named = refused.map(({ flag, port }) => `${flag} ${port}`).join(', ');
      return [
        fail(`${named}: ports below ${lowestOfChildren} may not be listened on`, fixFor(Math.min(...refused.map(({ port }) => port)))),
      ];
    }
    if (lowestOfChildren <= 1) return [ok('all may be listened on')];
    const message = `apps that want a service port below ${lowestOfChildren} would be refused it`;
    return settings.bindServicePorts && lowestOfChildren > 1024
      ? [warn(message, fixFor(1024))]
      : [ok(`none below ${lowestOfChildren} is needed; ${message}`)];
  },
};
