import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, describe, it, type TestContext } from 'node:test';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import { anAppDefinition, getFrom } from '../kit/edge.ts';
import { lastly } from '../kit/lastly.ts';
import { buildSluiceImage, type SluiceImage } from '../kit/sluice-image.ts';
import { SteadyClients } from '../kit/steady-clients.ts';
import { sawNoFailure } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

const built = await buildSluiceImage();
const skip = typeof built === 'string' ? built : false;
const image = built as SluiceImage;
after(async () => typeof built !== 'string' && built.close());

/** As docs/container.md says. Podman makes folders for temporary files that nobody asked for, if not told otherwise. */
const TIGHT = [
  ...['--read-only', '--read-only-tmpfs=false', '--tmpfs', '/tmp', '--mount', 'type=tmpfs,destination=/run/sluice,U=true'],
  ...['--cap-drop', 'ALL', '--cap-add', 'NET_BIND_SERVICE'],
];
/** Docker gives a user who is not root no ambient capabilities, podman does. With this as the entrypoint, and these arguments, it is as with Docker. */
const WITHOUT_AMBIENT = { entrypoint: 'setpriv', args: ['--ambient-caps=-all', '--inh-caps=-all', '/sluice/container/entry.sh'] } as const;

const podman = async (...args: readonly string[]): Promise<string> => image.containers.do('podman', args, 90_000);

const logOf = async (id: string): Promise<string> => {
  const { stdout, stderr } = await image.containers.run('podman', ['logs', id]);
  return `${stdout}\n${stderr}`;
};

/** A command in a container of its own, to its end. */
const once = async (args: readonly string[], flags: readonly string[] = []) =>
  image.containers.run('podman', ['run', '--rm', ...image.containers.needed, ...flags, image.id, ...args]);

const shell = async (command: string): Promise<string> =>
  (await once(['-c', command], ['--entrypoint', 'sh', '--cap-drop', 'ALL', '--cap-add', 'NET_BIND_SERVICE'])).stdout;

interface Running {
  readonly id: string;
  /** Where HAProxy listens, by nobody but this container. */
  readonly address: string;
  readonly ports: { readonly http: number; readonly https: number; readonly stats: number; readonly appId: number };
  readonly standIn: StandIn;
  readonly clients: SteadyClients;
}

const isFree = async (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });

/** Four that only root may open, or who has the right to. At an address of one's own they are taken only where somebody listens at all addresses. */
const lowPorts = async (address: string): Promise<Running['ports']> => {
  const free: number[] = [];
  for (let port = 80; port < 1024 && free.length < 4; port++) if (await isFree(address, port)) free.push(port);
  assert.equal(free.length, 4, `no four ports below 1024 are free at ${address}`);
  const [http = 0, https = 0, stats = 0, appId = 0] = free;
  return { http, https, stats, appId };
};

const untilServed = async ({ address, ports, id }: Pick<Running, 'address' | 'ports' | 'id'>): Promise<void> => {
  const end = await waitFor('shop.example answers, or the container has ended', async () => {
    const answer = await getFrom(`http://${address}:${ports.http}/`, { host: 'shop.example' }).catch(() => undefined);
    if (answer?.status === 200) return 'served';
    return (await podman('inspect', '--format', '{{.State.Running}}', id)) === 'false' && 'ended';
  });
  assert.equal(end, 'served', await logOf(id));
};

