import { haproxy26, without } from './builders.ts';
import { never } from '../../src/kit/never.ts';
import type { Backend, Desired, Server, ServerState } from '../../src/desired/desired.ts';
import { profileNameOf, takesServers } from '../../src/desired/profile.ts';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import type { HealthTable, Observed, ObservedBackend, ObservedServer, Scope, ServerHealth } from '../../src/plan/observed.ts';
import type { RuntimeStep } from '../../src/plan/plan.ts';
import { beginningDown, beginWith, type StartsDown } from '../../src/plan/starting-health.ts';

interface SimulatedBackend {
  readonly name: string;
  readonly shape: string | undefined;
  readonly servers: Map<string, ObservedServer>;
}

const toObserved = (server: Server): ObservedServer => ({
  name: server.name,
  id: server.id,
  address: server.address,
  port: server.port,
  weight: server.weight,
  checkPort: server.checkPort ?? 0,
  state: server.state,
  connections: 0,
  ...(server.startsDown ? { up: false, unchecked: true } : { up: true }),
});

const toBackend = ({ name, shape, servers }: Backend): SimulatedBackend => ({
  name,
  shape,
  servers: new Map(servers.map((server) => [server.name, toObserved({ ...server, startsDown: false })])),
});

const required = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`HAProxy would refuse: no ${what}`);
  return value;
};

const healthAtStart = (because: StartsDown['because']): ServerHealth =>
  because === 'unseen' ? { up: false, unchecked: true } : { up: false };

/** HAProxy as far as plans are about it, with its rules for what may be done to what: a step that HAProxy would refuse throws. */
export class Simulator {
  readonly #capabilities: Capabilities;
  #fingerprint: string | undefined;
  #profiles = new Set<string>();
  #backends = new Map<string, SimulatedBackend>();
  #maps = new Map<string, Map<string, string>>();
  #pid = 0;

  constructor(capabilities: Capabilities) {
    this.#capabilities = capabilities;
  }

  /** A new worker, which has loaded this. `health`: as the one before saw its servers. */
  reload(wanted: Desired, health: HealthTable = new Map()): void {
    const desired = beginWith(wanted, health);
    const down = beginningDown(desired, health);
    this.#pid += 1;
    this.#fingerprint = fingerprint(desired);
    this.#profiles = new Set(desired.profiles.keys());
    this.#backends = new Map([...desired.backends].map(([name, backend]) => [name, toBackend(backend)]));
    this.#maps = new Map([...desired.maps].map(([name, entries]) => [name, new Map(entries)]));
    for (const { backend, server, because } of down) this.#change(backend, server.name, healthAtStart(because));
  }

