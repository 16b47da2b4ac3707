import type { ServerState } from '../desired/desired.ts';
import type { ObservedServer } from '../plan/observed.ts';

/** Backend -> server -> what HAProxy says of it. */
export type ServerTable = ReadonlyMap<string, ReadonlyMap<string, ObservedServer>>;

// Bits of srv_admin_state, HAProxy management guide 9.3 "show servers state". 4 (disabled in the config file) is only a memory: it stays
// set after `set server … state ready`.
const IN_MAINT = 0x01 | 0x02 | 0x20 | 0x40;
const IN_DRAIN = 0x08 | 0x10;
// Bit of srv_check_state: a check is configured.
const CHECKED = 0x02;

const toState = (adminBits: number): ServerState => {
  if ((adminBits & IN_MAINT) !== 0) return 'maint';
  return (adminBits & IN_DRAIN) === 0 ? 'ready' : 'drain';
};

/** Rows under a header line that starts with '# ' (the columns differ from version to version), as functions from column to text. */
function* rows(text: string): Generator<(column: string) => string> {
  let columns = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line.startsWith('# '))
      columns = new Map(
        line
          .slice(2)
          .split(' ')
          .map((name, index) => [name, index]),
      );
    else if (line.includes(' ')) {
      const words = line.split(' ');
      yield (column) => words[columns.get(column) ?? -1] ?? '';
    }
  }
}

const toServer = (of: (column: string) => string, connections: number): ObservedServer => ({
  name: of('srv_name'),
  id: Number(of('srv_id')),
  address: of('srv_addr'),
  port: Number(of('srv_port')),
  weight: Number(of('srv_uweight')),
  state: toState(Number(of('srv_admin_state'))),
  connections,
  up: (Number(of('srv_check_state')) & CHECKED) === 0 || Number(of('srv_op_state')) !== 0,
});

const parseConnections = (text: string): ReadonlyMap<string, number> => {
  const connections = new Map<string, number>();
  for (const of of rows(text)) connections.set(of('bkname/svname'), Number(of('used_cur')));
  return connections;
};

/** From the answers to `show servers state` and `show servers conn`, of one backend or of all. */
export const parseServers = (stateText: string, connectionsText: string): ServerTable => {
  const connections = parseConnections(connectionsText);
  const backends = new Map<string, Map<string, ObservedServer>>();
  for (const of of rows(stateText)) {
    const backend = of('be_name');
    const servers = backends.get(backend) ?? new Map<string, ObservedServer>();
    backends.set(backend, servers);
    servers.set(of('srv_name'), toServer(of, connections.get(`${backend}/${of('srv_name')}`) ?? 0));
  }
  return backends;
};
