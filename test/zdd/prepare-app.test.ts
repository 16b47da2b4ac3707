import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { servicePortsIn } from '../../src/rollout/definition.ts';
import { type Definition, readDefinition } from '../../src/zdd/app.ts';
import { ZddError } from '../../src/zdd/exits.ts';
import { prepareApp } from '../../src/zdd/prepare-app.ts';
import { writeStartedAt } from '../../src/zdd/started-at.ts';

const NOW = new Date(2026, 10, 22, 15, 14, 50, 123);
const NONE = { initialInstances: 1, newInstances: 0 };

const LABELS = { HAPROXY_DEPLOYMENT_GROUP: 'nginx', HAPROXY_DEPLOYMENT_ALT_PORT: '10001' };

const app = (overrides: object = {}): Definition =>
  readDefinition(
    JSON.stringify({ id: '/nginx', instances: 5, portDefinitions: [{ port: 10_000, name: 'web' }], labels: LABELS, ...overrides }),
    'app.json',
  );

/** What is there: with this colour and number of instances. */
const last = (colour: string, more: object = {}): Definition =>
  app({ id: `/nginx-${colour}`, instances: 3, labels: { ...LABELS, HAPROXY_0_PORT: '10000', HAPROXY_DEPLOYMENT_COLOUR: colour }, ...more });

const mapped = (...ports: readonly (number | null)[]): object => ({
  portDefinitions: null,
  container: { portMappings: ports.map((servicePort) => ({ containerPort: 80, servicePort })) },
});
const inDocker = (port: number): object => ({
  portDefinitions: [{ port: 7 }],
  container: { docker: { image: 'nginx', portMappings: [{ containerPort: 80, servicePort: port }] }, portMappings: [] },
});

describe('an app as zdd creates it', () => {
  it('is the definition with a colour, the other port and the labels that tell the balancer', () => {
    assert.deepEqual(
      prepareApp(app(), last('green', { portDefinitions: [{ port: 10_000 }] }), { initialInstances: 2, newInstances: 1 }, NOW),
      {
        id: '/nginx-blue',
        instances: 1,
        portDefinitions: [{ port: 10_001, name: 'web' }],
        labels: {
          ...LABELS,
          HAPROXY_APP_ID: '/nginx',
          HAPROXY_0_PORT: '10000',
          HAPROXY_DEPLOYMENT_TARGET_INSTANCES: '3',
          HAPROXY_DEPLOYMENT_NEW_INSTANCES: '1',
          HAPROXY_DEPLOYMENT_COLOUR: 'blue',
          HAPROXY_DEPLOYMENT_STARTED_AT: '2026-11-22T15:14:50.123000',
        },
      },
    );
  });

  const PORTS: readonly (readonly [what: string, definition: Definition, last: Definition | undefined, port: number])[] = [
    ['its own at first', app(), undefined, 10_000],
    ['the other one next to its own', app(), last('blue'), 10_001],
    ['its own again next to the other one', app(), last('green', { portDefinitions: [{ port: 10_001 }] }), 10_000],
    ['its own again, of a container network: Marathon tells no ports of it', app(mapped(10_000)), last('green', mapped(10_001)), 10_000],
    ['the other one, of a container network', app(mapped(10_000, 11_000)), last('blue', mapped(10_000)), 10_001],
    ['in the mapping of Docker, where older definitions have it', app(inDocker(10_000)), last('blue', inDocker(10_000)), 10_001],
    ['in ports, where nothing else is', app({ portDefinitions: null, ports: [10_000, 10_002] }), last('blue'), 10_001],
  ];
  for (const [what, definition, there, port] of PORTS)
    it(`has a service port: ${what}`, () => {
      const made = prepareApp(definition, there, NONE, NOW);
      assert.deepEqual([servicePortsIn(made)[0], made.labels['HAPROXY_0_PORT']], [port, '10000']);
    });

  it('keeps all other ports', () => {
    assert.deepEqual(prepareApp(app(mapped(10_000, 11_000)), last('blue'), NONE, NOW).container?.portMappings?.[1]?.servicePort, 11_000);
  });

  const COUNTS: readonly (readonly [initial: number, beside: number, instances: number, label: string])[] = [
    [1, 0, 1, '0'],
    [9, 0, 3, '0'],
    [9, 2, 2, '2'],
    [1, 2, 1, '2'],
    [9, 9, 3, '3'],
  ];
  for (const [initialInstances, newInstances, instances, label] of COUNTS)
    it(`begins with ${instances} of 3 for --initial-instances ${initialInstances} --new-instances ${newInstances}`, () => {
      const made = prepareApp(app(), last('blue'), { initialInstances, newInstances }, NOW);
      assert.deepEqual([made.instances, made.labels['HAPROXY_DEPLOYMENT_NEW_INSTANCES']], [instances, label]);
    });

  it('has all its instances at first, whatever the flags say', () => {
    const made = prepareApp(app(), undefined, { initialInstances: 1, newInstances: 2 }, NOW);
    assert.deepEqual([made.instances, made.labels['HAPROXY_DEPLOYMENT_NEW_INSTANCES']], [5, '0']);
  });

  for (const [what, wrong] of [
    ['no service port', { portDefinitions: null }],
    ['one that Marathon is to choose', { portDefinitions: [{ port: 0 }] }],
    ['a mapping without one', mapped(null)],
    ['a second port that is none', { labels: { ...LABELS, HAPROXY_DEPLOYMENT_ALT_PORT: 'other' } }],
  ] as const)
    it(`is none with ${what}: exit code 4`, () => {
      assert.throws(
        () => prepareApp(app(wrong), undefined, NONE, NOW),
        (error) => error instanceof ZddError && error.exitCode === 4,
      );
    });
});

describe('when an app was deployed', () => {
  it('is later than that of the app before it, though that was written in another zone', () => {
    assert.equal(writeStartedAt(NOW, '2026-11-22T17:00:00.000000'), '2026-11-22T17:00:00.001000');
    assert.equal(writeStartedAt(NOW, '2026-11-22T15:00:00'), '2026-11-22T15:14:50.123000');
    assert.equal(writeStartedAt(NOW, 'yesterday'), '2026-11-22T15:14:50.123000');
  });
});
