import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { StandIn } from '../../src/demo/stand-in.ts';
import type { FaultVerbs } from '../../src/demo/verbs/fault-verbs.ts';
import type { Readiness } from '../../src/report/status.ts';
import type { SavedModel } from '../../src/model/saved-model.ts';
import { fromBytes } from '../../src/store/model-text.ts';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition } from '../kit/edge.ts';
import { masterOf } from '../kit/haproxy-of.ts';
import { fill, get, isServed, run, standInFor, statusOf, write } from '../kit/runs.ts';
import { mayMount, type Place, placeFor, sluice, type SluiceProcess, startSluice } from '../kit/sluice.ts';
import { sawNoFailure, shoppers } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

const fileOf = (place: Place): string => join(place.stateDir, 'model.json');

const savedIn = (place: Place): SavedModel => {
  const understood = fromBytes(readFileSync(fileOf(place)));
  if (understood.kind !== 'model') throw new Error(understood.because);
  return understood.saved;
};

const readyOf = async (place: Place): Promise<Readiness> => (await askApi(place.runDir, '/ready')).body as Readiness;

const isSaved = async (place: Place, apps: number): Promise<void> => {
  await waitFor(`${apps} apps are saved`, () => savedIn(place).apps.length === apps);
};

/** `sluice run` beside a Marathon that does not answer as it should: it is not waited for. */
const start = (t: TestContext, place: Place, standIn: StandIn, flags: readonly string[] = []): SluiceProcess =>
  startSluice(t, ['run', '--marathon', standIn.url, ...place.flags, ...flags]);

/** A Sluice with these apps has run here, saved them and ended, with its HAProxy. */
const ranBefore = async (t: TestContext, place: Place, standIn: StandIn, ids: readonly string[]): Promise<void> => {
  for (const id of ids) await write(standIn, 'POST', '/v2/apps', anAppDefinition(id));
  const first = await run(t, place, standIn);
  for (const id of ids) await isServed(place, `${id.slice(1)}.example`);
  await waitFor('all tasks are saved', () => savedIn(place).apps.every(({ tasks }) => tasks.size === 2));
  assert.equal((await first.endBy('SIGTERM')).code, 0);
  assert.equal(await masterOf(place.runDir), undefined);
};

const AWAY: readonly (readonly [how: string, begin: (faults: FaultVerbs) => void])[] = [
  ['hangs', (faults) => faults.hangAnswers()],
  ['answers 503 with a page', (faults) => faults.refuse()],
  ['answers 200 with a page', (faults) => faults.refuse({ status: 200, body: 'html' })],
];

describe('Sluice starts where HAProxy does not run', { concurrency: 3 }, () => {
  for (const [how, begin] of AWAY) {
    it(`and Marathon ${how}: the saved state serves at once, says so, and gives way to Marathon's`, async (t) => {
      const standIn = await standInFor(t);
      const place = await placeFor(t);
      await ranBefore(t, place, standIn, ['/shop', '/news']);
      const { savedAt } = savedIn(place);
      begin(standIn.faults);

      start(t, place, standIn);
      await isServed(place, 'shop.example');
      await isServed(place, 'news.example');
      const clients = shoppers(t, place.ports.http);
      const ready = await waitFor('it is ready', async () => {
        const readiness = await readyOf(place);
        return readiness.ready && readiness;
      });
      assert.deepEqual(ready.notes, [`what is served is from the saved state of ${savedAt}: Marathon was not read yet`]);
      const { picture, marathon } = await statusOf(place);
      assert.deepEqual([picture.source, picture.asOf, marathon.lastFullReadAtMs], ['saved', savedAt, undefined]);
      const shown = await sluice(['status', '--run-dir', place.runDir]);
      assert.match(shown.stdout, /^picture +from the saved state, \d+ s old$/m);

      standIn.faults.clear();
      await waitFor('Marathon was read', async () => (await statusOf(place)).picture.source === 'marathon');
      await write(standIn, 'POST', '/v2/apps', anAppDefinition('/late'));
      await isServed(place, 'late.example');
      assert.deepEqual((await readyOf(place)).notes, []);
      assert.ok(Date.parse((await statusOf(place)).picture.asOf ?? '') > Date.parse(savedAt));
      await sawNoFailure(clients);
    });
  }

  it('and Marathon lists no apps: the saved state serves, and an operator decides', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    await ranBefore(t, place, standIn, ['/shop', '/news']);
    standIn.faults.emptyApps();
    start(t, place, standIn);
    await isServed(place, 'shop.example');
    const clients = shoppers(t, place.ports.http);
    await waitFor('the list is held', async () => (await statusOf(place)).picture.held?.because.includes('0 of 2 apps') === true);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/late'));
    await isServed(place, 'late.example');
    await sawNoFailure(clients);

    assert.equal((await sluice(['confirm', '--run-dir', place.runDir])).code, 0);
    await waitFor('the shop is gone', async () => (await get(place, 'shop.example')).status === 503);
    await waitFor('and saved as gone', () => savedIn(place).apps.every(({ app }) => app.id !== '/shop'));
  });

  it('and its saved state is older than --max-staleness: it serves, and /ready is red', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    await ranBefore(t, place, standIn, ['/shop']);
    standIn.faults.refuse();
    start(t, place, standIn, ['--max-staleness', '0.001']);
    await isServed(place, 'shop.example');
    const { ready, because } = await readyOf(place);
    assert.equal(ready, false);
    assert.match(because.join(), /Marathon was not read yet: .*503/);
  });
});

