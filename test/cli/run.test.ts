import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { startStandIn, type StandIn } from '../../src/demo/stand-in.ts';
import type { Status } from '../../src/report/status.ts';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition, getFrom } from '../kit/edge.ts';
import { byHand, masterOf, workersOf } from '../kit/haproxy-of.ts';
import { lastly } from '../kit/lastly.ts';
import { type Place, placeFor, sluice, type SluiceProcess, startSluice } from '../kit/sluice.ts';
import { waitFor } from '../kit/wait-for.ts';

const standInFor = async (t: TestContext): Promise<StandIn> => {
  const standIn = await startStandIn({ timeScale: 0.05 });
  lastly(t, async () => standIn.close());
  return standIn;
};

const post = async (standIn: StandIn, app: object): Promise<void> => {
  const answer = await fetch(`${standIn.url}/v2/apps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(app),
  });
  assert.equal(answer.status, 201, await answer.text());
};

const isReady = async (place: Place): Promise<true> =>
  waitFor('it is ready', async () => (await askApi(place.runDir, '/ready')).status === 200 && true);

/** `sluice run` on an app /shop, ready. */
const runningOn = async (
  t: TestContext,
  flags: readonly string[] = [],
): Promise<{ place: Place; standIn: StandIn; running: SluiceProcess }> => {
  const place = await placeFor(t);
  const standIn = await standInFor(t);
  await post(standIn, anAppDefinition('/shop'));
  const running = startSluice(t, ['run', '--marathon', standIn.url, ...place.flags, ...flags]);
  await running.prints(/sluice runs/);
  await isReady(place);
  await waitFor(
    'shop.example answers',
    async () => (await getFrom(`http://127.0.0.1:${place.ports.http}/`, { host: 'shop.example' })).status === 200,
  );
  return { place, standIn, running };
};

const keysOf = (text: string): readonly string[] => Object.keys(JSON.parse(text) as object).sort();

