import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { peers } from '../../src/doctor/checks/peers.ts';
import { version } from '../../src/version.ts';
import { lastly } from '../kit/lastly.ts';
import { sendJson, startFake } from '../marathon/fake-marathon.ts';
import { find, levels, messages } from './kit.ts';

const serving = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  lastly(t, () => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const answer = (changes: object = {}, sluice = 'edge-2'): RequestListener => {
  const at = '2026-01-01T00:00:00.000Z';
  const told = { instance: 'one', startedAt: at, version: version(), observation: { sluice, at, revision: 7, apps: {} }, ...changes };
  return (_request, response) => void response.end(JSON.stringify(told));
};

const status =
  (code: number): RequestListener =>
  (_request, response) =>
    void response.writeHead(code).end();

describe('what the doctor finds of other Sluices', () => {
  const ROWS: readonly (readonly [what: string, listener: RequestListener, level: string, message: RegExp, fix: RegExp | undefined])[] = [
    ['that one answers', answer(), 'ok', /^127\.0\.0\.1:\d+ is Sluice \S+, since 2026/, undefined],
    ['another version', answer({ version: '0.0.9' }), 'warn', /is Sluice 0\.0\.9, this one \d/, /same version/],
    ['one that does not say its version', answer({ version: undefined }), 'warn', /is Sluice unknown/, /same version/],
    ['that its password is another', status(401), 'fail', /another password/, /same --stats-auth-file/],
    ['that its HAProxy serves without it', status(503), 'warn', /it answered 503/, /start it again/],
    ['something else there', status(404), 'fail', /no answer of a Sluice/, /what answers there/],
  ];
  for (const [what, listener, level, message, fix] of ROWS)
    it(what, async (t) => {
      const url = await serving(t, listener);
      const found = await find(peers, { peers: url });
      assert.deepEqual(levels(found), [level]);
      assert.match(messages(found), message);
      if (fix === undefined) assert.equal(found[0]?.fix, undefined);
      else assert.match(found[0]?.fix ?? '', fix);
    });

  it('one that is named twice, and one that is not there', async (t) => {
    const urls = [await serving(t, answer()), await serving(t, answer()), 'http://127.0.0.1:1'];
    const found = await find(peers, { peers: urls.join(',') });
    assert.deepEqual(levels(found), ['ok', 'fail', 'warn']);
    assert.match(messages(found), /the same Sluice answers there as at .*\n.*ECONNREFUSED/);
    assert.match(found[2]?.fix ?? '', /--stats-bind/);
  });

  it('none where it is alone', async () => {
    for (const flags of [{}, { peers: 'off' }]) assert.deepEqual(levels(await find(peers, flags)), ['ok']);
  });

  it('the other tasks of its own app, where it is one', async (t) => {
    const url = new URL(await serving(t, answer({}, 'sluice.2')));
    const fake = await startFake([]);
    lastly(t, async () => fake.close());
    const tasks = [{ id: 'sluice.1' }, { id: 'sluice.2' }, { id: 'sluice.3' }].map((task) => ({ ...task, state: 'TASK_RUNNING' }));
    const app = { id: '/sluice', instances: 3, tasks: tasks.map((task) => ({ ...task, host: url.hostname })) };
    fake.onApp = (_appId, _request, response) => sendJson(response, 200, { app });
    const environment = { MARATHON_APP_ID: '/sluice', MESOS_TASK_ID: 'sluice.1' };
    const found = await find(peers, { marathon: [fake.url], statsPort: Number(url.port) }, environment);
    assert.deepEqual(levels(found), ['ok', 'fail'], messages(found));
    assert.match(messages(found), /^sluice\.2 is Sluice .*\nsluice\.3: another Sluice answers there/);
  });
});
