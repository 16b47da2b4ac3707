import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { FaultVerbs } from '../../src/demo/verbs/fault-verbs.ts';
import type { PictureReport } from '../../src/report/picture-report.ts';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition, type Edge } from '../kit/edge.ts';
import { sluice } from '../kit/sluice.ts';
import type { SteadyClients } from '../kit/steady-clients.ts';
import { sawNoFailure, steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

const OTHERS = ['/a', '/b', '/c', '/d', '/e'];

/** /shop, which clients use, and five more apps of two tasks each; Marathon is read every second. */
const audited = async (t: TestContext, flags: object = {}): Promise<{ edge: Edge; clients: SteadyClients }> => {
  const running = await steadyEdge(t, { flags: { auditInterval: '1', ...flags }, apps: OTHERS.map((id) => anAppDefinition(id)) });
  for (const id of OTHERS) await running.edge.until(200, `${id.slice(1)}.example`);
  return running;
};

const pictureOf = async (edge: Edge): Promise<PictureReport> => (await edge.daemon.views.status()).picture;

const untilHeld = async (edge: Edge, because: RegExp): Promise<void> => {
  await waitFor(`a list is held that ${String(because)}`, async () => because.test((await pictureOf(edge)).held?.because ?? ''));
};

const isBelievedAgain = async (edge: Edge): Promise<void> => {
  await waitFor('what Marathon lists is believed', async () => (await pictureOf(edge)).held === undefined);
};

const LISTS: readonly (readonly [what: string, begin: (faults: FaultVerbs) => void, because: RegExp])[] = [
  ['no apps', (faults) => faults.emptyApps(), /^Marathon's list has 0 of 6 apps and 0 of 12 running tasks$/],
  ['one of six apps', (faults) => faults.thinApps({ apps: 1 }), /^Marathon's list has 1 of 6 apps and 2 of 12 running tasks$/],
  ['all apps without their tasks', (faults) => faults.thinApps({ tasks: 0 }), /^Marathon's list has 0 of 12 running tasks$/],
];

describe('Marathon lists, all of a sudden,', { concurrency: 3 }, () => {
  for (const [what, begin, because] of LISTS) {
    it(`${what}: traffic goes on, the status says what is held, new apps arrive, and it is over by itself`, async (t) => {
      const { edge, clients } = await audited(t);
      begin(edge.standIn.faults);
      await untilHeld(edge, because);
      const { ready, problems, counters } = await edge.daemon.views.status();
      assert.equal(ready.ready, true);
      assert.match(ready.notes.join(), /^Marathon's list has .*: run `sluice confirm --id \w{12}` if this is meant$/);
      assert.match(problems.find(({ appId }) => appId === '/')?.message ?? '', /held; run `sluice confirm` if this is meant$/);
      assert.ok(counters.heldReads > 0);

      await edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
      await edge.until(200, 'news.example');
      await edge.deploy('DELETE', '/v2/apps/e');
      await edge.until(503, 'e.example');
      for (const id of OTHERS.slice(0, 4)) assert.equal((await edge.get(`${id.slice(1)}.example`)).status, 200);

      edge.standIn.faults.clear();
      await isBelievedAgain(edge);
      assert.equal((await edge.daemon.views.status()).apps, 6);
      await sawNoFailure(clients);
    });
  }

  it('apps whose ids cannot be read: none is known to be gone', async (t) => {
    const { edge, clients } = await audited(t);
    edge.standIn.faults.answerApps(JSON.stringify({ apps: [{ id: 5 }, anAppDefinition('/a', { instances: 0, tasks: [] })] }));
    await edge.until(503, 'a.example');
    assert.equal((await edge.daemon.views.status()).apps, 6);
    edge.standIn.faults.clear();
    await edge.until(200, 'a.example');
    await sawNoFailure(clients);
  });

  const NO_LISTS: readonly (readonly [what: string, text: string])[] = [
    ['apps that are no list', '{"apps":{}}'],
    ['no apps at all', '{}'],
    ['a list in place of an answer', '[]'],
    ['a list that is cut off', '{"apps":['],
    ['nothing', ''],
  ];
  it('JSON of another shape: nothing is taken from it', async (t) => {
    const { edge, clients } = await audited(t);
    for (const [what, text] of NO_LISTS) {
      const before = (await edge.daemon.views.status()).marathon.lastError?.atMs ?? 0;
      edge.standIn.faults.answerApps(text);
      await waitFor(`a read has failed: ${what}`, async () => ((await edge.daemon.views.status()).marathon.lastError?.atMs ?? 0) > before);
      edge.standIn.faults.clear();
    }
    assert.equal((await edge.daemon.views.status()).apps, 6);
    await sawNoFailure(clients);
  });
});

describe('a list is held', { concurrency: 3 }, () => {
  it('and confirmed: it is in force, and what Marathon lists later, too', async (t) => {
    const { edge, clients } = await audited(t);
    const at = ['--run-dir', edge.runDir];
    const early = await sluice(['confirm', ...at]);
    assert.deepEqual([early.code, early.stderr], [1, 'sluice: nothing is held: all that Marathon lists is in force\n']);
    edge.standIn.faults.thinApps({ apps: 1 });
    await untilHeld(edge, /1 of 6 apps/);
    const shown = await sluice(['status', ...at]);
    assert.match(shown.stdout, /^note +Marathon's list has 1 of 6 apps and 2 of 12 running tasks, held since /m);

    const other = await sluice(['confirm', '--id', '000000000000', ...at]);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /^sluice: something else is held by now: Marathon's list has .* \(id \w{12}\)/);
    const { code, stdout } = await sluice(['confirm', ...at]);
    assert.deepEqual(
      [code, stdout.split('\n')],
      [
        0,
        [
          "confirmed: Marathon's list has 1 of 6 apps and 2 of 12 running tasks",
          '5 of 6 apps and 10 of 12 running tasks are taken out',
          '',
        ],
      ],
    );
    for (const id of OTHERS) await edge.until(503, `${id.slice(1)}.example`);
    const { picture, counters, apps } = await edge.daemon.views.status();
    assert.deepEqual([apps, picture.held, counters.confirmedReads], [1, undefined, 1]);
    await sawNoFailure(clients);

    edge.standIn.faults.clear();
    for (const id of OTHERS) await edge.until(200, `${id.slice(1)}.example`);
  });

  it('and confirmed by the API: only by a POST of JSON on the control socket, which no page of another site can send', async (t) => {
    const { edge } = await audited(t);
    const json = { 'content-type': 'application/json' };
    const confirm = async (options: Parameters<typeof askApi>[2]) => askApi(edge.runDir, '/confirm', options);
    assert.deepEqual((await confirm({ method: 'POST', headers: json, content: '{}' })).status, 409);
    edge.standIn.faults.emptyApps();
    await untilHeld(edge, /0 of 6 apps/);
    assert.equal((await confirm({ method: 'GET' })).status, 404);
    assert.equal((await confirm({ method: 'POST' })).status, 415);
    assert.equal((await confirm({ method: 'POST', headers: { 'content-type': 'text/plain' }, content: '{}' })).status, 415);
    assert.equal((await confirm({ method: 'POST', headers: json })).status, 400);
    const byTcp = await askApi(edge.daemon.apiUrl ?? '', '/confirm', { method: 'POST', headers: json, content: '{}' });
    assert.equal(byTcp.status, 403, 'without credentials it changes nothing');
    assert.notEqual((await pictureOf(edge)).held, undefined);
    const other = await confirm({ method: 'POST', headers: json, content: '{"id":"000000000000"}' });
    assert.deepEqual([other.status, (other.body as { code: string }).code], [409, 'OTHER_HELD']);
    const { status, body } = await confirm({
      method: 'POST',
      headers: json,
      content: JSON.stringify({ id: edge.daemon.views.held()?.id }),
    });
    assert.equal(status, 200);
    assert.deepEqual((body as { confirmed: { apps: object } }).confirmed.apps, { known: 6, lost: 6 });
    await edge.until(503, 'shop.example');
  });

  it('never with --max-loss 100: what Marathon lists is in force', async (t) => {
    const { edge } = await audited(t, { maxLoss: '100' });
    edge.standIn.faults.emptyApps();
    await edge.until(503, 'shop.example');
    assert.equal((await edge.daemon.views.status()).counters.heldReads, 0);
  });
});

describe('Marathon deletes apps', { concurrency: 2 }, () => {
  it('by its events, be they all but one: that is believed at once', async (t) => {
    const { edge, clients } = await audited(t);
    await Promise.all(OTHERS.map(async (id) => edge.deploy('DELETE', `/v2/apps${id}`)));
    for (const id of OTHERS) await edge.until(503, `${id.slice(1)}.example`);
    const { counters, apps } = await edge.daemon.views.status();
    assert.deepEqual([apps, counters.heldReads], [1, 0]);
    await sawNoFailure(clients);
  });

  it('only when asked for each by itself: it is not believed', async (t) => {
    const { edge, clients } = await audited(t);
    edge.standIn.faults.refuse({ status: 404, body: 'json', path: '/v2/apps/' });
    const actions = ['/shop', ...OTHERS].map((app) => ({ action: 'ScaleApplication', app }));
    edge.standIn.faults.publish({ eventType: 'deployment_info', plan: { id: 'x', steps: [{ actions }] } });
    await waitFor('all of them are doubted', async () => (await edge.daemon.views.status()).counters.doubtedAnswers >= 6);
    assert.equal((await edge.daemon.views.status()).apps, 6);
    edge.standIn.faults.clear();
    await sawNoFailure(clients);
  });
});
