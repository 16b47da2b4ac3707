import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NamedTask } from '../../src/dns/named-task.ts';
import { toEntry } from '../../src/marathon/payload/entry.ts';
import { toPodEntry } from '../../src/marathon/payload/pod-entry.ts';
import { without } from '../../src/kit/without.ts';
import type { AppEntry } from '../../src/model/model.ts';
import type { Task } from '../../src/model/task.ts';
import type { NamesContext } from '../../src/names/named-tasks.ts';
import { namedTasks } from '../kit/named-tasks.ts';
import { aCheck, anEntry, aTask } from '../kit/builders.ts';
import { anApp as aRawApp, aTask as aRawTask } from '../marathon/samples.ts';
import { aPod, aPodInstance, POD_INSTANCE } from '../marathon/pod-samples.ts';

const CONTEXT: NamesContext = { framework: 'marathon', isHealthAware: true, hosts: new Map([['agent-3.local', '10.8.0.3']]) };

const entryOf = ({ value, problems }: { readonly value: AppEntry | undefined; readonly problems: readonly unknown[] }): AppEntry => {
  assert.deepEqual(problems, []);
  assert.ok(value);
  return value;
};

const named = (entry: AppEntry, context: Partial<NamesContext> = {}): NamedTask => {
  const [first, ...others] = namedTasks(entry, { ...CONTEXT, ...context });
  assert.ok(first);
  assert.deepEqual(others, []);
  return first;
};

/** An app of Marathon's with one task: what of it matters here. */
const app = (definition: object, task: object = {}): AppEntry =>
  entryOf(
    toEntry(
      aRawApp({ portDefinitions: undefined, healthChecks: [], ...definition, tasks: [aRawTask({ healthCheckResults: [], ...task })] }),
    ),
  );

const overlay = (portMappings: readonly object[], task: object): AppEntry =>
  app(
    { networks: [{ mode: 'container', name: 'dcos' }], container: { portMappings } },
    { ipAddresses: [{ ipAddress: '9.0.4.130' }], ...task },
  );
const bridge = (portMappings: readonly object[], task: object): AppEntry =>
  app({ networks: [{ mode: 'container/bridge' }], container: { portMappings } }, { ipAddresses: [{ ipAddress: '172.17.0.5' }], ...task });

describe('an app of Marathon', () => {
  it('is named by its path read backwards, with what its task tells', () => {
    const one = app(
      { id: '/prod/web', portDefinitions: [{ port: 10001, name: 'http', protocol: 'tcp' }, { port: 10002 }] },
      { id: 'prod_web.aaa', ports: [31010, 31011], slaveId: 'ab12-S0' },
    );
    assert.deepEqual(named(one), {
      key: 'marathon\nprod_web.aaa',
      framework: 'marathon',
      id: 'prod_web.aaa',
      name: 'web.prod',
      discovery: {
        name: 'web.prod',
        ports: [
          { number: 31010, protocol: 'tcp', name: 'http' },
          { number: 31011, protocol: 'tcp', name: '' },
        ],
      },
      agentId: 'ab12-S0',
      agentAddresses: ['10.0.1.162'],
      addresses: { netinfo: ['10.0.1.162'] },
      hostPorts: [31010, 31011],
      isMapped: false,
      fitness: 'fit',
      appId: '/prod/web',
    } satisfies NamedTask);
  });

  const MAPPED = { containerPort: 80, hostPort: 0, servicePort: 10003, name: 'http', protocol: 'tcp' };
  const INSIDE = { containerPort: 8080, servicePort: 10004, name: 'inside', protocol: 'tcp' };
  const PORTS: readonly (readonly [sentence: string, entry: AppEntry, ports: string, hostPorts: readonly number[], isMapped: boolean])[] = [
    [
      'in host mode: host ports, in order',
      app({ portDefinitions: [{ port: 1 }, { port: 2, name: 'b' }] }, { ports: [7, 9] }),
      ':tcp:7 b:tcp:9',
      [7, 9],
      false,
    ],
    [
      'in host mode: udp,tcp is two ports',
      app({ portDefinitions: [{ port: 1, name: 'a', protocol: 'udp,tcp' }] }, { ports: [7] }),
      'a:udp:7 a:tcp:7',
      [7],
      false,
    ],
    [
      'in host mode, with fewer host ports than defined',
      app({ portDefinitions: [{ port: 1 }, { port: 2 }] }, { ports: [7] }),
      ':tcp:7',
      [7],
      false,
    ],
    ['in host mode, without ports', app({ portDefinitions: [] }, { ports: [] }), '', [], false],
    ['on a bridge: the host port', bridge([MAPPED], { ports: [3201] }), 'http:tcp:3201', [3201], true],
    ['on a bridge, with container port 0', bridge([{ ...MAPPED, containerPort: 0 }], { ports: [3201] }), 'http:tcp:3201', [3201], true],
    ['on a network: the container port', overlay([INSIDE], { ports: [] }), 'inside:tcp:8080', [], false],
    [
      'on a network: the host port where it is mapped',
      overlay([INSIDE, MAPPED], { ports: [4242] }),
      'inside:tcp:8080 http:tcp:4242',
      [4242],
      true,
    ],
    [
      'on a network: a mapping without a service port too',
      overlay([{ ...INSIDE, servicePort: null }], { ports: [] }),
      'inside:tcp:8080',
      [],
      false,
    ],
    ['on a network: no port 0', overlay([{ ...INSIDE, containerPort: 0 }], { ports: [] }), '', [], false],
    [
      'with an IP per task, in Marathon 1.4',
      app({ networks: undefined, ipAddress: { discovery: { ports: [{ number: 8080, name: 'http', protocol: 'tcp' }] } } }, { ports: [] }),
      'http:tcp:8080',
      [],
      false,
    ],
  ];
  for (const [sentence, entry, ports, hostPorts, isMapped] of PORTS)
    it(`has these ports ${sentence}`, () => {
      const one = named(entry);
      assert.equal(one.discovery?.ports.map(({ name, protocol, number }) => `${name}:${protocol}:${number}`).join(' '), ports);
      assert.deepEqual([one.hostPorts, one.isMapped], [hostPorts, isMapped]);
    });

  const PLACES: readonly (readonly [
    sentence: string,
    task: Partial<Task>,
    agentAddresses: readonly string[],
    netinfo: readonly string[] | undefined,
  ])[] = [
    ['an address', { host: '10.0.0.1' }, ['10.0.0.1'], ['10.0.0.1']],
    ['an address of IPv6', { host: '2001:DB8::1' }, ['2001:db8::1'], ['10.0.0.1']],
    ['a name that is resolved', { host: 'agent-3.local' }, ['10.8.0.3'], ['10.0.0.1']],
    ['a name that is not', { host: 'agent-4.local' }, [], ['10.0.0.1']],
    ['nothing', { host: '', ipAddresses: [] }, [], undefined],
  ];
  for (const [what, task, agentAddresses, netinfo] of PLACES)
    it(`has its agent's addresses where Marathon calls that by ${what}`, () => {
      const one = named(anEntry({}, [aTask(task)]));
      assert.deepEqual([one.agentAddresses, one.addresses.netinfo, one.agentId], [agentAddresses, netinfo, '']);
    });

  it('is named without slashes at its ends, and by all of its groups', () => {
    assert.equal(named(anEntry({ id: '/a/b.c/d' })).name, 'd.b.c.a');
    assert.equal(named(anEntry({ id: '/shop' })).discovery?.name, 'shop');
  });
});

