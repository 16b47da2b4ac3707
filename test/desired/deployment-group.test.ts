import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeGroup } from '../../src/desired/deployment-group.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import type { App } from '../../src/model/app.ts';
import type { AppEntry } from '../../src/model/model.ts';
import type { Task } from '../../src/model/task.ts';
import { aCheck, anEntry, aPort, aTask, someGlobals, someOptions } from '../kit/builders.ts';
import { Picture } from '../../src/picture/picture.ts';

type Labels = Readonly<Record<string, string>>;

interface Member {
  readonly instances?: number;
  readonly tasks: readonly Task[];
  readonly labels?: Labels;
  readonly scaledAt?: string;
  readonly isChecked?: boolean;
  readonly app?: Partial<App>;
}

const LABELS = { HAPROXY_GROUP: 'external', HAPROXY_DEPLOYMENT_GROUP: 'nginx', HAPROXY_0_PORT: '10000' };

/** A member of group nginx: 'blue' has service port 10000, any other 10001. */
const member = (colour: string, { instances, tasks, labels = {}, scaledAt, isChecked = true, app = {} }: Member): AppEntry =>
  anEntry(
    {
      id: `/nginx-${colour}`,
      labels: { ...LABELS, ...labels },
      instances: instances ?? tasks.length,
      ports: [aPort({ servicePort: colour === 'blue' ? 10000 : 10001 })],
      healthChecks: isChecked ? [aCheck()] : [],
      ...(scaledAt === undefined ? {} : { lastScalingAt: scaledAt }),
      ...app,
    },
    tasks,
  );

const tasks = (colour: string, count: number, changes: Partial<Task> = {}): readonly Task[] =>
  Array.from({ length: count }, (_, n) =>
    aTask({
      id: `nginx-${colour}.${n}`,
      host: colour === 'blue' ? '10.0.0.1' : '10.0.0.2',
      ports: [31000 + n],
      health: 'healthy',
      ...changes,
    }),
  );

const MONDAY = '2026-11-16T10:00:00.123456';
const TUESDAY = '2026-11-17T10:00:00.123456';
const zdd = (startedAt: string, target: number, fresh = 0): Labels => ({
  HAPROXY_DEPLOYMENT_STARTED_AT: startedAt,
  HAPROXY_DEPLOYMENT_TARGET_INSTANCES: `${target}`,
  HAPROXY_DEPLOYMENT_NEW_INSTANCES: `${fresh}`,
});

/** 'nginx-blue.0 nginx-blue.1' */
const drainedOf = (entries: readonly AppEntry[], compat: BuildOptions['compat'] = 'fixed'): string =>
  [...mergeGroup('/nginx', entries, { compat }).drained].join(' ');

