import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Command } from 'commander';
import { addLegacyFlags } from '../../src/cli/legacy-flags.ts';
import { addRunFlags } from '../../src/cli/run-flags.ts';
import { startStandIn } from '../../src/demo/stand-in.ts';
import { peerPlaces } from '../../src/observe/peer-places.ts';
import { type Settings, toSettings } from '../../src/settings.ts';
import { lastly } from '../kit/lastly.ts';

/** deploy/marathon.json, docs/container.md and the Dockerfile say the same. */

interface App {
  readonly instances: number;
  readonly constraints: readonly (readonly string[])[];
  readonly networks: readonly object[];
  readonly requirePorts: boolean;
  readonly upgradeStrategy: { readonly minimumHealthCapacity: number; readonly maximumOverCapacity: number };
  readonly args: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly portDefinitions: readonly { readonly port: number }[];
  readonly container: { readonly docker: { readonly parameters: readonly { readonly key: string; readonly value: string }[] } };
  readonly taskKillGracePeriodSeconds: number;
  readonly healthChecks: readonly [{ readonly portIndex: number; readonly path: string }];
}

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const app = JSON.parse(text('deploy/marathon.json')) as App;
const docs = text('docs/container.md');

/** What `run` makes of the app's arguments and environment. */
const settingsOf = ({ args, env }: App): Settings => {
  const [verb, ...flags] = args;
  assert.equal(verb, 'sse');
  const command = addLegacyFlags(addRunFlags(new Command())).exitOverride();
  const fromEnvironment = command.options.flatMap(({ long, envVar }) => (envVar !== undefined && envVar in env ? [long, env[envVar]] : []));
  assert.equal(fromEnvironment.length, 2 * Object.keys(env).length, 'each variable stands for a flag');
  return toSettings(command.parse([...(fromEnvironment as string[]), ...flags], { from: 'user' }).opts());
};

/** A kill while it drains would cut connections. */
const SLACK_SECONDS = 15;

test('Marathon takes the app definition', async (t) => {
  const standIn = await startStandIn();
  lastly(t, async () => standIn.close());
  const answer = await fetch(`${standIn.url}/v2/apps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...app, instances: 0 }),
  });
  assert.equal(answer.status, 201, await answer.text());
});

test('its arguments are right, and it is given the time that they need to end', () => {
  const { drainGraceMs, stopLimitMs, groups } = settingsOf(app);
  assert.deepEqual(groups, ['external']);
  const needed = (drainGraceMs + stopLimitMs) / 1000 + SLACK_SECONDS;
  assert.ok(app.taskKillGracePeriodSeconds >= needed, `${needed} seconds are needed`);
  const stopTimeout = Number(/--stop-timeout (\d+) \\/.exec(docs)?.[1]);
  assert.ok(stopTimeout >= needed, `docs/container.md: --stop-timeout ${stopTimeout}`);
});

test('its instances are one for each host, half of them stay while it is upgraded, and each finds the others', () => {
  const { instances, constraints, networks, upgradeStrategy, requirePorts } = app;
  assert.ok(instances > 1);
  assert.deepEqual(constraints, [['hostname', 'UNIQUE']]);
  assert.deepEqual(networks, [{ mode: 'host' }]);
  assert.ok(requirePorts);
  assert.ok(upgradeStrategy.minimumHealthCapacity > 0 && upgradeStrategy.minimumHealthCapacity <= 1 - 1 / instances);
  assert.equal(upgradeStrategy.maximumOverCapacity, 0);
  const { peers, controller, rollouts, statsPort } = settingsOf(app);
  assert.deepEqual([peers, controller.mode, rollouts.kind], [{ kind: 'auto' }, 'auto', 'marathon']);
  const task = { id: 'sluice.2', host: 'agent-2', state: 'TASK_RUNNING', ports: app.portDefinitions.map(({ port }) => port) };
  assert.deepEqual(peerPlaces({ ...app, tasks: [task] }, 'sluice.1', statsPort), [{ name: 'sluice.2', url: 'http://agent-2:9090' }]);
});

test('its ports are those that are listened on, and the health check asks HAProxy', () => {
  const { httpPort, httpsPort, statsPort, appIdPort } = settingsOf(app);
  const ports = app.portDefinitions.map(({ port }) => port);
  assert.deepEqual(ports, [httpPort, httpsPort, statsPort, appIdPort]);
  assert.deepEqual(/^EXPOSE (.*)$/m.exec(text('Dockerfile'))?.[1]?.split(' ').map(Number), ports);
  const [{ portIndex, path }] = app.healthChecks;
  assert.equal(ports[portIndex], statsPort);
  assert.ok(text('templates/stats.hbs').includes(`monitor-uri ${path}\n`));
});

test('docs/container.md explains each field, and its options of docker run are those of the app', () => {
  const cells = docs
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|')[1] ?? '');
  const docker = Object.keys(app.container.docker);
  for (const field of [...Object.keys(app), ...docker])
    assert.ok(
      cells.some((cell) => cell.includes(`\`${field}\``)),
      `${field} has no row`,
    );
  const command = /docker run --detach [^`]*?\n\n/.exec(docs)?.[0].replaceAll(/\\\n\s*/g, '') ?? '';
  for (const { key, value } of app.container.docker.parameters) {
    const option = value === 'true' ? `--${key} ` : `--${key} ${value} `;
    assert.ok(command.includes(option), `docker run is not given ${option}`);
  }
});

test('each build argument has a row in docs/container.md', () => {
  const names = [...text('Dockerfile').matchAll(/^ARG (\w+)/gm)].map(([, name = '']) => name);
  assert.deepEqual(names, ['BASE', 'BUILDER', 'npm_config_registry']);
  for (const name of names) assert.match(docs, new RegExp(`^\\| \`${name}\` `, 'm'));
});
