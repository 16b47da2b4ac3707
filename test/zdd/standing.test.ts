import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readApp } from '../../src/zdd/app.ts';
import { readStatistics } from '../../src/zdd/read-statistics.ts';
import { type Standing, standingsOf } from '../../src/zdd/standing.ts';
import { zddLabels } from './world.ts';

describe("HAProxy's statistics", () => {
  const head = '# pxname,svname,qcur,qmax,scur,smax,slim,status,last_chk,';

  it('are rows by the names of columns, wherever these are', () => {
    assert.deepEqual(readStatistics(`${head}\nnginx_10000,a_1,2,3,4,5,,UP 1/2,"L7OK, fine",\n\n`), [
      { backend: 'nginx_10000', server: 'a_1', status: 'UP 1/2', queued: 2, sessions: 4 },
    ]);
    assert.deepEqual(readStatistics(`${head}\n`), []);
  });

  for (const [what, text] of [
    ['a page', '<html></html>\n'],
    ['cut off', `${head}\nnginx_10000,a_1,2`],
    ['without a column', '# pxname,svname,status,\n'],
    ['nothing', ''],
  ] as const)
    it(`are not read where it is ${what}`, () => assert.equal(readStatistics(text), undefined));
});

interface Place {
  /** Of the app, beside its labels. */
  readonly app?: object;
  readonly labels?: object;
  readonly task: object;
}

/** One task's standing, where each balancer has these rows: [backend, server, status, queued, sessions]. */
const standing = (
  { app = {}, labels = {}, task }: Place,
  ...balancers: readonly (readonly (readonly [string, string, string, number, number])[])[]
): Standing => {
  const read = readApp({
    id: '/nginx-blue',
    instances: 1,
    labels: { ...zddLabels('blue', 1), ...labels },
    tasks: [{ id: 'a', ...task }],
    ...app,
  });
  const seen = balancers.map((rows) => ({
    place: '',
    hasOldWorkers: false,
    rows: rows.map(([backend, server, status, queued, sessions]) => ({ backend, server, status, queued, sessions })),
  }));
  return standingsOf([read], seen).get('a') as Standing;
};

const UP: Standing = { serving: 1, out: 0, idle: 0, sessions: 0 };
const UNKNOWN: Standing = { serving: 0, out: 0, idle: 0, sessions: 0 };