describe('how a task counts', () => {
  const CHECKED = { healthChecks: [aCheck()] };
  const TABLE: readonly (readonly [sentence: string, task: Partial<Task>, app: object, aware: string, unaware: string])[] = [
    ['runs, and nobody checks it', {}, {}, 'fit', 'fit'],
    ['runs and is healthy', { health: 'healthy' }, CHECKED, 'fit', 'fit'],
    ['runs and is unhealthy', { health: 'unhealthy' }, CHECKED, 'unfit', 'fit'],
    ['runs and has not passed its checks yet', {}, CHECKED, 'unfit', 'fit'],
    ['fails a check that the app has no more', { health: 'unhealthy' }, {}, 'unfit', 'fit'],
    ['is being killed', { state: 'TASK_KILLING', health: 'healthy' }, {}, 'unfit', 'none'],
    ['is out of reach', { state: 'TASK_UNREACHABLE' }, {}, 'unfit', 'none'],
    ['is lost', { state: 'TASK_LOST' }, {}, 'unfit', 'none'],
    ['is staged', { state: 'TASK_STAGING' }, {}, 'none', 'none'],
    ['starts', { state: 'TASK_STARTING' }, {}, 'none', 'none'],
    ['has failed', { state: 'TASK_FAILED' }, {}, 'none', 'none'],
    ['has ended', { state: 'TASK_FINISHED', health: 'healthy' }, CHECKED, 'none', 'none'],
  ];
  for (const [sentence, task, changes, aware, unaware] of TABLE)
    it(`one that ${sentence}: ${aware}; ${unaware} where health is left out of account`, () => {
      const entry = anEntry(changes, [aTask(task)]);
      const fitness = [true, false].map((isHealthAware) => namedTasks(entry, { ...CONTEXT, isHealthAware })[0]?.fitness ?? 'none');
      assert.deepEqual(fitness, [aware, unaware]);
    });

  it('one that was started before there were checks waits for none', () => {
    const old = aTask({ id: 'old', version: '2026-01-01T00:00:00.000Z' });
    const young = aTask({ id: 'young', version: '2026-01-02T00:00:00.000Z' });
    const app = { healthChecks: [aCheck()], lastConfigChangeAt: '2026-01-02T00:00:00.000Z' };
    const fitness = (formerChecks: AppEntry['formerChecks'], task: Task): string =>
      named({ ...anEntry(app, [task]), ...(formerChecks === undefined ? {} : { formerChecks }) }).fitness;
    assert.deepEqual(
      [fitness([[]], old), fitness([[]], young), fitness([[aCheck({ path: '/old' })]], old), fitness(undefined, old)],
      [...['fit', 'unfit', 'unfit', 'unfit']],
    );
    assert.equal(fitness([[]], { ...old, health: 'unhealthy' }), 'unfit');
  });

  const WEIGHTS: readonly (readonly [
    weight: number | undefined,
    isHealthAware: boolean,
    expected: Pick<NamedTask, 'fitness' | 'weight'>,
  ])[] = [
    [undefined, true, { fitness: 'fit' }],
    [7, true, { fitness: 'fit', weight: 7 }],
    [0, true, { fitness: 'unfit' }],
    [0, false, { fitness: 'fit' }],
  ];
  for (const [weight, isHealthAware, expected] of WEIGHTS)
    it(`weight ${weight ?? 'of no one'} makes ${JSON.stringify(expected)}${isHealthAware ? '' : ' without health'}`, () => {
      const one = named(anEntry(), { isHealthAware, weightOf: (id) => (id === 'shop.instance-1._app.1' ? weight : 9) });
      assert.deepEqual({ fitness: one.fitness, ...(one.weight === undefined ? {} : { weight: one.weight }) }, expected);
    });
});

