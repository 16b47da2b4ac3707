import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BuildOptions } from '../../src/desired/options.ts';
import { toEntry } from '../../src/marathon/payload/entry.ts';
import { Picture } from '../../src/picture/picture.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { someGlobals, someOptions } from '../kit/builders.ts';
import { ownTemplates } from '../kit/own-templates.ts';

/**
 * Section 11 of what is known of Marathon-LB: what it made of one app, and what came of its mistakes. Those that need a HAProxy or a Marathon to be seen are tested
 * there: a reload that fails (scenarios/faults-haproxy), an empty list of apps (scenarios/faults-list), hosts and names of servers (marathon-lb-12), a password
 * without a virtual host and the pieces that HAProxy 2.6 did not take (behaviour).
 */

type Json = Readonly<Record<string, unknown>>;

const made = (apps: readonly Json[], options: Partial<BuildOptions> = {}) => {
  const picture = new Picture(someOptions(options), someGlobals());
  picture.take({ kind: 'host-address', host: 'agent1', address: '1.1.1.1' });
  picture.take({ kind: 'snapshot', entries: apps.flatMap((app) => toEntry(app).value ?? []), keep: new Set() });
  const { desired } = picture;
  const [config] = new Renderer(ownTemplates).render(desired, picture.fingerprint);
  /** Lines below the one that opens a section. */
  const section = (opening: string): readonly string[] => {
    const lines = (config?.bytes.toString() ?? '').split('\n');
    const from = lines.findIndex((line) => line.startsWith(opening));
    const rest = lines.slice(from + 1);
    const end = rest.findIndex((line) => line !== '' && !line.startsWith(' '));
    const own = from === -1 ? [] : rest.slice(0, end === -1 ? rest.length : end);
    return own.filter((line) => line !== '').map((line) => line.trim());
  };
  const servers = Object.fromEntries([...desired.backends].map(([name, backend]) => [name, backend.servers]));
  const map = (name: string): Readonly<Record<string, string>> => Object.fromEntries(desired.maps.get(name) ?? []);
  return { picture, desired, section, servers, map, problems: picture.problems() };
};

const task = (changes: Json = {}): Json => ({ id: 'nginx.1', host: '10.0.0.1', ports: [31000], state: 'TASK_RUNNING', ...changes });

const app = (id: string, servicePort: number, labels: Json = {}, more: Json = {}): Json => ({
  id,
  instances: 1,
  portDefinitions: [{ port: servicePort }],
  labels: { HAPROXY_GROUP: 'external', ...labels },
  tasks: [task()],
  ...more,
});

const CHECK = { protocol: 'HTTP', path: '/', portIndex: 0, intervalSeconds: 2, timeoutSeconds: 10, maxConsecutiveFailures: 10 };

describe('11.1 one app and nothing else', () => {
  const nginx = (labels: Json = {}) =>
    made([app('/nginx', 10000, labels, { healthChecks: [CHECK], tasks: [task({ host: 'agent1', ports: [1024] })] })]);

  it('has its frontend, its backend and its server under the names that it had', () => {
    const { section } = nginx();
    const frontend = section('frontend nginx_10000 ');
    for (const line of ['bind *:10000', 'mode http', 'use_backend nginx_10000']) assert.ok(frontend.includes(line), line);
    assert.deepEqual(section('backend nginx_10000 '), [
      'server agent1_1_1_1_1_1024 1.1.1.1:1024 id 28363 weight 1 pool-low-conn 4 check inter 2s fastinter 1s downinter 1s rise 1 fall 11',
    ]);
  });

  it('what its backend says stands in the section that it takes it from', () => {
    const { section, servers, desired } = nginx();
    const profile = section(`defaults ${desired.backends.get('nginx_10000')?.profile.name ?? ''} `);
    for (const line of [
      ...['mode http', 'balance roundrobin', 'option forwardfor', 'http-request set-header X-Forwarded-Port %[dst_port]'],
      ...['http-request set-header X-Forwarded-Proto https if { ssl_fc }', 'option httpchk GET /', 'timeout check 10s'],
    ])
      assert.ok(profile.includes(line), `${line} in ${profile.join('\n')}`);
    assert.equal(servers['nginx_10000']?.length, 1);
  });

  it('is reached by its id, by its host and by its path', () => {
    assert.deepEqual([nginx().map('apps'), nginx().map('routes')], [{ '/nginx': 'nginx_10000' }, {}]);
    assert.deepEqual(nginx({ HAPROXY_0_VHOST: 'test.example.com' }).map('routes'), { 'test.example.com/': 'nginx_10000' });
    assert.deepEqual(nginx({ HAPROXY_0_VHOST: 'test.example.com', HAPROXY_0_PATH: '/some/path' }).map('routes'), {
      'test.example.com/some/path': 'nginx_10000',
    });
  });
});

