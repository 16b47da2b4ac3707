import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, it, type TestContext } from 'node:test';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { OldWorkers } from '../../src/haproxy/old-workers.ts';
import { freePorts } from '../kit/free-ports.ts';
import { configFiles, eachHaproxy, open, type HaproxyUnderTest } from '../kit/haproxy.ts';
import type { HaproxyOptions } from '../../src/haproxy/options.ts';
import { memoryOf } from '../../src/haproxy/proc-fs.ts';
import { waitFor } from '../kit/wait-for.ts';

/** A HAProxy, and reloads of it that each leave an old worker with a request that is not whole yet. */
const withHeldRequests = async (t: TestContext, which: HaproxyUnderTest, options: Partial<HaproxyOptions>) => {
  const { haproxy, runDir } = await open(t, which, options);
  const [port = 0] = await freePorts(1);
  const sockets: Socket[] = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  const deploy = async (fingerprint: string): Promise<number> => {
    const files = configFiles({ runDir, port, fingerprint });
    const { pid } = await haproxy.deploy(files, { fingerprint, binds: [{ address: '127.0.0.1', port }] });
    return pid ?? 0;
  };
  const hold = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    // Its worker must have taken it before it is replaced.
    await new Promise<void>((resolve) => {
      socket.once('data', () => resolve());
      socket.write('GET /fingerprint HTTP/1.1\r\nhost: a\r\n\r\n');
    });
    socket.write('GET /fingerprint HTTP/1.1\r\nhost:');
    return socket;
  };
  return { haproxy, deploy, hold };
};

const oldPids = async (haproxy: Awaited<ReturnType<typeof withHeldRequests>>['haproxy']): Promise<readonly number[]> =>
  ((await haproxy.workers())?.old ?? []).map(({ pid }) => pid);

eachHaproxy('old workers with more memory than they may have', (which) => {
  it('are those that have more, not all: what each has for itself is counted', async (t) => {
    const { haproxy, deploy, hold } = await withHeldRequests(t, which, { boundOldWorkersEveryMs: 50 });
    const first = await deploy('a1');
    await hold();
    const second = await deploy('a2');
    await hold();
    await deploy('a3');
    assert.deepEqual(await oldPids(haproxy), [second, first]);
    assert.equal(haproxy.endedWorkers, 0);
    const [one, two] = [await memoryOf(second), await memoryOf(first)];
    assert.ok(one > 500_000 && two > 500_000, `${one} ${two} bytes`);
    assert.equal(await memoryOf(2 ** 30), 0);
  });

  it('also when no reload comes', async (t) => {
    const limits = { oldWorkersMemoryBytes: 1, boundOldWorkersEveryMs: 50 };
    const { haproxy, deploy, hold } = await withHeldRequests(t, which, limits);
    await deploy('a1');
    const socket = await hold();
    const cut = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await deploy('a2');
    await cut;
    await waitFor('no old worker is left', async () => (await oldPids(haproxy)).length === 0);
    assert.equal(haproxy.endedWorkers, 1);
  });
});

describe('the bound of old workers', () => {
  it('counts from the youngest: who is over it is ended once', async (t) => {
    const children = [1, 2, 3].map(() => spawn('sleep', ['60'], { stdio: 'ignore' }));
    t.after(() => children.forEach((child) => child.kill('SIGKILL')));
    const old = children.map(({ pid = 0 }, at) => ({ pid, reloads: at + 1, uptimeSeconds: at, version: '' }));
    const each = await waitFor('they run', async () => {
      const sizes = await Promise.all(old.map(async ({ pid }) => memoryOf(pid)));
      return sizes.every((size) => size > 0) && sizes;
    });
    const workers = new OldWorkers({ log: pino({ level: 'silent' }), limit: 20, memoryLimitBytes: (each[0] ?? 0) + (each[1] ?? 0) });
    const ended = new Promise((resolve) => children[2]?.once('exit', (_code, signal) => resolve(signal)));
    await workers.bound(old);
    await workers.bound(old);
    assert.equal(await ended, 'SIGTERM');
    assert.equal(workers.ended, 1);
    assert.deepEqual(
      children.map(({ exitCode, signalCode }) => exitCode ?? signalCode),
      [null, null, 'SIGTERM'],
    );
  });
});