describe('the server of a task', () => {
  const onHost = { host: 'agent-1.example.com', ports: [31_000] };
  const inContainer = { host: '10.0.0.1', ports: [], ipAddresses: [{ ipAddress: '9.0.1.7' }] };
  const ofContainer = { networks: [{ mode: 'container' }], container: { portMappings: [{ containerPort: 80 }, { containerPort: 443 }] } };
  const NAMES: readonly (readonly [what: string, place: Place, backend: string, server: string, found: boolean])[] = [
    ['by host and port', { task: { host: '10.0.0.1', ports: [31_000] } }, 'nginx_10000', '10_0_0_1_31000', true],
    [
      'by host, address and port',
      { task: { ...onHost, ipAddresses: [{ ipAddress: '10.0.0.1' }] } },
      'nginx_10000',
      'agent-1_example_com_10_0_0_1_31000',
      true,
    ],
    ['by an address that Marathon does not know', { task: onHost }, 'nginx_10000', 'agent-1_example_com_10_9_9_9_31000', true],
    ['by an IPv6 address that Marathon does not know', { task: onHost }, 'nginx_10000', 'agent-1_example_com_fd00__1_31000', true],
    [
      'by a name with characters that are not kept',
      { task: { host: 'agent_1.example.com', ports: [31_000] } },
      'nginx_10000',
      'agent.1_example.com_10.0.0.1_31000',
      true,
    ],
    ['by the address and port of its container', { app: ofContainer, task: inContainer }, 'nginx_10000', '10_0_0_1_9_0_1_7_80', true],
    ['by the second of its ports', { task: { host: '10.0.0.1', ports: [31_000, 31_001] } }, 'nginx_10000', '10_0_0_1_31001', true],
    [
      'with a group that begins with a slash',
      { labels: { HAPROXY_DEPLOYMENT_GROUP: '/shop/web' }, task: onHost },
      'shop_web_10000',
      'agent-1_example_com_10_0_0_1_31000',
      true,
    ],
    [
      'with such a group in Marathon-LB',
      { labels: { HAPROXY_DEPLOYMENT_GROUP: '/shop/web' }, task: onHost },
      '_shop_web_10000',
      'agent-1_example_com_10_0_0_1_31000',
      true,
    ],
    ["with a group whose name is another app's", { task: onHost }, 'nginx-blue_10000', 'agent-1_example_com_10_0_0_1_31000', true],
    ['not in the backend of another app', { task: onHost }, 'other_10000', 'agent-1_example_com_10_0_0_1_31000', false],
    ['not with another port', { task: onHost }, 'nginx_10000', 'agent-1_example_com_10_0_0_1_31001', false],
    ['not on another host', { task: onHost }, 'nginx_10000', 'agent-1_example_com_b_10_0_0_1_31000', false],
  ];
  for (const [what, place, backend, server, found] of NAMES)
    it(`is known ${what}`, () => assert.deepEqual(standing(place, [[backend, server, 'UP', 0, 0]]), found ? UP : UNKNOWN));

  const task = { host: '10.0.0.1', ports: [31_000] };
  const row = (status: string, queued = 0, sessions = 0) => [['nginx_10000', '10_0_0_1_31000', status, queued, sessions]] as const;
  const STATES: readonly (readonly [what: string, balancers: readonly ReturnType<typeof row>[], standing: Standing])[] = [
    ['up', [row('UP')], UP],
    ['up, though a check has failed', [row('UP 1/3')], UP],
    ['without checks', [row('no check', 0, 3)], { ...UP, sessions: 3 }],
    ['down', [row('DOWN 1/2')], UNKNOWN],
    ['drained', [row('MAINT')], { serving: 0, out: 1, idle: 1, sessions: 0 }],
    ['drained, with a connection', [row('MAINT', 0, 1)], { serving: 0, out: 1, idle: 0, sessions: 1 }],
    ['drained, with a request that waits', [row('MAINT', 1, 0)], { serving: 0, out: 1, idle: 0, sessions: 1 }],
    ['drained in one balancer of two', [row('MAINT'), row('UP', 0, 2)], { serving: 1, out: 1, idle: 1, sessions: 2 }],
  ];
  const beside = (backend: string, sessions: number) => [backend, '10_0_0_1_31000', 'UP', 0, sessions] as const;
  const OUT: Standing = { serving: 0, out: 1, idle: 1, sessions: 0 };
  it('is not idle while visitors are with it in a backend of its app alone, and counts once', () => {
    assert.deepEqual(standing({ task }, [...row('MAINT'), beside('nginx_10000_blue', 2)]), { ...OUT, idle: 0, sessions: 2 });
    assert.deepEqual(standing({ task }, [...row('MAINT'), beside('nginx_10000_blue', 0), beside('nginx_10000_blue_preview', 0)]), OUT);
    assert.deepEqual(standing({ task }, [...row('UP'), beside('nginx_10000_blue', 0), beside('nginx_10000_blue_preview', 0)]), UP);
    assert.deepEqual(standing({ task }, [beside('nginx_10000_blue', 0)]), UNKNOWN, 'one that is there alone is no server of the group');
    assert.deepEqual(standing({ task }, [...row('MAINT'), beside('other_10000_blue', 2)]), OUT, "another group's");
  });
  for (const [what, balancers, wanted] of STATES) it(`is ${what}`, () => assert.deepEqual(standing({ task }, ...balancers), wanted));
});
