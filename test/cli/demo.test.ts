import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { lastly } from '../kit/lastly.ts';
import { sluice, type SluiceProcess, startSluice } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

/** Processes whose environment or arguments name this folder. */
const processesOf = (folder: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => {
      try {
        return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(folder));
      } catch (error) {
        // It has ended meanwhile, or is another user's.
        if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
        throw error;
      }
    });

/** A verb whose temporary files are all in a folder of its own. */
const startIn = (t: TestContext, args: readonly string[]): { running: SluiceProcess; temp: string } => {
  const { path, remove } = tempFolder();
  const temp = join(path, 'tmp');
  mkdirSync(temp);
  lastly(t, remove);
  lastly(t, () => {
    for (const pid of processesOf(temp)) process.kill(Number(pid), 'SIGKILL');
  });
  return { running: startSluice(t, args, { env: { TMPDIR: temp } }), temp };
};

const nothingIsLeft = async (temp: string): Promise<void> => {
  assert.deepEqual(readdirSync(temp), []);
  await waitFor('no process is left', () => processesOf(temp).length === 0);
};

// One after the other: each wants the same ports while they are free.
describe('demo', () => {
  it('runs for the time it is given without a failed request, and leaves no process and no file', async (t) => {
    const { running, temp } = startIn(t, ['demo', '--seconds', '10']);
    const { code, stdout, stderr } = await running.end();
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    assert.match(stdout, /ended after [1-9]\d* requests, 0 failures; nothing is left behind\n$/);
    await nothingIsLeft(temp);
  });

  it('comes up beside three others that start at the same moment, each on ports of its own', async (t) => {
    const demos = Array.from({ length: 4 }, () => startIn(t, ['demo']));
    const ports = await Promise.all(
      demos.map(async ({ running }) => {
        await running.prints(/Ctrl-C ends everything/);
        return [...running.stdout.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)].map(([, port]) => port);
      }),
    );
    const different = ports.map((of) => [...new Set(of)]);
    for (const of of different) assert.ok(of.length >= 4, of.join());
    assert.equal(new Set(different.flat()).size, different.flat().length, JSON.stringify(different));
    for (const { running } of demos) await running.prints(/[1-9]\d* requests, 0 failures/);
    const ended = await Promise.all(demos.map(async ({ running }) => running.endBy('SIGINT')));
    for (const { code, stdout, stderr } of ended) {
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /ended after [1-9]\d* requests, 0 failures; nothing is left behind\n$/);
    }
    for (const { temp } of demos) await nothingIsLeft(temp);
  });

  it('prints commands that do what it says of them, and no request fails', async (t) => {
    const { running, temp } = startIn(t, ['demo']);
    await running.prints(/Ctrl-C ends everything/);
    const inGuide = (what: RegExp): string => what.exec(running.stdout)?.[1] ?? assert.fail(`${String(what)} is not in ${running.stdout}`);
    const folder = inGuide(/in a second terminal, in (.*), and watch/);
    const type = async (command: string): Promise<string> => {
      const { code, stdout, stderr } = await sluice([command], { command: ['/bin/sh', '-c'], cwd: folder });
      assert.equal(code, 0, `${command}: ${stderr}`);
      return stdout;
    };
    const command = (what: string): string => inGuide(new RegExp(`${what} {2,}(.*)`));
    const explained = async (): Promise<string> => type(inGuide(/Also: (.*)/));
    const serving = async (): Promise<number> => (await explained()).split('it takes traffic').length - 1;

    const ask = command('ask a virtual host');
    assert.equal((JSON.parse(await type(ask)) as { app: string }).app, '/shop/web');

    await waitFor('HAProxy is as desired', async () => (await type(command('show the plan'))).startsWith('nothing to do'));

    await type(command('scale an app'));
    await waitFor('six servers take traffic', async () => (await serving()) === 6);

    const { tasks } = JSON.parse(await type(command('kill a task'))) as { tasks: { host: string; ports: [number] }[] };
    assert.notEqual(tasks.length, 0);
    for (const { host, ports } of tasks) {
      const ready = new RegExp(`${host}:${ports[0]} +ready`);
      await waitFor('the server of the killed task takes none any more', async () => !ready.test(await explained()));
    }
    await waitFor('six servers take traffic again', async () => (await serving()) === 6);

    const { version } = JSON.parse(await type(command('roll a new version'))) as { version: string };
    await waitFor('the new version answers', async () => (JSON.parse(await type(`${ask}cart`)) as { version: string }).version === version);

    await type(command('roll out by shares'));
    const shown = async (): Promise<string> => type(command('watch it').replace('rollout watch', 'rollout show'));
    await waitFor('the new version has its first share', async () => /step 1 of 3, holding/.test(await shown()));
    assert.match(await type(command('hold it, share by hand')), /green +10 % -> 75 %/);
    assert.match(await type(command('back to the old app')), /going back/);
    await waitFor('the old version has all', async () => (await shown()).includes('aborted: /shop/web has all'));

    const { code, stdout, stderr } = await running.endBy('SIGINT');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /, 0 failures; nothing is left behind\n$/);
    await nothingIsLeft(temp);
  });

  it('ends early where its time is over before it has started', async (t) => {
    const { running, temp } = startIn(t, ['demo', '--seconds', '0.1']);
    const { code, stdout } = await running.end();
    assert.equal(code, 0);
    assert.match(stdout, /ended after 0 requests, 0 failures; nothing is left behind\n$/);
    await nothingIsLeft(temp);
  });

  // Each at another moment of its life; a terminal sends Ctrl-C to all that belongs to it, and people send it twice.
  const MOMENTS: readonly (readonly [when: string, signal: NodeJS.Signals, isThen: (running: SluiceProcess, temp: string) => boolean])[] = [
    ['as soon as it says a word', 'SIGINT', ({ stdout }) => stdout.includes('starting')],
    ['while it asks HAProxy what it can', 'SIGINT', (_, temp) => readdirSync(temp).some((name) => name.startsWith('sluice-probe-'))],
    ['when it runs', 'SIGINT', ({ stdout }) => stdout.includes('Ctrl-C ends everything')],
    ['when its terminal is closed', 'SIGHUP', ({ stdout }) => stdout.includes('Ctrl-C ends everything')],
  ];
  for (const [when, signal, isThen] of MOMENTS) {
    it(`ends in good order by ${signal}, twice, ${when}`, async (t) => {
      const { running, temp } = startIn(t, ['demo']);
      await waitFor(when, () => isThen(running, temp));
      running.child.kill(signal);
      running.child.kill(signal);
      const { code, stdout, stderr } = await running.end();
      assert.equal(code, 0, stderr);
      assert.match(stdout, /nothing is left behind\n$/);
      await nothingIsLeft(temp);
    });
  }

  it('ends in good order when nobody reads what it prints any more', async (t) => {
    const { running, temp } = startIn(t, ['demo']);
    await running.prints(/starting/);
    running.child.stdout?.destroy();
    const { code, stderr } = await running.end();
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    await nothingIsLeft(temp);
  });

  it('ends with exit code 1 and says how to install HAProxy where there is none', async (t) => {
    const { running, temp } = startIn(t, ['demo', '--haproxy', 'no-such-haproxy']);
    const { code, stderr } = await running.end();
    assert.equal(code, 1);
    assert.match(stderr, /^sluice: there is no HAProxy at 'no-such-haproxy'; install it with: apt-get update && apt-get install/);
    await nothingIsLeft(temp);
  });
});

