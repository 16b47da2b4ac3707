import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { admit } from '../../src/desired/admission.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import type { App, DefinedPort } from '../../src/model/app.ts';
import type { Task } from '../../src/model/task.ts';
import { explain } from '../../src/picture/explain.ts';
import { Picture } from '../../src/picture/picture.ts';
import { aCheck, anApp, anEntry, aTask, labels, someGlobals, someOptions } from '../kit/builders.ts';

const endpoint = (name: string, hostPortIndex: number, changes: Partial<DefinedPort> = {}): DefinedPort => ({
  protocol: 'tcp',
  name,
  hostPortIndex,
  ...changes,
});

const TWO = [endpoint('http', 0), endpoint('admin', 1)];
const INSTANCE = aTask({ id: 'pod.instance-1', instanceId: 'pod.instance-1', ports: [31000, 31001] });

const served = (more: Readonly<Record<string, string>>, app: Partial<App> = {}, options: Partial<BuildOptions> = {}): Picture => {
  const picture = new Picture(someOptions(options), someGlobals());
  const pod = { id: '/pod', kind: 'pod' as const, ports: [], definedPorts: TWO, ...labels(more), ...app };
  picture.take({ kind: 'snapshot', entries: [anEntry(pod, [INSTANCE])], keep: new Set() });
  return picture;
};

const backends = (picture: Picture): readonly string[] =>
  [...picture.desired.backends.values()]
    .map(({ name, servers }) => `${name}: ${servers.map(({ address, port }) => `${address}:${port}`).join()}`)
    .sort();
const listeners = ({ desired }: Picture): readonly string[] =>
  [...desired.frontends.values()].filter(({ kind }) => kind === 'service').map(({ name }) => name);

describe('an endpoint of a pod without a service port', () => {
  const picture = served({ HAPROXY_0_VHOST: 'pod.example', HAPROXY_1_ENABLED: 'false' });

  it('is a backend named after it, without a listener', () => {
    assert.deepEqual(backends(picture), ['pod_http: 10.0.0.1:31000']);
    assert.deepEqual(listeners(picture), []);
    assert.deepEqual(picture.problems(), []);
  });
  it('is reached by its virtual host, and by the id of the pod', () => {
    assert.deepEqual([...(picture.desired.maps.get('routes') ?? [])], [['pod.example/', 'pod_http']]);
    assert.deepEqual([...(picture.desired.maps.get('apps') ?? [])], [['/pod', 'pod_http']]);
  });
  it('is explained', () => {
    const { model, desired, options } = picture;
    const input = {
      model,
      desired,
      options,
      entry: picture.servedEntry('/pod'),
      fates: picture.fates('/pod'),
      problems: [],
      observed: undefined,
    };
    const explained = explain('/pod', input);
    assert.equal(explained?.kind, 'pod');
    assert.deepEqual(
      explained.ports.map(({ index, servicePort, backend, left }) => [index, servicePort, backend, left.length]),
      [
        [0, 0, 'pod_http', 0],
        [1, 0, undefined, 0],
      ],
    );
  });
  it('in mode tcp is left out, and told', () => {
    const tcp = served({ HAPROXY_0_MODE: 'http' });
    assert.deepEqual(backends(tcp), ['pod_http: 10.0.0.1:31000']);
    assert.deepEqual(
      tcp.problems().map(({ portIndex, label }) => [portIndex, label]),
      [[1, 'HAPROXY_1_PORT']],
    );
    assert.match(tcp.problems()[0]?.message ?? '', /^endpoint 'admin' has no service port/);
  });
});

