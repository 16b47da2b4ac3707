import { globalsOf, openFilesFor, openFilesLimit } from '../../startup/from-settings.ts';
import { type Check, ok, warn } from '../check.ts';

/** What is served where nobody says how much. */
const USUAL_CONNECTIONS = 10_000;

export const openFiles: Check = {
  name: 'open-files',
  find: async ({ settings }) => {
    const limit = openFilesLimit();
    const wanted = settings.maxConnections ?? USUAL_CONNECTIONS;
    const needed = openFilesFor(wanted);
    if (limit >= needed) return [ok(`${limit} may be open, ${needed} are needed for ${wanted} connections`)];
    const outcome =
      settings.maxConnections === undefined
        ? `${globalsOf(settings, '').maxConnections} connections in place of ${wanted} are taken at once`
        : `${needed} are needed for --maxconn ${wanted}`;
    return [
      warn(
        `${limit} may be open (hard limit): ${outcome}`,
        `ulimit -Hn ${needed}   # systemd: LimitNOFILE=${needed}; container: --ulimit nofile=${needed}`,
      ),
    ];
  },
};