describe('stand-in', () => {
  it('tells its addresses as JSON, answers as Marathon and lists its faults, and ends by a signal', async (t) => {
    const { running, temp } = startIn(t, ['stand-in', '--port', '0', '--instances', '2', '--json']);
    await running.prints(/urls.*\n/);
    const told = JSON.parse(running.stdout) as { urls: string[] };
    assert.deepEqual(Object.keys(told), ['urls']);
    assert.equal(told.urls.length, 2);
    const [leader = '', standby = ''] = told.urls;
    assert.deepEqual(await (await fetch(`${leader}/v2/apps`)).json(), { apps: [] });
    assert.deepEqual(await (await fetch(`${standby}/v2/apps`)).json(), { apps: [] });
    const faults = (await (await fetch(`${leader}/stand-in`)).json()) as { post: object };
    assert.ok('/stand-in/cut-streams' in faults.post);
    assert.equal((await running.endBy('SIGTERM')).code, 0);
    await nothingIsLeft(temp);
  });

  it('says so where its port is taken', async (t) => {
    const first = startIn(t, ['stand-in', '--port', '0', '--json']).running;
    await first.prints(/urls.*\n/);
    const port = new URL((JSON.parse(first.stdout) as { urls: [string] }).urls[0]).port;
    const { code, stderr } = await startIn(t, ['stand-in', '--port', port]).running.end();
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^sluice: .*${port}`));
    assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
  });
});