describe('service ports of a pod', () => {
  it('are explained as what its labels say', () => {
    const picture = served(
      { HAPROXY_0_PORT: '10000', HAPROXY_1_VHOST: 'pod.example' },
      { definedPorts: [endpoint('http', 0), endpoint('8080', 1)] },
    );
    assert.deepEqual(
      picture.fates('/pod').map((fate) => fate.kind === 'taken' && [fate.backend, fate.servicePort]),
      [
        ['pod_10000', 10000],
        ['pod_8080', 0],
      ],
    );
  });
  it("give it no name that is not an app's", () => {
    for (const [id, name] of [
      ['/sluice', 'decrypted'],
      ['/sluice', 'endpoints'],
      ['/marathon', 'http_in'],
    ] as const) {
      const picture = served({ HAPROXY_0_VHOST: 'pod.example' }, { id, definedPorts: [endpoint(name, 0)] });
      assert.match(picture.problems()[0]?.message ?? '', /cannot be the name of a HAProxy backend/);
      assert.deepEqual(backends(picture), []);
    }
  });
  it('are those of its labels', () => {
    const picture = served({ HAPROXY_0_PORT: '10000', HAPROXY_1_PORT: '10001' });
    assert.deepEqual(backends(picture), ['pod_10000: 10.0.0.1:31000', 'pod_10001: 10.0.0.1:31001']);
    assert.deepEqual(listeners(picture), ['pod_10000', 'pod_10001']);
  });
  it('are given out where there is a range, in any network', () => {
    const picture = served({ HAPROXY_1_PORT: '10001' }, {}, { autoPorts: { min: 10050, max: 10050 } });
    assert.deepEqual(backends(picture), ['pod_10001: 10.0.0.1:31001', 'pod_10050: 10.0.0.1:31000']);
  });
  it('are none for endpoints for which none is left', () => {
    const picture = served({ HAPROXY_1_VHOST: 'pod.example' }, {}, { autoPorts: { min: 10050, max: 10050 } });
    assert.deepEqual(backends(picture), ['pod_10050: 10.0.0.1:31000', 'pod_admin: 10.0.0.1:31001']);
  });
  for (const compat of ['fixed', 'strict'] as const)
    it(`are given out after those of apps, and to pods by their ids, with --compat ${compat}`, () => {
      const picture = new Picture(someOptions({ compat, autoPorts: { min: 10050, max: 10052 } }), someGlobals());
      const lacking = (id: string, version: string, kind?: 'pod'): ReturnType<typeof anEntry> => {
        const definedPorts = [endpoint('http', 0, { containerPort: 80 })];
        return anEntry({ id, version, network: 'container', ports: [], definedPorts, ...(kind === undefined ? {} : { kind }) }, [INSTANCE]);
      };
      const entries = [
        lacking('/a', '2025', 'pod'),
        lacking('/b', '2024', 'pod'),
        lacking('/z1', '2026'),
        lacking('/z2', '2026'),
        lacking('/z3', '2026'),
      ];
      const portOf = (id: string): number | undefined => picture.servedEntry(id)?.app.ports[0]?.servicePort;
      picture.take({ kind: 'snapshot', entries: entries.slice(0, 4), keep: new Set() });
      const [a, b, ...apps] = entries.slice(0, 4).map(({ app }) => portOf(app.id));
      assert.ok(a !== undefined && a > 0 && !apps.includes(a));
      assert.equal(b, 0, 'none is left for the second of them, though it is older');
      picture.take({ kind: 'snapshot', entries, keep: new Set() });
      assert.deepEqual([portOf('/z1'), portOf('/z2'), portOf('/a'), portOf('/b')], [...apps, 0, 0]);
    });
  it('are checked as its container is', () => {
    const picture = served({}, { healthChecks: [aCheck({ portIndex: 1 })] });
    assert.deepEqual(backends(picture), ['pod_admin: 10.0.0.1:31001']);
    assert.equal(picture.desired.backends.get('pod_admin')?.profile.check?.kind, 'http');
  });
  it('of UDP are told', () => {
    const picture = served({}, { definedPorts: [endpoint('dns', 0, { protocol: 'udp' })] });
    assert.match(picture.problems()[0]?.message ?? '', /^port 'dns' is left out: its protocol is udp/);
    assert.deepEqual(backends(picture), []);
  });
});

describe('an instance of a pod is reached', () => {
  const at = (network: App['network'], port: DefinedPort, task: Partial<Task>, compat: BuildOptions['compat'] = 'fixed'): string => {
    const app = anApp({ kind: 'pod', network, ports: [], definedPorts: [port] });
    const options = someOptions({ compat });
    const found = admit(app, { ...port, servicePort: 0 }, aTask(task), new Map(), options, 0);
    return found.kind === 'in' ? `${found.address}:${found.port}` : found.because;
  };
  const own = { host: '10.0.0.1', ipAddresses: ['9.0.0.5'], ports: [0, 31001] };
  const ROWS: readonly (readonly [where: string, network: App['network'], port: DefinedPort, place: string])[] = [
    ['on its agent', 'host', endpoint('http', 1), '10.0.0.1:31001'],
    ['on its agent', 'container/bridge', endpoint('http', 1, { containerPort: 80 }), '10.0.0.1:31001'],
    ['at its own address', 'container', endpoint('http', 1, { containerPort: 80 }), '9.0.0.5:80'],
    ['at its own address, by the same port as on its agent', 'container', endpoint('http', 1, { containerPort: 0 }), '9.0.0.5:31001'],
    ['nowhere without a host port', 'host', endpoint('http', 0), 'it has no host port for this service port'],
  ];
  for (const [where, network, port, place] of ROWS)
    it(`${where} in network mode ${network}, in either way of compatibility`, () => {
      assert.equal(at(network, port, own), place);
      assert.equal(at(network, port, own, 'strict'), place);
    });
});
