import type { AppEntry } from '../model/model.ts';
import type { Task } from '../model/task.ts';
import { admit } from './admission.ts';
import { checkedIndex } from './checked-port.ts';
import type { Server } from './desired.ts';
import { serverName } from './names.ts';
import { type Context, type PortDraft } from './port-draft.ts';

type Place = Pick<Server, 'name' | 'port'>;

/** Where a task has one of its app's ports, whatever state it is in; undefined: nowhere that may be asked. */
const placeOf = ({ app }: AppEntry, task: Task, index: number, draft: PortDraft, { hosts, options }: Context): Place | undefined => {
  const port = app.ports[index];
  if (port === undefined) return undefined;
  const at = admit(app, port, { ...task, state: 'TASK_RUNNING', health: 'healthy' }, hosts, options, draft.servicePort);
  return at.kind === 'in' ? { name: serverName(at.host, at.address, at.port), port: at.port } : undefined;
};

/**
 * Of each server's own task the port that is checked in place of the server's, by the server's name. Marathon-LB paired the two by their order, and
 * could check another task's. A task without that port is checked at its own.
 */
export const checkPorts = (draft: PortDraft, context: Context): ReadonlyMap<string, number> => {
  const other = checkedIndex(context.entry.app, draft.index, draft.settings, context.options.compat);
  const ports = new Map<string, number>();
  if (other === undefined) return ports;
  for (const entry of context.entries)
    for (const task of entry.tasks.values()) {
      const server = placeOf(entry, task, draft.index, draft, context);
      const checked = placeOf(entry, task, other, draft, context);
      if (server !== undefined && checked !== undefined) ports.set(server.name, checked.port);
    }
  return ports;
};