describe('a pod', () => {
  const pod = (instance: object, spec: object = {}): AppEntry => entryOf(toPodEntry(aPod(spec, [instance])));

  it('is a task for each container that runs, with its own endpoints, and all of one name', () => {
    const tasks = namedTasks(pod(aPodInstance()), CONTEXT);
    assert.deepEqual(
      tasks.map(({ id, name, discovery, hostPorts, isMapped }) => [id, name, discovery?.name, discovery?.ports, hostPorts, isMapped]),
      [
        [
          `${POD_INSTANCE}.web.1`,
          'web',
          'pod.shop',
          [
            { number: 31001, protocol: 'tcp', name: 'http' },
            { number: 9000, protocol: 'udp', name: 'admin' },
            { number: 9000, protocol: 'tcp', name: 'admin' },
          ],
          [31001],
          true,
        ],
        [`${POD_INSTANCE}.sidecar.1`, 'sidecar', 'pod.shop', [], [], false],
      ],
    );
    for (const { agentId, agentAddresses, addresses, appId } of tasks)
      assert.deepEqual([agentId, agentAddresses, addresses, appId], ['S1', ['10.0.1.162'], { netinfo: ['9.0.4.131'] }, '/shop/pod']);
  });

  const STATES: readonly (readonly [sentence: string, web: string, sidecar: string, instance: string | undefined, expected: string])[] = [
    ['whose sidecar has done its work', 'TASK_RUNNING', 'TASK_FINISHED', undefined, 'web:fit'],
    ['whose sidecar still starts', 'TASK_RUNNING', 'TASK_STARTING', undefined, 'web:fit'],
    ['of which a container has failed', 'TASK_RUNNING', 'TASK_FAILED', undefined, ''],
    ['that is known to be killed now', 'TASK_RUNNING', 'TASK_RUNNING', 'TASK_KILLING', 'web:unfit sidecar:unfit'],
    ['that is known to have ended', 'TASK_RUNNING', 'TASK_RUNNING', 'TASK_KILLED', ''],
    ['that is out of reach', 'TASK_RUNNING', 'TASK_RUNNING', 'TASK_UNREACHABLE', 'web:unfit sidecar:unfit'],
  ];
  for (const [sentence, web, sidecar, state, expected] of STATES)
    it(`counts so: ${expected}, one ${sentence}`, () => {
      const { app: definition, tasks } = pod(aPodInstance({}, { status: web }, { status: sidecar }));
      const entry = anEntry(
        definition,
        [...tasks.values()].map((task) => ({ ...task, ...(state === undefined ? {} : { state }) })),
      );
      assert.equal(
        namedTasks(entry, CONTEXT)
          .map(({ name, fitness }) => `${name}:${fitness}`)
          .join(' '),
        expected,
      );
    });

  it('whose check fails is unfit in all of its containers', () => {
    const instance = aPodInstance({}, { conditions: [{ name: 'healthy', value: 'false', reason: 'health-reported-by-mesos' }] });
    assert.deepEqual(
      namedTasks(pod(instance), CONTEXT).map(({ fitness }) => fitness),
      ['unfit', 'unfit'],
    );
  });

  it('that was saved without its containers has all names but the canonical ones', () => {
    const { app: definition, tasks } = pod(aPodInstance());
    const task: Task = without([...tasks.values()][0] ?? aTask(), 'containers');
    const one = named(anEntry(definition, [task]));
    assert.deepEqual([one.id, one.discovery?.name, one.discovery?.ports.length, one.hostPorts], [POD_INSTANCE, 'pod.shop', 3, [31001]]);
  });
});