describe('which old tasks are drained', () => {
  const pair = (old: Partial<Member> & Pick<Member, 'tasks'>, fresh: Partial<Member> & Pick<Member, 'tasks'>): readonly AppEntry[] => [
    member('blue', { labels: zdd(MONDAY, 3), scaledAt: '2026-11-16T10:00:00.000Z', ...old }),
    member('green', { labels: zdd(TUESDAY, 3), scaledAt: '2026-11-17T10:00:00.000Z', ...fresh }),
  ];
  const rows: readonly (readonly [sentence: string, entries: readonly AppEntry[], fixed: string, strict?: string])[] = [
    ['none before a new one is healthy', pair({ tasks: tasks('blue', 3) }, { tasks: tasks('green', 1, { health: 'unknown' }) }), ''],
    ['one for each new one that is healthy, by task id', pair({ tasks: tasks('blue', 3) }, { tasks: tasks('green', 1) }), 'nginx-blue.0'],
    ['never more than leaves the target', pair({ tasks: tasks('blue', 1) }, { tasks: tasks('green', 1) }), ''],
    ['all of them in the end', pair({ tasks: tasks('blue', 2) }, { tasks: tasks('green', 3) }), 'nginx-blue.0 nginx-blue.1'],
    ['instances count, not tasks', pair({ tasks: tasks('blue', 2), instances: 3 }, { tasks: tasks('green', 1) }), 'nginx-blue.0'],
    [
      'an unhealthy new one counts for nothing',
      pair({ tasks: tasks('blue', 3) }, { tasks: [...tasks('green', 1), aTask({ id: 'x', health: 'unhealthy' })] }),
      'nginx-blue.0',
    ],
    [
      'without checks those that run; Marathon-LB took those that are wanted',
      pair({ tasks: tasks('blue', 3), isChecked: false }, { tasks: tasks('green', 1), instances: 2, isChecked: false }),
      'nginx-blue.0',
      'nginx-blue.0 nginx-blue.1',
    ],
    [
      'a new one that is no more serves nobody',
      pair({ tasks: tasks('blue', 3) }, { tasks: tasks('green', 1, { state: 'TASK_KILLED' }) }),
      '',
    ],
    [
      'without NEW_INSTANCES one of all is kept',
      [
        member('blue', { tasks: tasks('blue', 2), labels: { HAPROXY_DEPLOYMENT_STARTED_AT: MONDAY } }),
        member('green', { tasks: tasks('green', 2), labels: { HAPROXY_DEPLOYMENT_STARTED_AT: TUESDAY } }),
      ],
      'nginx-blue.0 nginx-blue.1',
    ],
    [
      'back: where the older one was scaled last, the newer one gives way',
      pair({ tasks: tasks('blue', 2), scaledAt: '2026-11-18T10:00:00.000Z' }, { tasks: tasks('green', 2) }),
      'nginx-green.0',
    ],
    [
      'back is only where a tool counts',
      [
        member('blue', {
          tasks: tasks('blue', 1),
          labels: { HAPROXY_DEPLOYMENT_STARTED_AT: MONDAY },
          scaledAt: '2026-11-18T10:00:00.000Z',
        }),
        member('green', {
          tasks: tasks('green', 1),
          labels: { HAPROXY_DEPLOYMENT_STARTED_AT: TUESDAY },
          scaledAt: '2026-11-17T10:00:00.000Z',
        }),
      ],
      'nginx-blue.0',
    ],
    ['an app alone drains nothing', [member('blue', { tasks: tasks('blue', 3), labels: zdd(MONDAY, 1) })], ''],
  ];
  for (const [sentence, entries, fixed, strict = fixed] of rows)
    it(sentence, () => {
      for (const order of [entries, entries.toReversed()]) {
        assert.equal(drainedOf(order), fixed);
        assert.equal(drainedOf(order, 'strict'), strict);
      }
    });
});

describe('which app is the older one', () => {
  const rows: readonly (readonly [blue: string | undefined, green: string | undefined, oldest: string])[] = [
    [MONDAY, TUESDAY, 'blue'],
    [TUESDAY, MONDAY, 'green'],
    [undefined, MONDAY, 'blue'],
    [MONDAY, undefined, 'green'],
    [undefined, undefined, 'green'],
    [MONDAY, MONDAY, 'green'],
    ['2026-11-16T10:00:00Z', '2026-11-16T10:00:01', 'blue'],
    ['2026-11-16T10:00:00+02:00', '2026-11-16T09:00:00Z', 'blue'],
    ['2026-11-16 10:00', '2026-11-16', 'green'],
    ['Mon, 16 Nov 2026 10:00:00 GMT', '2026-11-16T10:00:01Z', 'blue'],
  ];
  for (const [blue, green, oldest] of rows)
    it(`${blue ?? 'none'} and ${green ?? 'none'}: ${oldest}`, () => {
      const startedAt = (text: string | undefined): Labels => (text === undefined ? {} : { HAPROXY_DEPLOYMENT_STARTED_AT: text });
      const group = mergeGroup(
        '/nginx',
        [member('blue', { tasks: [], labels: startedAt(blue) }), member('green', { tasks: [], labels: startedAt(green) })],
        { compat: 'fixed' },
      );
      assert.equal(group.entry.app.id, `/nginx-${oldest}`);
      assert.deepEqual(group.problems, []);
    });

  it('of three, the newest replaces both others', () => {
    const started = (day: number): Labels => zdd(`2026-11-${day}T10:00:00`, 2);
    const entries = [
      member('red', { tasks: tasks('red', 2), labels: started(18), scaledAt: '2026-11-18T10:00:00.000Z' }),
      member('blue', { tasks: tasks('blue', 1), labels: started(16) }),
      member('green', { tasks: tasks('green', 1), labels: started(17) }),
    ];
    const group = mergeGroup('/nginx', entries, { compat: 'fixed' });
    assert.equal(group.entry.app.id, '/nginx-blue');
    assert.equal(group.newAppId, '/nginx-red');
    assert.deepEqual([...group.drained], ['nginx-blue.0', 'nginx-green.0']);
  });

  it('going back, the definition stays that of the older one; Marathon-LB changed it to and fro', () => {
    const entries = [
      member('blue', { tasks: [], labels: zdd(MONDAY, 3), scaledAt: '2026-11-18T10:00:00.000Z' }),
      member('green', { tasks: [], labels: zdd(TUESDAY, 3), scaledAt: '2026-11-17T10:00:00.000Z' }),
    ];
    assert.equal(mergeGroup('/nginx', entries, { compat: 'fixed' }).entry.app.id, '/nginx-blue');
    assert.equal(mergeGroup('/nginx', entries, { compat: 'strict' }).entry.app.id, '/nginx-green');
  });
});