  observe(scope: Scope): Observed {
    const names = scope === 'all' ? this.#backends.keys() : scope.backends;
    const backends = [...names].flatMap((name) => this.#backends.get(name) ?? []);
    return {
      fingerprint: this.#fingerprint,
      pid: this.#pid,
      scope,
      backends: new Map(
        backends.map((backend): [string, ObservedBackend] => [backend.name, { ...backend, servers: new Map(backend.servers) }]),
      ),
      maps: this.#observeMaps(scope),
    };
  }

  /** Requests that run on a server: it cannot be deleted until they have ended. */
  setConnections(backend: string, server: string, connections: number): void {
    this.#change(backend, server, { connections });
  }

  /** HAProxy's checks of all servers have this result. */
  finishChecks(up: boolean): void {
    for (const { servers } of this.#backends.values())
      for (const [name, server] of servers) servers.set(name, { ...without(server, 'unchecked'), up });
  }

  /** So much time passes that no request is on its way to a server that was retired. */
  rest(): void {
    for (const { servers } of this.#backends.values())
      for (const [name, server] of servers) servers.set(name, without(server, 'justRetired'));
  }

  apply(steps: readonly RuntimeStep[]): void {
    for (const step of steps) this.#apply(step);
  }

  /** Entries that lead to a backend that is not there. */
  deadEnds(): readonly string[] {
    const led = ['routes', 'apps'].flatMap((map) => [...(this.#maps.get(map) ?? [])]);
    return led.filter(([, backend]) => !this.#backends.has(backend)).map(([key, backend]) => `${key} -> ${backend}`);
  }

  #observeMaps(scope: Scope): Observed['maps'] {
    if (scope === 'all') return new Map([...this.#maps].filter(([name]) => name !== 'backends').map(([name, map]) => [name, new Map(map)]));
    return new Map([...scope.mapKeys].map(([name, keys]) => [name, new Map([...this.#map(name)].filter(([key]) => keys.has(key)))]));
  }

  #apply(step: RuntimeStep): void {
    switch (step.kind) {
      case 'add-backend':
        this.#addBackend(step.backend);
        break;
      case 'add-server':
        this.#addServer(step.backend, step.server);
        break;
      case 'set-weight':
        this.#dynamic(step.backend);
        this.#change(step.backend, step.server, { weight: step.weight });
        break;
      case 'set-check-port':
        this.#change(step.backend, step.server, { checkPort: step.port });
        break;
      case 'set-up':
        this.#setUp(step.backend, step.server);
        break;
      case 'set-state':
        this.#setState(step.backend, step.server, step.state);
        break;
      case 'set-address':
        this.#setAddress(step.backend, step.server);
        break;
      case 'add-map-entry':
        if (this.#map(step.map).has(step.key)) throw new Error(`HAProxy would have '${step.key}' twice`);
        this.#map(step.map).set(step.key, step.value);
        break;
      case 'set-map-entry':
        required(this.#map(step.map).get(step.key), `entry '${step.key}'`);
        this.#map(step.map).set(step.key, step.value);
        break;
      case 'remove-map-entry':
        required(this.#map(step.map).get(step.key), `entry '${step.key}'`);
        this.#map(step.map).delete(step.key);
        break;
      case 'retire-server':
        this.#change(step.backend, step.server, { state: 'maint', justRetired: true });
        break;
      case 'delete-server':
        this.#deleteServer(step.backend, step.server);
        break;
      case 'delete-backend':
        this.#deleteBackend(step.backend);
        break;
      default:
        never(step);
    }
  }

  #addBackend(backend: Backend): void {
    if (!this.#capabilities.addBackend) throw new Error('this HAProxy knows no `add backend`');
    if (!this.#profiles.has(backend.profile.name)) throw new Error(`HAProxy would refuse: no defaults '${backend.profile.name}'`);
    if (this.#backends.has(backend.name)) throw new Error(`backend ${backend.name} is there`);
    this.#backends.set(backend.name, toBackend({ ...backend, servers: [] }));
  }

  /** Out of maint a server is up: HAProxy forgets there what its checks had found. */
  #setState(backend: string, name: string, state: ServerState): void {
    const before = this.#server(backend, name);
    const anew = { ...without(without(before, 'unchecked'), 'justRetired'), up: true };
    this.#backend(backend).servers.set(name, { ...(before.state === 'maint' ? anew : before), state });
  }

  #setUp(backend: string, name: string): void {
    const { unchecked, ...server } = this.#server(backend, name);
    if (unchecked !== true) throw new Error(`${backend}/${name} was checked: what Marathon says counts no more`);
    this.#backend(backend).servers.set(name, { ...server, up: true });
  }

  #setAddress(backend: string, { name, address, port, state, startsDown }: Server): void {
    this.#setState(backend, name, 'maint');
    this.#setState(backend, name, state);
    this.#change(backend, name, { address, port, ...(startsDown ? { up: false, unchecked: true } : {}) });
  }

  #addServer(backend: string, server: Server): void {
    this.#dynamic(backend);
    const { servers } = this.#backend(backend);
    if (server.cookie !== undefined && !this.#capabilities.cookieOnNewServer) throw new Error("'cookie' option is not accepted");
    if (servers.has(server.name)) throw new Error('Already exists a server with the same name in backend.');
    if (servers.values().some(({ id }) => id === server.id)) throw new Error(`custom id ${server.id} already used`);
    servers.set(server.name, toObserved(server));
  }

  #deleteServer(backend: string, name: string): void {
    this.#dynamic(backend);
    const server = this.#server(backend, name);
    if (server.state !== 'maint') throw new Error('Only servers in maintenance mode can be deleted.');
    if (server.justRetired === true) throw new Error('HAProxy might crash: a request may be on its way to it');
    if (server.connections > 0) throw new Error('Server still has connections attached to it, cannot remove it.');
    this.#backend(backend).servers.delete(name);
  }

  #deleteBackend(name: string): void {
    if (!this.#capabilities.addBackend) throw new Error('this HAProxy knows no `del backend`');
    if (this.#backend(name).servers.size > 0) throw new Error(`backend ${name} has servers`);
    this.#backends.delete(name);
  }

  #dynamic(name: string): void {
    if (!takesServers(profileNameOf(this.#backend(name).shape ?? ''))) throw new Error('Backend must use a dynamic load balancing');
  }

  #change(backend: string, name: string, changes: Partial<ObservedServer>): void {
    this.#backend(backend).servers.set(name, { ...this.#server(backend, name), ...changes });
  }

  #map(name: string): Map<string, string> {
    return required(this.#maps.get(name), `map ${name}`);
  }

  #backend(name: string): SimulatedBackend {
    return required(this.#backends.get(name), `backend ${name}`);
  }

  #server(backend: string, name: string): ObservedServer {
    return required(this.#backend(backend).servers.get(name), `server ${backend}/${name}`);
  }
}

/** The part of an observation that a new worker begins with. */
export const healthIn = ({ backends }: Pick<Observed, 'backends'>): HealthTable =>
  new Map([...backends].map(([name, { servers }]) => [name, servers]));

/** HAProxy as it is right after it loaded this. */
export const anObserved = (desired: Desired, scope: Scope = 'all'): Observed => {
  const simulator = new Simulator(haproxy26);
  simulator.reload(desired);
  return simulator.observe(scope);
};
