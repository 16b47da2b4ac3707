import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import type { Status } from '../../src/report/status.ts';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition, getFrom } from '../kit/edge.ts';
import { masterOf } from '../kit/haproxy-of.ts';
import { lastly } from '../kit/lastly.ts';
import { type Place, placeFor, type SluiceProcess, startSluice } from '../kit/sluice.ts';
import { waitFor } from '../kit/wait-for.ts';

type Line = Readonly<Record<string, unknown>>;

const post = async (standIn: StandIn, app: object): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${standIn.url}/v2/apps`, { method: 'POST', headers, body: JSON.stringify(app) });
  assert.equal(answer.status, 201, await answer.text());
};

interface Scene {
  readonly place: Place;
  readonly standIn: StandIn;
  readonly start: (flags: readonly string[]) => SluiceProcess;
}

const sceneFor = async (t: TestContext): Promise<Scene> => {
  const place = await placeFor(t);
  const standIn = await startStandIn({ timeScale: 0.05 });
  lastly(t, async () => standIn.close());
  await post(standIn, anAppDefinition('/shop'));
  return { place, standIn, start: (flags) => startSluice(t, ['run', '--marathon', standIn.url, ...place.flags, ...flags]) };
};

const get = async ({ place }: Scene, path: string, host = 'shop.example'): Promise<number> =>
  (await getFrom(`http://127.0.0.1:${place.ports.http}${path}`, { host })).status;

const untilServed = async (scene: Scene, path: string, host?: string): Promise<true> =>
  waitFor(`${host ?? 'the app'} is served`, async () => (await get(scene, path, host)) === 200);

/** What it has printed, but for a last line that has not come to its end. Each line must be JSON. */
const linesOf = (running: SluiceProcess): readonly Line[] =>
  running.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

const untilLogged = async (running: SluiceProcess, path: string): Promise<Line> =>
  waitFor(`a line of ${path}`, () => linesOf(running).find((line) => line['path'] === path));

/** So many that they fit into no pipe, each served. */
const MANY = 600;
const AT_ONCE = 10;
const LONG = 'x'.repeat(900);

const serveMany = async (scene: Scene, path: string): Promise<void> => {
  for (let count = 0; count < MANY; count += AT_ONCE) {
    const statuses = await Promise.all(Array.from({ length: AT_ONCE }, async () => get(scene, `${path}${LONG}`)));
    assert.deepEqual(new Set(statuses), new Set([200]));
  }
};

const lostLines = async ({ place }: Scene): Promise<number> =>
  ((await askApi(place.runDir, '/status')).body as Status).counters.lostLogLines;

describe('the access log', () => {
  it('never keeps HAProxy from serving while Sluice is dead, and comes back with Sluice', async (t) => {
    const scene = await sceneFor(t);
    const first = scene.start(['--access-log']);
    await untilServed(scene, '/first');
    await untilLogged(first, '/first');
    const master = await masterOf(scene.place.runDir);
    await first.endBy('SIGKILL');
    await serveMany(scene, '/away');

    const second = scene.start(['--access-log']);
    await second.prints(/found HAProxy running/);
    await untilLogged(second, `/away${LONG}`);
    await untilServed(scene, '/back');
    await untilLogged(second, '/back');
    const away = linesOf(second).filter(({ path }) => path === `/away${LONG}`).length;
    assert.ok(away > 0 && away < MANY, `${away} lines were in the pipe`);
    assert.equal(await masterOf(scene.place.runDir), master, 'the same HAProxy');
    await second.endBy('SIGTERM');
    assert.ok(linesOf(second).some(({ msg }) => msg === 'sluice ends'));
  });

  it('keeps neither HAProxy nor Sluice waiting for who does not read standard output, tells what was lost, and ends', async (t) => {
    const scene = await sceneFor(t);
    const running = scene.start(['--access-log']);
    await untilServed(scene, '/first');
    await untilLogged(running, '/first');
    running.child.stdout?.pause();
    await serveMany(scene, '/unread');
    await waitFor('lost lines are counted', async () => (await lostLines(scene)) > 0);
    await post(scene.standIn, anAppDefinition('/other'));
    await untilServed(scene, '/other', 'other.example');
    running.child.stdout?.resume();
    await waitFor('a line', async () => {
      await get(scene, '/again');
      return linesOf(running).some(({ path }) => path === '/again');
    });
    await waitFor('the loss is told', () => linesOf(running).some(({ lost }) => Number(lost) > 0));

    running.child.stdout?.pause();
    await serveMany(scene, '/unread');
    const ended = new Promise((resolve) => running.child.once('exit', resolve));
    running.child.kill('SIGTERM');
    assert.equal(await ended, 0);
    running.child.stdout?.resume();
  });

  it('is not asked of a HAProxy that was started without it: all else is served', async (t) => {
    const scene = await sceneFor(t);
    const first = scene.start([]);
    await untilServed(scene, '/first');
    const config = (): string => readFileSync(join(scene.place.runDir, 'config/haproxy.cfg'), 'utf8');
    assert.ok(!/^\s*(?:log|error-log-format)\b|txn\.access/m.test(config()), 'not a word of it where it is off');
    await first.endBy('SIGKILL');
    const second = scene.start(['--access-log']);
    await second.prints(/no access log/);
    await post(scene.standIn, anAppDefinition('/other'));
    await untilServed(scene, '/other', 'other.example');
    assert.ok(!config().includes('log stdout'));
    assert.ok(linesOf(second).every(({ access }) => access === undefined));
    assert.ok(!readFileSync(join(scene.place.runDir, 'haproxy.log'), 'utf8').includes('sluice1'));
  });
});