/** The container on an address of its own, with the arguments of a Marathon-LB container, serving /shop to clients that never stop asking. */
const running = async (t: TestContext, flags: readonly string[], command: readonly string[] = []): Promise<Running> => {
  const standIn = await startStandIn({ timeScale: 0.05 });
  lastly(t, async () => standIn.close());
  const answer = await fetch(`${standIn.url}/v2/apps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(anAppDefinition('/shop')),
  });
  assert.equal(answer.status, 201);
  const address = `${(standIn.agents[0]?.host ?? '').split('.').slice(0, 2).join('.')}.250.1`;
  const ports = await lowPorts(address);
  const id = await podman(
    ...['run', '--detach', ...image.containers.needed, ...TIGHT, ...flags, image.id, ...command],
    ...['sse', '--marathon', standIn.url, '--group', 'external', '--bind-address', address, '--api-listen', 'off'],
    ...['--http-port', String(ports.http), '--https-port', String(ports.https), '--stats-port', String(ports.stats)],
    ...['--app-id-port', String(ports.appId), '--maxconn', '1000', '--dont-bind-service-ports', '--drain-grace', '5'],
  );
  lastly(t, async () => podman('rm', '--force', '--volumes', '--time', '0', id));
  await untilServed({ id, address, ports });
  const clients = new SteadyClients([{ host: 'shop.example', address, port: ports.http }], { kept: 2, fresh: 2 });
  lastly(t, async () => clients.stop());
  return { id, address, ports, standIn, clients };
};

const healthOf = async ({ address, ports }: Running): Promise<number> =>
  (await getFrom(`http://${address}:${ports.stats}/_haproxy_health_check`)).status;

/** 'PID STATE NAME' of each process in the container but those that ask. */
const processes = async ({ id }: Running): Promise<readonly string[]> => {
  const each = 'for p in /proc/[0-9]*; do sed -n "s/^\\([0-9]*\\) (\\(.*\\)) \\(.\\) .*/\\1 \\3 \\2/p" $p/stat; done 2>/dev/null';
  return (await podman('exec', id, 'sh', '-c', each))
    .split('\n')
    .filter((line) => / (?:haproxy|entry\.sh|MainThread|node)$| Z /.test(line));
};

const pidsOf = async (container: Running, name: RegExp): Promise<readonly number[]> =>
  (await processes(container)).filter((line) => name.test(line)).map((line) => Number.parseInt(line));

const SLUICE = / (?:MainThread|node)$/;

const inspected = async (): Promise<{
  readonly Size: number;
  readonly Config: {
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
    readonly User: string;
    readonly StopSignal: string;
    readonly Volumes: object;
  };
}> => (JSON.parse(await podman('image', 'inspect', image.id)) as [never])[0];

describe('the image', { skip }, () => {
  it('has what is needed to run, is as large as docs/container.md says, and is not of root', async () => {
    const { Size, Config } = await inspected();
    const megabytes = Math.round(Size / 1e6);
    const told = Number(/(\d+) MB/.exec(readFileSync(new URL('../../docs/container.md', import.meta.url), 'utf8'))?.[1]);
    assert.ok(Math.abs(megabytes - told) <= told / 10, `it has ${megabytes} MB, docs/container.md says ${told}`);
    assert.equal(Config.User, '65532:65532');
    assert.deepEqual([Config.Entrypoint, Config.Cmd], [['/sluice/container/entry.sh'], ['sse', '--health-check', '--group', 'external']]);
    assert.match(Config.StopSignal, /^(?:SIGTERM|15)$/);
    assert.deepEqual(Object.keys(Config.Volumes).sort(), ['/run/sluice', '/var/lib/sluice']);
    const missing = await shell(
      'for p in npm tsc gcc make debootstrap curl perl5; do command -v $p; done; ls -d node_modules/typescript node_modules/eslint node_modules/prettier 2>/dev/null',
    );
    assert.equal(missing, '');
    assert.equal(await shell('ls -A /var/lib/apt/lists; find / -xdev -perm /6000 -user sluice 2>/dev/null'), '');
    assert.match(
      await shell('id; ls -ld /run/sluice /var/lib/sluice'),
      /^uid=65532\(sluice\) gid=65532\(sluice\).*(?:\ndrwx------ .*){2}$/,
    );
  });

  it("has the first process, the folder of templates and the reference where Marathon-LB's image had them", async () => {
    assert.equal(await shell('readlink -e /marathon-lb/run; ls -A /marathon-lb/templates'), '/sluice/container/entry.sh');
    const { code, stderr } = await once(['event', '--group', 'external']);
    assert.equal(code, 1, stderr);
    assert.match((await once(['sse', '--longhelp'])).stdout, /HAPROXY_\{n\}_VHOST/);
  });

  it('passes verbs on: their output, and their exit codes', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    assert.equal((await once(['--version'])).stdout, version);
    assert.equal((await once(['status'])).code, 3);
    const withoutGroup = await once(['sse']);
    assert.equal(withoutGroup.code, 2);
    assert.match(withoutGroup.stderr, /sluice: --group is needed/);
  });

  it('says what is missing where its programs may not have their capability', async () => {
    const { code, stderr } = await once(['run', '--group', 'external'], ['--cap-drop', 'ALL']);
    assert.equal(code, 126);
    assert.match(stderr, /--cap-add NET_BIND_SERVICE/);
  });
});

describe('a container of it, as the docs say it should run', { skip, concurrency: 2 }, () => {
  it('serves on ports below 1024, is healthy, tells its status, and drains at stop: no request fails, the exit code is 0', async (t) => {
    const container = await running(t, ['--entrypoint', WITHOUT_AMBIENT.entrypoint], WITHOUT_AMBIENT.args);
    const { id, clients } = container;
    assert.equal(await healthOf(container), 200);
    assert.match(await podman('exec', id, 'grep', 'CapEff', '/proc/1/status'), /\t0+$/);
    await podman('healthcheck', 'run', id);
    assert.match(await podman('exec', id, 'sluice', 'status'), /^ready +yes$/m);
    assert.match(
      (await image.containers.run('podman', ['exec', '--user', 'root', id, 'touch', '/sluice/x'])).stderr,
      /Read-only file system/,
    );

    await clients.moreRequests();
    const stopped = podman('stop', '--time', '60', id);
    await waitFor('its health check says that traffic is to go elsewhere', async () => (await healthOf(container)) === 503);
    await sawNoFailure(clients);
    await stopped;
    assert.equal(await podman('inspect', '--format', '{{.State.ExitCode}}', id), '0', await logOf(id));
    assert.match(await logOf(id), /"haproxy":"stopped","msg":"sluice ends"/);
  });

  it('goes on serving when Sluice dies, starts it again, and leaves no zombies', async (t) => {
    const container = await running(t, []);
    const { id, clients, standIn } = container;
    await clients.moreRequests();
    const before = await pidsOf(container, / haproxy$/);
    const [first] = await pidsOf(container, SLUICE);
    await podman('exec', id, 'sh', '-c', `kill -KILL ${first}`);
    await waitFor('another Sluice is there', async () => (await pidsOf(container, SLUICE)).some((pid) => pid !== first));
    await waitFor('it is ready', async () => (await image.containers.run('podman', ['exec', id, 'sluice', 'status'])).code === 0);
    assert.deepEqual(await pidsOf(container, / haproxy$/), before, 'the same HAProxy');
    const added = await fetch(`${standIn.url}/v2/apps`, { method: 'POST', body: JSON.stringify(anAppDefinition('/news')) });
    assert.equal(added.status, 201);
    await waitFor(
      'it follows Marathon',
      async () => (await getFrom(`http://${container.address}:${container.ports.http}/`, { host: 'news.example' })).status === 200,
    );
    await sawNoFailure(clients);

    // Its worker then is nobody's child but the first process's.
    await podman('exec', id, 'sh', '-c', `kill -KILL ${before[0]}`);
    await waitFor('another HAProxy serves', async () => (await healthOf(container).catch(() => 0)) === 200);
    await waitFor('nothing is left of the first', async () =>
      (await processes(container)).every((line) => !before.includes(Number.parseInt(line)) && !line.includes(' Z ')),
    );
    await podman('stop', '--time', '60', id);
    assert.equal(await podman('inspect', '--format', '{{.State.ExitCode}}', id), '0', await logOf(id));
  });
});