describe('wrong labels of a deployment', () => {
  const problemsOf = (labels: Labels): readonly string[] => {
    const entries = [member('blue', { tasks: tasks('blue', 2) }), member('green', { tasks: tasks('green', 2), labels })];
    const group = mergeGroup('/nginx', entries, { compat: 'fixed' });
    assert.ok(group.problems.every(({ appId }) => appId === '/nginx-green'));
    return group.problems.map(({ message }) => message);
  };

  it('a date that is none: the app counts as the oldest', () => {
    const entries = [
      member('blue', { tasks: tasks('blue', 2), labels: { HAPROXY_DEPLOYMENT_STARTED_AT: MONDAY } }),
      member('green', { tasks: tasks('green', 2), labels: { HAPROXY_DEPLOYMENT_STARTED_AT: 'yesterday' } }),
    ];
    const { entry, problems } = mergeGroup('/nginx', entries, { compat: 'fixed' });
    assert.equal(entry.app.id, '/nginx-green');
    assert.deepEqual(problems, [
      {
        appId: '/nginx-green',
        label: 'HAPROXY_DEPLOYMENT_STARTED_AT',
        message:
          'HAPROXY_DEPLOYMENT_STARTED_AT is "yesterday" and must be a date such as 2026-11-22T15:14:50: the app counts as the oldest of its group',
      },
    ]);
  });

  it('a target that is no number: no task is drained', () => {
    const labels = { ...zdd(TUESDAY, 2), HAPROXY_DEPLOYMENT_TARGET_INSTANCES: 'many' };
    assert.deepEqual(problemsOf(labels), [
      'HAPROXY_DEPLOYMENT_TARGET_INSTANCES is "many" and must be a whole number: no task of the group is drained',
    ]);
    assert.equal(drainedOf([member('blue', { tasks: tasks('blue', 2) }), member('green', { tasks: tasks('green', 2), labels })]), '');
  });

  it('a target that is missing', () =>
    assert.deepEqual(problemsOf({ HAPROXY_DEPLOYMENT_STARTED_AT: TUESDAY, HAPROXY_DEPLOYMENT_NEW_INSTANCES: '0' }), [
      'HAPROXY_DEPLOYMENT_TARGET_INSTANCES must be set beside HAPROXY_DEPLOYMENT_NEW_INSTANCES: no task of the group is drained',
    ]));

  it('are told by the load balancer that takes the app, and by no other', () => {
    const labels = { HAPROXY_GROUP: 'internal', HAPROXY_DEPLOYMENT_STARTED_AT: 'soon' };
    const entries = [
      member('blue', { tasks: tasks('blue', 1), labels }),
      member('green', { tasks: tasks('green', 1), labels }),
      anEntry({ labels: { HAPROXY_GROUP: 'internal', HAPROXY_DEPLOYMENT_GROUP: '' }, ports: [aPort({ servicePort: 10009 })] }),
    ];
    const told = (groups: readonly string[]): readonly string[] => {
      const picture = new Picture(someOptions({ groups }), someGlobals());
      picture.take({ kind: 'snapshot', entries, keep: new Set() });
      return picture.problems().map(({ appId }) => appId);
    };
    assert.deepEqual(told(['external']), []);
    assert.deepEqual(told(['internal']), ['/nginx-blue', '/nginx-green', '/shop']);
  });

  it('a number of new instances that is none', () =>
    assert.deepEqual(problemsOf({ ...zdd(TUESDAY, 2), HAPROXY_DEPLOYMENT_NEW_INSTANCES: '-1' }), [
      'HAPROXY_DEPLOYMENT_NEW_INSTANCES is "-1" and must be a whole number',
    ]));
});