describe('Sluice starts where HAProxy runs', { concurrency: 2 }, () => {
  it('and Marathon is away: traffic goes on, and the saved state is in force when Marathon has had its time', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop'));
    const first = await run(t, place, standIn);
    await isServed(place, 'shop.example');
    await isSaved(place, 1);
    const clients = shoppers(t, place.ports.http);
    await first.endBy('SIGKILL');
    standIn.faults.refuse();
    const master = await masterOf(place.runDir);

    start(t, place, standIn);
    await waitFor('it answers', async () => (await askApi(place.runDir, '/status')).status === 200);
    const ready = await waitFor('it is ready', async () => {
      const readiness = await readyOf(place);
      return readiness.ready && readiness;
    });
    assert.match(ready.notes.join(), /^what is served is from the saved state of /);
    assert.equal(await masterOf(place.runDir), master);
    standIn.faults.clear();
    await waitFor('Marathon was read', async () => (await statusOf(place)).picture.source === 'marathon');
    await sawNoFailure(clients);
  });

  it('and HAProxy dies before Marathon was read: the saved state brings it back', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop'));
    const first = await run(t, place, standIn);
    await isServed(place, 'shop.example');
    await isSaved(place, 1);
    await first.endBy('SIGKILL');
    standIn.faults.hangAnswers();
    const second = start(t, place, standIn);
    await second.prints(/sluice runs/);
    process.kill((await masterOf(place.runDir)) ?? 0, 'SIGKILL');
    await second.prints(/the saved state serves until Marathon was read/);
    await isServed(place, 'shop.example');
    assert.equal((await statusOf(place)).picture.source, 'saved');
  });
});

const DAMAGE: readonly (readonly [what: string, damage: (text: string) => string, because: RegExp])[] = [
  ['was cut off', (text) => text.slice(0, text.length / 2), /cannot be read/],
  ['was changed', (text) => text.replace('shop.example', 'evil.example'), /its checksum is not that of its content/],
  ['is of a newer version', (text) => text.replace('"version":1', '"version":2'), /of version 2, and this Sluice knows version 1/],
  ["is somebody else's", () => '{"apps":[]}', /no saved model of Sluice/],
];

describe('the saved state', { concurrency: 3 }, () => {
  for (const [what, damage, because] of DAMAGE) {
    it(`${what}: it is set aside and told, never in force, and a new one is saved`, async (t) => {
      const standIn = await standInFor(t);
      const place = await placeFor(t);
      await ranBefore(t, place, standIn, ['/shop']);
      const damaged = damage(readFileSync(fileOf(place), 'utf8'));
      writeFileSync(fileOf(place), damaged);
      standIn.faults.refuse();

      const running = start(t, place, standIn);
      await running.prints(/the saved state is not trusted and was set aside/);
      await running.prints(because);
      const status = await waitFor(
        'the status tells',
        async () => (await askApi(place.runDir, '/status')).status === 200 && statusOf(place),
      );
      assert.match(status.picture.setAside?.because ?? '', because);
      assert.equal(readFileSync(status.picture.setAside?.path ?? '', 'utf8'), damaged);
      assert.deepEqual([status.picture.source, status.apps, status.haproxy.running], ['none', 0, false]);
      assert.match((await readyOf(place)).notes.join(), /the saved state was not trusted/);

      standIn.faults.clear();
      await isServed(place, 'shop.example');
      await isSaved(place, 1);
      assert.equal((await running.endBy('SIGTERM')).code, 0);
      const again = await run(t, place, standIn);
      assert.doesNotMatch(again.stdout, /set aside/);
      assert.deepEqual((await readyOf(place)).notes, []);
    });
  }

  it('cannot be written: that is told, all else goes on, and it is saved when it can be', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop'));
    const running = await run(t, place, standIn);
    await isServed(place, 'shop.example');
    const clients = shoppers(t, place.ports.http);
    const inTheWay = join(place.stateDir, `model.json.${running.child.pid ?? 0}.tmp`);
    await waitFor('something is in its way', () => {
      mkdirSync(inTheWay);
      return true;
    });
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/news'));
    await isServed(place, 'news.example');
    await waitFor('the status tells', async () => (await statusOf(place)).picture.saved.error?.includes('cannot write') === true);
    assert.match((await readyOf(place)).notes.join(), /^the state is not saved: cannot write .*model\.json/);
    assert.equal((await readyOf(place)).ready, true);
    rmdirSync(inTheWay);
    await isSaved(place, 2);
    await waitFor('the status is well', async () => (await statusOf(place)).picture.saved.error === undefined);
    await sawNoFailure(clients);
  });

  it('does not fit on the disk: the last one stays whole', { skip: mayMount() ? false : 'mount is not permitted here' }, async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t, 'small state');
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop'));
    await run(t, place, standIn);
    await isServed(place, 'shop.example');
    await isSaved(place, 1);
    const clients = shoppers(t, place.ports.http);
    const ballast = fill(place.stateDir);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/news'));
    await isServed(place, 'news.example');
    await waitFor('the status tells', async () => /ENOSPC|no space left/.test((await statusOf(place)).picture.saved.error ?? ''));
    assert.equal(savedIn(place).apps.length, 1);
    assert.deepEqual(
      readdirSync(place.stateDir).filter((name) => name.endsWith('.tmp')),
      [],
    );
    rmSync(ballast);
    await isSaved(place, 2);
    await sawNoFailure(clients);
  });
});
