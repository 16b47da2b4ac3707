import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { knownName } from '../../src/dns/name.ts';
import type { RouteOptions } from '../../src/dns/forward/routes.ts';
import { SystemResolvers } from '../../src/dns-server/forward/system-resolvers.ts';
import { Others } from '../../src/dns-server/others.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

const fileOf = (t: TestContext, text?: string): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  if (text !== undefined) writeFileSync(join(path, 'resolv.conf'), text);
  return join(path, 'resolv.conf');
};

const open = (t: TestContext, routes: Partial<RouteOptions>, resolvConf?: string) => {
  const warnings: string[] = [];
  const others = new Others(
    {
      forward: { routes: { resolvers: [], zones: [], neverAsked: [], ...routes } },
      listen: [{ host: '127.0.0.1', port: 53 }],
      ...(resolvConf === undefined ? {} : { resolvConf }),
    },
    (message, fields) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  );
  lastly(t, () => others.close());
  return { upstreams: others.figures().upstreams.map(({ upstream }) => upstream), warnings };
};

describe('who is asked', () => {
  it('is not this responder itself, and that is told', (t) => {
    const zones = [
      {
        zone: knownName('corp.example'),
        upstreams: [
          { host: '127.0.0.1', port: 53 },
          { host: '10.0.0.3', port: 53 },
        ],
      },
    ];
    const { upstreams, warnings } = open(t, { zones });
    assert.deepEqual(upstreams, ['10.0.0.3:53']);
    assert.match(warnings.join('\n'), /^a resolver is this responder itself.*"127.0.0.1:53"/);
  });

  it('is whom the host asks, without ourselves', (t) => {
    const resolvConf = fileOf(t, 'nameserver 127.0.0.1\nnameserver 10.0.0.2\n');
    assert.deepEqual(open(t, {}, resolvConf), { upstreams: ['10.0.0.2:53'], warnings: [] });
  });

  for (const [sentence, text] of [
    ['names us alone', 'nameserver 127.0.0.1\n'],
    ['is not there', undefined],
  ] as const) {
    it(`is nobody where resolv.conf ${sentence}, and that is told`, (t) => {
      const { upstreams, warnings } = open(t, {}, fileOf(t, text));
      assert.deepEqual(upstreams, []);
      assert.match(warnings.join('\n'), /names nobody but this host itself/);
    });
  }
});

it('follows resolv.conf when it is written anew, and tells nothing while it says the same', async (t) => {
  const path = fileOf(t, 'nameserver 10.0.0.2\n');
  const told: string[] = [];
  const onChange = (places: readonly { host: string }[]): unknown => told.push(places.map(({ host }) => host).join(' '));
  const system = new SystemResolvers({ path, listeners: [], onChange, onTrouble: (because) => told.push(because), intervalMs: 5 });
  lastly(t, () => system.close());
  assert.deepEqual(told, ['10.0.0.2'], 'at once');
  writeFileSync(path, 'nameserver 10.0.0.3\nnameserver 10.0.0.4\n');
  await waitFor('the new ones', () => told.at(-1) === '10.0.0.3 10.0.0.4');
  assert.ok(told.length <= 3, 'an empty file at most between');
});

it('keeps those it knows while resolv.conf is away for a moment, and has none when it stays away', async (t) => {
  const path = fileOf(t, 'nameserver 10.0.0.2\n');
  const told: number[] = [];
  let troubles = 0;
  const onTrouble = (): unknown => (troubles += 1);
  const system = new SystemResolvers({ path, listeners: [], onChange: (places) => told.push(places.length), onTrouble, intervalMs: 5 });
  lastly(t, () => system.close());
  rmSync(path);
  await waitFor('it to be missed', () => told.at(-1) === 0);
  assert.deepEqual([told, troubles], [[1, 0], 1]);
});