describe('11.2 what went wrong there', () => {
  const labelsOf = ({ problems }: ReturnType<typeof made>) => problems.map(({ appId, label }) => `${appId} ${label ?? ''}`);

  it('a label that is no number, among healthy apps: nobody else is touched', () => {
    const all = made([app('/a', 10000), app('/b', 10001, { HAPROXY_0_PORT: 'abc' }), app('/c', 10002)]);
    assert.deepEqual(Object.keys(all.servers).sort(), ['a_10000', 'c_10002']);
    assert.deepEqual(labelsOf(all), ['/b HAPROXY_0_PORT']);
  });

  it('apps that want the same name: the others stay, and one of the two', () => {
    const all = made([app('/a/b', 10000), app('/a_b', 10000), app('/c', 10002)]);
    assert.deepEqual(Object.keys(all.servers).sort(), ['a_b_10000', 'c_10002']);
    assert.deepEqual(labelsOf(all), ['/a_b ']);
  });

  it('two apps that replace each other: each task is one server', () => {
    const pair = (id: string, ports: readonly number[], port: number): Json =>
      app(
        id,
        10000 + port,
        {
          HAPROXY_0_PORT: '10000',
          HAPROXY_DEPLOYMENT_GROUP: 'web',
          HAPROXY_DEPLOYMENT_STARTED_AT: `2026-01-0${port + 1}T00:00:00Z`,
          HAPROXY_DEPLOYMENT_TARGET_INSTANCES: '2',
        },
        { tasks: ports.map((hostPort) => task({ id: `${id}.${hostPort}`, ports: [hostPort] })) },
      );
    const { servers } = made([pair('/web-blue', [31000, 31001], 0), pair('/web-green', [31002, 31003], 1)]);
    assert.deepEqual(
      servers['web_10000']?.map(({ port }) => port),
      [31000, 31001, 31002, 31003],
    );
  });

  it('tasks with addresses of their own on one agent: always in one order', () => {
    const tasks = [5, 3, 1, 4, 2].map((n) => task({ id: `${n}`, host: 'agent1', ipAddresses: [{ ipAddress: `9.0.0.${n}` }], ports: [] }));
    const inside = { networks: [{ mode: 'container' }], container: { portMappings: [{ containerPort: 80, servicePort: 10000 }] } };
    for (const list of [tasks, tasks.toReversed(), tasks.toSorted()])
      assert.deepEqual(
        made([app('/app', 10000, {}, { ...inside, tasks: list })]).servers['app_10000']?.map(({ address }) => address),
        [1, 2, 3, 4, 5].map((n) => `9.0.0.${n}`),
      );
  });

  const TWO_PORTS = { portDefinitions: [{ port: 10000 }, { port: 10001 }], healthChecks: [{ ...CHECK, portIndex: 1 }] };

  it('the check is at another port, and two tasks on one host have theirs crossed: each has its own', () => {
    const tasks = [task({ id: '1', ports: [31000, 31900] }), task({ id: '2', ports: [31001, 31800] })];
    const { servers } = made([app('/app', 10000, { HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX: '1' }, { ...TWO_PORTS, tasks })]);
    assert.deepEqual(
      servers['app_10000']?.map(({ port, checkPort }) => [port, checkPort]),
      [
        [31000, 31900],
        [31001, 31800],
      ],
    );
  });

  it('the check is at a port that there is not: it is told, and everybody is served', () => {
    const tasks = [task({ ports: [31000, 31001] })];
    const two = app('/app', 10000, { HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX: '2' }, { ...TWO_PORTS, tasks });
    const all = made([two, app('/other', 10009)]);
    assert.deepEqual(Object.keys(all.servers).sort(), ['app_10000', 'app_10001', 'other_10009']);
    assert.deepEqual(labelsOf(all), ['/app HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX']);
  });

  it('rules of its own, where others are in the map: both are there', () => {
    const rules = '  acl is_{backend} hdr(host) -i {hostname}\n  use_backend {backend} if is_{backend}';
    const own = app('/own', 10000, { HAPROXY_0_VHOST: 'own.example', HAPROXY_0_HTTP_FRONTEND_ACL: rules });
    const { section, map, problems } = made([own, app('/mapped', 10001, { HAPROXY_0_VHOST: 'mapped.example' })]);
    assert.ok(section('frontend marathon_http_in ').some((line) => /^use_backend own_10000 if .* is_own_10000/.test(line)));
    assert.deepEqual([map('routes'), problems], [{ 'mapped.example/': 'mapped_10001' }, []]);
  });

  it('two apps with one service port: the one that was there first has it, and the other is told', () => {
    const { desired, problems } = made([app('/a', 10000), app('/b', 10000)]);
    assert.deepEqual([desired.frontends.has('a_10000'), desired.frontends.has('b_10000')], [true, false]);
    assert.deepEqual(problems, [{ appId: '/b', portIndex: 0, message: 'service port 10000 is not opened: /a (port index 0) has it' }]);
  });
});