describe('run, and the verbs that ask it', { concurrency: 2 }, () => {
  it('tells the status, the plan and an app, for people and as JSON, with the exit codes of the help', async (t) => {
    const { place } = await runningOn(t);
    const at = ['--run-dir', place.runDir];
    const status = await sluice(['status', ...at]);
    assert.equal(status.code, 0, status.stderr);
    for (const row of ['sluice', 'ready', 'marathon', 'haproxy', 'apps', 'last cycle', 'last reload', 'since start', 'problems'])
      assert.match(status.stdout, new RegExp(`^${row} {2,}\\S`, 'm'), row);
    assert.match(status.stdout, /^ready +yes$/m);
    const statusJson = await sluice(['status', '--json', ...at]);
    assert.ok(keysOf(statusJson.stdout).includes('counters'));
    assert.equal(statusJson.stdout.split('\n').length, 2, 'one line');

    assert.equal((await sluice(['plan', ...at])).stdout, 'nothing to do: HAProxy is as desired\n');
    assert.deepEqual(keysOf((await sluice(['plan', '--json', ...at])).stdout), ['kind']);
    const server = ((await askApi(place.runDir, '/apps/shop')).body as { ports: { backend: string; servers: { name: string }[] }[] })
      .ports[0];
    const name = `${server?.backend ?? ''}/${server?.servers[0]?.name ?? ''}`;
    await byHand(place.runDir, `set server ${name} state drain`);
    assert.equal((await sluice(['plan', ...at])).stdout, `without a reload:\n  set ${name} to ready\n`);
    assert.deepEqual(keysOf((await sluice(['plan', '--json', ...at])).stdout), ['kind', 'steps']);

    const explained = await sluice(['explain', 'shop', ...at]);
    assert.equal(explained.code, 0, explained.stderr);
    assert.match(explained.stdout, /^\/shop: 2 instances wanted, network host, groups external\n/);
    assert.match(explained.stdout, /it takes traffic/);
    assert.match(explained.stdout, /HAProxy has it in drain/);
    assert.deepEqual(keysOf((await sluice(['explain', '/shop', '--json', ...at])).stdout), [
      ...['appId', 'groups', 'instances', 'network', 'ports', 'problems'],
    ]);
    const missing = await sluice(['explain', '/nobody', ...at]);
    assert.deepEqual([missing.code, missing.stdout, missing.stderr], [1, '', 'sluice: Marathon has no app /nobody\n']);
  });

  it('tells in the status why it is not ready, with exit code 1', async (t) => {
    const place = await placeFor(t);
    const standIn = await standInFor(t);
    standIn.faults.refuse();
    await startSluice(t, ['run', '--marathon', standIn.url, ...place.flags]).prints(/full read failed/);
    const { code, stdout, stderr } = await sluice(['status', '--run-dir', place.runDir]);
    assert.deepEqual([code, stderr], [1, '']);
    assert.match(stdout, /^ready +NO: HAProxy is not running; no state was applied yet; Marathon was not read yet: .* answered 503/m);
    assert.match(stdout, /^marathon .*no event stream, last full read never.* answered 503/m);
    assert.match(stdout, /^haproxy .*NOT RUNNING/m);
  });

  it('tells the status again and again on a pipe, a line each as JSON, until it is ended or the Sluice is gone', async (t) => {
    const { place, running } = await runningOn(t);
    const at = ['--run-dir', place.runDir];
    const lines = startSluice(t, ['status', '--watch', '--json', ...at]);
    const people = startSluice(t, ['status', '--watch', ...at]);
    await waitFor('three lines came', () => lines.stdout.split('\n').length > 3);
    await waitFor('two blocks came', () => (people.stdout.match(/^sluice /gm)?.length ?? 0) >= 2);
    assert.ok(!people.stdout.includes('\u001B'), 'no control characters on a pipe');
    for (const line of lines.stdout.trim().split('\n')) assert.equal(typeof (JSON.parse(line) as Status).pid, 'number');
    const ended = await lines.endBy('SIGINT');
    assert.ok(ended.signal === 'SIGINT' || ended.code === 0, JSON.stringify(ended));
    await running.endBy('SIGTERM');
    assert.equal((await people.end()).code, 3);
  });

  it('takes the arguments of a Marathon-LB container as they are, and tells once which have no effect', async (t) => {
    const place = await placeFor(t);
    const standIn = await standInFor(t);
    await post(standIn, anAppDefinition('/shop', { healthChecks: [{ protocol: 'HTTP', path: '/health', portIndex: 0 }] }));
    const certificate = join(place.stateDir, 'self-signed.pem');
    // It makes one: there is none to be given otherwise.
    const rendered = await sluice(['render', '--apps', '-', '--group', 'x', '--state-dir', place.stateDir], { input: '{"apps":[]}' });
    assert.equal(rendered.code, 0, rendered.stderr);
    const running = startSluice(t, [
      ...['sse', '-m', standIn.url, '--health-check', '--group', 'external', '--haproxy-map', '--max-reload-retries', '10'],
      ...['--reload-interval', '10', '--ssl-certs', certificate, '--command', '/marathon-lb/reload_haproxy.sh', '--log-level', 'WARNING'],
      ...['--haproxy-config', '/marathon-lb/haproxy.cfg', '--syslog-socket', '/dev/null', ...place.flags.slice(2)],
    ]);
    await waitFor('the socket is there', async () => (await askApi(place.runDir, '/health')).status === 200);
    await isReady(place);
    await waitFor(
      'shop.example answers',
      async () => (await getFrom(`http://127.0.0.1:${place.ports.http}/`, { host: 'shop.example' })).status === 200,
    );
    const { code, stdout } = await running.endBy('SIGTERM');
    assert.equal(code, 0);
    const notes = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg)
      .filter((message) => message.includes('has no effect'));
    assert.deepEqual(notes.map((note) => note.split(' ')[0]).sort(), [
      ...['--command', '--haproxy-config', '--haproxy-map', '--max-reload-retries', '--reload-interval', '--syslog-socket'],
    ]);
  });

  it('polls without a stream as poll, as often as POLL_INTERVAL says', async (t) => {
    const place = await placeFor(t);
    const standIn = await standInFor(t);
    const running = startSluice(t, ['poll', '-m', standIn.url, ...place.flags], { env: { POLL_INTERVAL: '0.5' } });
    await running.prints(/sluice runs/);
    await isReady(place);
    await post(standIn, anAppDefinition('/shop'));
    await waitFor(
      'shop.example answers',
      async () => (await getFrom(`http://127.0.0.1:${place.ports.http}/`, { host: 'shop.example' })).status === 200,
    );
    assert.equal(standIn.streamCount, 0);
    assert.equal(((await askApi(place.runDir, '/status')).body as Status).marathon.streaming, false);
  });

  it('refuses a second Sluice on the same run directory, and the first goes on', async (t) => {
    const { place, standIn } = await runningOn(t);
    const master = await masterOf(place.runDir);
    const holder = readFileSync(join(place.runDir, 'sluice.lock'), 'utf8').trim();
    assert.match(holder, /^\d+$/);
    const { code, stderr } = await startSluice(t, ['run', '--marathon', standIn.url, ...place.flags]).end();
    assert.equal(code, 2);
    assert.equal(
      stderr,
      `sluice: another Sluice (process ${holder}) runs on ${join(place.runDir, 'sluice.sock')}: end it first, or give this one its own --run-dir\n`,
    );
    assert.equal((await askApi(place.runDir, '/ready')).status, 200);
    assert.equal(await masterOf(place.runDir), master);
  });

  it('says which port a stranger has, keeps trying, and serves when the stranger has gone', async (t) => {
    const place = await placeFor(t);
    const standIn = await standInFor(t);
    await post(standIn, anAppDefinition('/shop'));
    const stranger = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => stranger.listen(place.ports.http, '127.0.0.1', resolve));
    lastly(t, async () => new Promise((resolve) => stranger.close(resolve)));

    const running = startSluice(t, ['run', '--marathon', standIn.url, ...place.flags]);
    const told = `cannot listen on 127.0.0.1:${place.ports.http} (another process listens there)`;
    await waitFor('it says so in its log', () => running.stdout.includes(told));
    const status = (await askApi(place.runDir, '/status')).body as Status;
    assert.ok(status.lastReload?.error?.includes(told), status.lastReload?.error);
    assert.equal(status.ready.ready, false);
    await waitFor('it tries again', async () => ((await askApi(place.runDir, '/status')).body as Status).counters.failedReloads >= 2);
    await new Promise((resolve) => stranger.close(resolve));
    await waitFor(
      'shop.example answers',
      async () => (await getFrom(`http://127.0.0.1:${place.ports.http}/`, { host: 'shop.example' })).status === 200,
    );
    await isReady(place);
  });

  it('ends with exit code 1 and says how to install HAProxy where there is none', async (t) => {
    const place = await placeFor(t);
    for (const haproxy of ['no-such-haproxy', join(place.folder, 'haproxy')]) {
      const { code, stdout, stderr } = await sluice(['run', ...place.flags, '--haproxy', haproxy]);
      assert.equal(code, 1);
      assert.equal(
        stderr,
        `sluice: there is no HAProxy at '${haproxy}'; install it with: apt-get update && apt-get install -y --no-install-recommends haproxy\n`,
      );
      assert.equal(stdout, '');
    }
  });

  it('ends with exit code 1 and names the flag where a folder cannot be made, and with 2 where the API cannot listen', async (t) => {
    const place = await placeFor(t);
    const file = join(place.folder, 'file');
    writeFileSync(file, '');
    const nowhere = await sluice(['run', ...place.flags, '--run-dir', join(file, 'run')]);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /^sluice: --run-dir .*\/file\/run cannot be made: ENOTDIR.*; give a folder that can be written\n$/);

    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    lastly(t, async () => new Promise((resolve) => taken.close(resolve)));
    const address = taken.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const { code, stderr } = await sluice(['run', ...place.flags, '--marathon', 'http://127.0.0.1:9', '--api-listen', `127.0.0.1:${port}`]);
    assert.equal(code, 2);
    assert.match(stderr, /^sluice: the API cannot listen: .*EADDRINUSE.*; see --api-listen and --run-dir\n$/);
    assert.equal(await masterOf(place.runDir), undefined);
  });

  it('reads all of Marathon and looks at all of HAProxy at SIGHUP', async (t) => {
    const { place, standIn, running } = await runningOn(t);
    await waitFor('the stream is open', () => standIn.streamCount === 1);
    standIn.faults.dropEvents(1000);
    await post(standIn, anAppDefinition('/news'));
    await waitFor('its tasks run', () => standIn.tasks('/news').filter(({ state }) => state === 'TASK_RUNNING').length === 2);
    await byHand(place.runDir, 'del map maps/routes.map shop.example/');
    running.child.kill('SIGHUP');
    for (const host of ['shop.example', 'news.example'])
      await waitFor(`${host} answers`, async () => (await getFrom(`http://127.0.0.1:${place.ports.http}/`, { host })).status === 200);
    assert.ok(running.isAlive);
  });

  for (const mode of [[], ['--poll']])
    it(`reloads HAProxy at SIGUSR1, with the certificates that are on disk${mode.length === 0 ? '' : ', by --poll too'}`, async (t) => {
      const { place, running } = await runningOn(t, mode);
      const served = (): readonly string[] => {
        const folder = join(place.runDir, 'config', 'certs');
        const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pem'));
        return names.map((name) => readFileSync(join(folder, name), 'utf8'));
      };
      const before = (await workersOf(place.runDir)).current;
      const certificate = join(place.stateDir, 'self-signed.pem');
      const [old, other] = [readFileSync(certificate, 'utf8'), await placeFor(t)];
      // It makes another one: there is none to be given otherwise.
      const rendered = await sluice(['render', '--apps', '-', '--group', 'x', '--state-dir', other.stateDir], { input: '{"apps":[]}' });
      assert.equal(rendered.code, 0, rendered.stderr);
      const fresh = readFileSync(join(other.stateDir, 'self-signed.pem'), 'utf8');
      assert.ok(served().includes(old) && fresh !== old);
      writeFileSync(certificate, fresh);
      running.child.kill('SIGUSR1');
      await waitFor('another worker serves', async () => (await workersOf(place.runDir)).current !== before);
      await waitFor('it was given the certificate', () => served().includes(fresh));
      assert.ok(running.isAlive);
    });

  it('ends in good order at the first Ctrl-C, and one that comes twice changes nothing', async (t) => {
    const { place, running } = await runningOn(t);
    running.child.kill('SIGINT');
    running.child.kill('SIGINT');
    const { code, signal } = await running.end();
    assert.deepEqual([code, signal], [0, null]);
    assert.equal(await masterOf(place.runDir), undefined);
    assert.ok(!readdirSync(place.runDir).includes('sluice.sock'), 'its socket is gone');
  });

  it('ends at once at a second Ctrl-C where ending takes its time, and tells what that leaves', async (t) => {
    const { place, running } = await runningOn(t);
    const master = (await masterOf(place.runDir)) ?? 0;
    process.kill(master, 'SIGSTOP');
    try {
      await waitFor('it has ended', () => {
        running.child.kill('SIGINT');
        return !running.isAlive;
      });
    } finally {
      process.kill(master, 'SIGCONT');
    }
    const { code, stderr } = await running.end();
    assert.equal(code, 130);
    assert.match(stderr, /^sluice: ended at once by a second SIGINT: HAProxy may still run$/m);
  });

  it('keeps what it writes to its own folders', async (t) => {
    const place = await placeFor(t);
    const temp = join(place.folder, 'tmp');
    mkdirSync(temp);
    const standIn = await standInFor(t);
    const running = startSluice(t, ['run', '--marathon', standIn.url, ...place.flags], { env: { TMPDIR: temp } });
    await running.prints(/sluice runs/);
    await isReady(place);
    assert.equal((await running.endBy('SIGTERM')).code, 0);
    assert.deepEqual(readdirSync(temp), []);
  });
});
