import { checkPorts } from '../check-ports.ts';
import type { Server } from '../desired.ts';
import { claim, type Context, type PortDraft } from '../port-draft.ts';
import { shapeOf } from '../profile.ts';

/** With the port that is checked, where that is not the server's own. */
const withCheckPort =
  (ports: ReadonlyMap<string, number>) =>
  (server: Server): Server => ({ ...server, checkPort: ports.get(server.name) ?? server.port });

/** The backend, also without servers: an app that comes and goes must not cost a reload each time. */
export const makeBackend = (draft: PortDraft, context: Context): void => {
  const { name, profile, serverOptions } = draft;
  if (profile === undefined) return;
  if (serverOptions.check?.portOfServer === true) {
    const checked = withCheckPort(checkPorts(draft, context));
    draft.servers = draft.servers.map(checked);
    draft.ending = draft.ending.map(checked);
    if (draft.alone !== undefined)
      draft.alone = { ...draft.alone, servers: draft.alone.servers.map(checked), ending: draft.alone.ending.map(checked) };
  }
  const { servers, ending } = draft;
  const shape = shapeOf(profile, serverOptions);
  const shared = draft.isShared === undefined ? {} : { isShared: draft.isShared };
  draft.backend = claim(context, draft, { name, profile, serverOptions, shape, servers, ending, ...shared });
};
