import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { findBinary } from '../../src/haproxy/binary.ts';
import { anAppDefinition } from '../kit/edge.ts';
import { haproxies } from '../kit/haproxy.ts';
import { isServed, run, standInFor, statusOf, write } from '../kit/runs.ts';
import { placeFor } from '../kit/sluice.ts';
import { sawNoFailure, shoppers } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

const [older, newer] = haproxies;

it(
  'HAProxy is upgraded: the status tells which version serves, and the next reload brings the new one without a failed request',
  { skip: newer === undefined ? 'there is only one HAProxy here' : false },
  async (t) => {
    assert.ok(older !== undefined && newer !== undefined);
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    const program = join(place.folder, 'haproxy');
    symlinkSync((await findBinary(older.binary)).path, program);
    const flags = ['--haproxy', program, '--keep-haproxy'];
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop'));
    const first = await run(t, place, standIn, flags);
    await isServed(place, 'shop.example');
    const clients = shoppers(t, place.ports.http);
    const serves = async (version: string): Promise<boolean> => ((await statusOf(place)).haproxy.version ?? '').startsWith(`${version}.`);
    assert.ok(await serves(older.version));
    assert.equal((await first.endBy('SIGTERM')).code, 0);

    rmSync(program);
    symlinkSync((await findBinary(newer.binary)).path, program);
    const second = await run(t, place, standIn, flags.slice(0, 2));
    const { haproxy, counters } = await statusOf(place);
    if (counters.reloads === 0) assert.ok(haproxy.version?.startsWith(`${older.version}.`), 'the old one still serves');
    // A new kind of backend takes a reload with every HAProxy.
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
    await isServed(place, 'news.example');
    await waitFor(`${newer.version} serves`, async () => serves(newer.version));
    await sawNoFailure(clients);
    assert.equal((await second.endBy('SIGTERM')).code, 0);
  },
);
