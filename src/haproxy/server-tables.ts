import type { ServerState } from '../desired/desired.ts';
import type { HealthTable, ObservedServer, ServerHealth } from '../plan/observed.ts';

/** Backend -> server -> what HAProxy says of it. */
export type ServerTable = ReadonlyMap<string, ReadonlyMap<string, ObservedServer>>;

// Bits of srv_admin_state, HAProxy management guide 9.3 "show servers state". 4 (disabled in the config file) is only a memory: it stays
// set after `set server … state ready`.
const IN_MAINT = 0x01 | 0x02 | 0x20 | 0x40;
const IN_DRAIN = 0x08 | 0x10;
// Bit of srv_check_state: a check is configured.
const CHECKED = 0x02;
// Values of srv_check_status up to this one: no check has ended yet.
const INITIALIZING = 1;
// Values of srv_check_result from this one on: the last check passed. With `rise 1`, as we always have it, that is up.
const PASSED = 3;
/**
 * How long a request may be on its way to a server that takes none any more: six tries (`retries 5`) of 3 s (`timeout connect`), a second apart.
 * In between it counts nowhere, and HAProxy 2.6.12 answers 503, closes without an answer or crashes when its server has been deleted.
 */
const LONGEST_RETRY_SECONDS = 25;

const toState = (adminBits: number): ServerState => {
  if ((adminBits & IN_MAINT) !== 0) return 'maint';
  return (adminBits & IN_DRAIN) === 0 ? 'ready' : 'drain';
};

/** What is read of `show servers state`; the other columns are of no use to us. */
const STATE_COLUMNS = [
  'be_name',
  'srv_name',
  'srv_id',
  'srv_addr',
  'srv_port',
  'srv_uweight',
  'srv_check_port',
  'srv_admin_state',
  'srv_op_state',
  'srv_check_state',
  'srv_check_status',
  'srv_check_result',
  'srv_time_since_last_change',
] as const;

/** Whether this is an answer to `show servers state`, and not a piece of one or an error. */
export const isServerTable = (text: string): boolean => /^\d+\n# be_id /.test(text.trimStart());

/** These columns of the rows under a header line that starts with '# ': which columns there are, and where, differs from version to version. */
function* rows(text: string, wanted: readonly string[]): Generator<readonly string[]> {
  let places: readonly number[] = [];
  let width = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) {
      const columns = line.slice(2).split(' ');
      places = wanted.map((name) => columns.indexOf(name));
      width = Math.max(...places) + 1;
    } else if (width > 0 && line !== '') {
      // With 25,000 servers most of the time goes here: words behind the last wanted one are not made.
      const words = line.split(' ', width);
      yield places.map((place) => words[place] ?? '');
    }
  }
}

const toHealth = (checkState: string, opState: string, checkStatus: string, checkResult: string): ServerHealth => {
  const up = (Number(checkState) & CHECKED) === 0 || Number(opState) !== 0;
  const byCheck = Number(checkStatus) > INITIALIZING && Number(checkResult) < PASSED;
  return up || byCheck ? { up } : { up, unchecked: true };
};

const toRest = (sinceSeconds: number): Pick<ObservedServer, 'justRetired' | 'restSeconds'> =>
  sinceSeconds < LONGEST_RETRY_SECONDS ? { justRetired: true, restSeconds: LONGEST_RETRY_SECONDS - sinceSeconds } : {};

const toServer = (row: readonly string[], connections: number): ObservedServer => {
  const [, name = '', id, address = '', port, weight, checkPort, adminState, opState = '', ...rest] = row;
  const [checkState = '', checkStatus = '', checkResult = '', sinceChange] = rest;
  const state = toState(Number(adminState));
  return {
    name,
    id: Number(id),
    address,
    port: Number(port),
    weight: Number(weight),
    checkPort: Number(checkPort),
    state,
    connections,
    ...toHealth(checkState, opState, checkStatus, checkResult),
    ...(state === 'maint' ? toRest(Number(sinceChange)) : {}),
  };
};

/** HAProxy's number of the backend, from the answer to `show servers state` of it; none: it has no server. */
export const parseBackendId = (stateText: string): string => {
  for (const [id = ''] of rows(stateText, ['be_id'])) return id;
  return 'none';
};

/** The columns that tell a server's health, and no more of them: this is read while a reload waits. */
const HEALTH_COLUMNS = ['be_name', 'srv_name', 'srv_check_state', 'srv_op_state', 'srv_check_status', 'srv_check_result'] as const;

/** From the answer to `show servers state`. */
export const parseHealth = (stateText: string): HealthTable => {
  const backends = new Map<string, Map<string, ServerHealth>>();
  for (const [backend = '', server = '', checkState = '', opState = '', status = '', result = ''] of rows(stateText, HEALTH_COLUMNS)) {
    const servers = backends.get(backend) ?? new Map<string, ServerHealth>();
    backends.set(backend, servers);
    servers.set(server, toHealth(checkState, opState, status, result));
  }
  return backends;
};

/** 'backend/server' -> connections, without the many that have none. */
const parseConnections = (text: string): ReadonlyMap<string, number> => {
  const connections = new Map<string, number>();
  for (const [path = '', used = '0'] of rows(text, ['bkname/svname', 'used_cur'])) if (used !== '0') connections.set(path, Number(used));
  return connections;
};

/** From the answers to `show servers state` and `show servers conn`, of one backend or of all. */
export const parseServers = (stateText: string, connectionsText: string): ServerTable => {
  const connections = parseConnections(connectionsText);
  const backends = new Map<string, Map<string, ObservedServer>>();
  for (const row of rows(stateText, STATE_COLUMNS)) {
    const [backend = '', server = ''] = row;
    const servers = backends.get(backend) ?? new Map<string, ObservedServer>();
    backends.set(backend, servers);
    servers.set(server, toServer(row, connections.get(`${backend}/${server}`) ?? 0));
  }
  return backends;
};