const pictureOf = (entries: readonly AppEntry[], compat: BuildOptions['compat'] = 'fixed'): Picture => {
  const picture = new Picture(someOptions({ compat }), someGlobals());
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  return picture;
};

/** 'nginx_10000: 10.0.0.1:31000 maint, 10.0.0.2:31000 ready' */
const backendsOf = ({ desired }: Picture): readonly string[] =>
  [...desired.backends.values()]
    .map(({ name, servers }) => `${name}: ${servers.map(({ address, port, state }) => `${address}:${port} ${state}`).join(', ')}`)
    .sort();

describe('a deployment group in the picture', () => {
  const blue = member('blue', { tasks: tasks('blue', 2), labels: zdd(MONDAY, 2), scaledAt: '2026-11-16T10:00:00.000Z' });
  const green = member('green', { tasks: tasks('green', 1), labels: zdd(TUESDAY, 2), scaledAt: '2026-11-17T10:00:00.000Z' });

  it('is one backend, named after the group, with the tasks of both', () => {
    for (const entries of [
      [blue, green],
      [green, blue],
    ]) {
      const picture = pictureOf(entries);
      assert.deepEqual(backendsOf(picture), ['nginx_10000: 10.0.0.1:31000 maint, 10.0.0.1:31001 ready, 10.0.0.2:31000 ready']);
      assert.deepEqual(picture.problems(), []);
      assert.deepEqual(
        [...picture.desired.frontends.values()].filter(({ kind }) => kind === 'service').map(({ name }) => name),
        ['nginx_10000'],
      );
      assert.deepEqual([...(picture.desired.maps.get('apps') ?? [])], [['/nginx', 'nginx_10000']]);
    }
  });

  it('one app of it alone has the name of the group too', () => {
    assert.deepEqual(backendsOf(pictureOf([green])), ['nginx_10000: 10.0.0.2:31000 ready']);
  });

  it('comes, changes and goes app by app, and only its own backend is touched', () => {
    const other = anEntry({ id: '/other', ports: [aPort({ servicePort: 10009 })] });
    const picture = pictureOf([blue, other]);
    assert.deepEqual([...picture.take({ kind: 'app', entry: green }).backends], ['nginx_10000']);
    const two = member('green', { tasks: tasks('green', 2), labels: zdd(TUESDAY, 2), scaledAt: '2026-11-17T11:00:00.000Z' });
    const change = picture.take({ kind: 'app', entry: two });
    assert.deepEqual([[...change.backends], change.structure], [['nginx_10000'], false]);
    assert.deepEqual(
      backendsOf(picture)[0],
      'nginx_10000: 10.0.0.1:31000 maint, 10.0.0.1:31001 maint, 10.0.0.2:31000 ready, 10.0.0.2:31001 ready',
    );
    const { fingerprint } = picture;
    picture.take({ kind: 'app-gone', appId: '/nginx-blue' });
    assert.deepEqual(backendsOf(picture)[0], 'nginx_10000: 10.0.0.2:31000 ready, 10.0.0.2:31001 ready');
    assert.equal(picture.fingerprint, fingerprint, 'the listener stays the very same');
    picture.take({ kind: 'app-gone', appId: '/nginx-green' });
    assert.deepEqual(backendsOf(picture), ['other_10009: 10.0.0.1:31000 ready']);
  });

  it('is as if made anew after any of it', () => {
    const picture = pictureOf([]);
    for (const entry of [green, blue]) picture.take({ kind: 'app', entry });
    const { task } = { task: blue.tasks.get('nginx-blue.1') };
    assert.ok(task);
    picture.take({ kind: 'task', appId: '/nginx-blue', task: { ...task, state: 'TASK_KILLED' } });
    assert.deepEqual(backendsOf(picture), backendsOf(pictureOf([...picture.model.apps.values()])));
  });

  it('an app that leaves it is served by itself again', () => {
    const picture = pictureOf([blue, green]);
    const left = { ...green, app: { ...green.app, labels: { HAPROXY_GROUP: 'external' } } };
    picture.take({ kind: 'app', entry: left });
    assert.deepEqual(backendsOf(picture), [
      'nginx-green_10001: 10.0.0.2:31000 ready',
      'nginx_10000: 10.0.0.1:31000 ready, 10.0.0.1:31001 ready',
    ]);
  });

  it('an app that goes over to another one leaves the first as it is without it', () => {
    const picture = pictureOf([blue, green]);
    const over = { ...green, app: { ...green.app, labels: { ...green.app.labels, HAPROXY_DEPLOYMENT_GROUP: 'apache' } } };
    picture.take({ kind: 'app', entry: over });
    assert.deepEqual(backendsOf(picture), backendsOf(pictureOf([blue, over])));
    assert.deepEqual(backendsOf(picture)[1], 'nginx_10000: 10.0.0.1:31000 ready, 10.0.0.1:31001 ready');
  });

  it('keeps what the older app had first, when only the newer one is left', () => {
    const host = { HAPROXY_0_VHOST: 'shop.example' };
    const old = member('blue', { ...{ tasks: tasks('blue', 1) }, labels: { ...zdd(MONDAY, 1), ...host } });
    const fresh = member('green', {
      tasks: tasks('green', 1),
      labels: { ...zdd(TUESDAY, 1), ...host },
      app: { lastConfigChangeAt: '2026-03-01T00:00:00.000Z' },
    });
    const rival = anEntry({
      id: '/a-rival',
      labels: { HAPROXY_GROUP: 'external', ...host },
      ports: [aPort({ servicePort: 10009 })],
      lastConfigChangeAt: '2026-02-01T00:00:00.000Z',
    });
    const picture = pictureOf([old, rival]);
    picture.take({ kind: 'app', entry: fresh });
    picture.take({ kind: 'app-gone', appId: '/nginx-blue' });
    assert.equal(picture.desired.maps.get('routes')?.get('shop.example/'), 'nginx_10000');
  });

  it('takes neither name nor app id from an app that is not in it, however old it is, and is told', () => {
    const told = (name: string, id: string): readonly string[] => [
      `/nginx-blue: HAPROXY_DEPLOYMENT_GROUP is ${name}, and that name is the app ${id}'s, which does not say so itself: it is served as /nginx-blue`,
    ];
    for (const [id, name] of [
      ['/nginx', '/nginx'],
      ['/nginx', '/Nginx'],
      ['/web/nginx', '/web_nginx'],
    ] as const) {
      const labels = { HAPROXY_GROUP: 'external' };
      const victim = anEntry({ id, labels, healthChecks: [aCheck()], ports: [aPort({ servicePort: 10005 })] }, [
        aTask({ host: '10.0.0.9', ports: [31009], health: 'healthy' }),
      ]);
      const older = { HAPROXY_DEPLOYMENT_GROUP: name, HAPROXY_0_PORT: '10005' };
      const thief = member('blue', { tasks: tasks('blue', 1), labels: older, app: { lastConfigChangeAt: '2020-01-01T00:00:00.000Z' } });
      const backend = `${id.slice(1).replace('/', '_')}_10005`;
      const expected = ['nginx-blue_10005: 10.0.0.1:31000 ready', `${backend}: 10.0.0.9:31009 ready`].sort();
      const late = pictureOf([thief]);
      late.take({ kind: 'app', entry: victim });
      for (const picture of [pictureOf([victim, thief]), late]) {
        assert.deepEqual(backendsOf(picture), expected);
        assert.equal(picture.desired.maps.get('apps')?.get(id), backend);
        assert.equal(picture.desired.maps.get('apps')?.get('/nginx-blue'), 'nginx-blue_10005');
        const groups = picture.problems().filter(({ label }) => label === 'HAPROXY_DEPLOYMENT_GROUP');
        assert.deepEqual(
          groups.map(({ appId, message }) => `${appId}: ${message}`),
          told(name, id),
        );
      }
      // Also while it has nothing to serve with.
      late.take({ kind: 'app', entry: { ...victim, app: { ...victim.app, instances: 0 }, tasks: new Map() } });
      assert.notEqual(late.desired.maps.get('apps')?.get(id), 'nginx-blue_10005');
      assert.equal(late.desired.maps.get('apps')?.get('/nginx-blue'), 'nginx-blue_10005');
      // Nobody has it any more.
      late.take({ kind: 'app-gone', appId: id });
      assert.deepEqual(late.problems(), []);
      assert.equal(late.desired.maps.get('apps')?.get(name.toLowerCase()), `${name.slice(1)}_10005`);
    }
  });

  it('has the id of an app that is in it', () => {
    const inIt = anEntry({ ...blue.app, id: '/nginx' }, [...blue.tasks.values()]);
    const picture = pictureOf([inIt, green]);
    assert.deepEqual(picture.problems(), []);
    assert.equal(picture.desired.maps.get('apps')?.get('/nginx'), 'nginx_10000');
  });

  it('a task listens where the definition of its own app says', () => {
    const inside = (containerPort: number): Partial<App> => ({
      network: 'container',
      ports: [{ servicePort: 10000, protocol: 'tcp', containerPort }],
    });
    const at = (address: string): Partial<Task> => ({ ipAddresses: [address] });
    const old = member('blue', { tasks: tasks('blue', 1, at('9.0.0.1')), app: inside(80), labels: zdd(MONDAY, 1) });
    const fresh = member('green', {
      tasks: tasks('green', 1, { ...at('9.0.0.2'), health: 'unknown' }),
      app: inside(8080),
      labels: zdd(TUESDAY, 1),
    });
    assert.deepEqual(backendsOf(pictureOf([old, fresh])), ['nginx_10000: 9.0.0.1:80 ready, 9.0.0.2:8080 ready']);
  });

  it('is checked as all its apps ask for; where they ask for different things, by a connect', () => {
    const checked = (...healthChecks: App['healthChecks']): Partial<App> => ({ healthChecks });
    const checkOf = (older: Partial<App>, newer: Partial<App>, compat: BuildOptions['compat'] = 'fixed'): string => {
      const entries = [
        member('blue', { tasks: tasks('blue', 1), labels: zdd(MONDAY, 1), app: older }),
        member('green', { tasks: tasks('green', 1), labels: zdd(TUESDAY, 1), app: newer }),
      ];
      const { mode, check } = pictureOf(entries, compat).desired.backends.get('nginx_10000')?.profile ?? {};
      return [mode, check?.kind ?? 'none', ...(check?.kind === 'http' ? [check.path] : [])].join(' ');
    };
    const health = checked(aCheck());
    assert.equal(checkOf(health, checked(aCheck({ intervalSeconds: 9 }))), 'http http /health');
    assert.equal(checkOf(health, checked(aCheck({ path: '/healthz' }))), 'http tcp');
    assert.equal(checkOf(health, checked(aCheck({ protocol: 'HTTPS' }))), 'http tcp');
    assert.equal(checkOf(health, checked()), 'http tcp');
    assert.equal(checkOf(checked(), health), 'tcp none');
    assert.equal(checkOf(health, checked(aCheck({ path: '/healthz' })), 'strict'), 'http http /health');
  });

  it('a drained task that ends is not kept until another one serves', () => {
    const ended = { ...blue, tasks: new Map([...blue.tasks].map(([id, task]) => [id, { ...task, state: 'TASK_KILLING' }])) };
    const backend = pictureOf([ended, green]).desired.backends.get('nginx_10000');
    assert.deepEqual(
      backend?.ending.map(({ name }) => name),
      ['10_0_0_1_31001'],
    );
  });

  it('says of each app what became of its ports', () => {
    const picture = pictureOf([blue, green]);
    assert.deepEqual(picture.fates('/nginx-blue'), [{ kind: 'taken', index: 0, backend: 'nginx_10000', servicePort: 10000 }]);
    assert.deepEqual(picture.fates('/nginx-green'), [
      { kind: 'taken', index: 0, backend: 'nginx_10000', servicePort: 10000, of: '/nginx-blue' },
    ]);
  });

  it('an empty name is none, and told', () => {
    const picture = pictureOf([anEntry({ labels: { HAPROXY_GROUP: 'external', HAPROXY_DEPLOYMENT_GROUP: '' } })]);
    assert.deepEqual(backendsOf(picture), ['shop_10000: 10.0.0.1:31000 ready']);
    assert.deepEqual(
      picture.problems().map(({ message }) => message),
      ['HAPROXY_DEPLOYMENT_GROUP is "" and must be a name of 1 to 200 characters: the app is in no deployment group'],
    );
  });

  it('a name that no backend may have takes the ports of the group out', () => {
    const odd = member('blue', { tasks: tasks('blue', 1), labels: { HAPROXY_DEPLOYMENT_GROUP: 'a b' } });
    const picture = pictureOf([odd]);
    assert.deepEqual(backendsOf(picture), []);
    assert.deepEqual(
      picture.problems().map(({ message }) => message),
      ["'a b_10000' cannot be the name of a HAProxy backend: rename the deployment group"],
    );
  });
});
