import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { it, type TestContext } from 'node:test';
import { claimPorts } from '../../src/cli/demo/claim-ports.ts';
import { lastly } from '../kit/lastly.ts';

const any = (count: number): readonly undefined[] => Array.from({ length: count }, () => undefined);

const claim = async (t: TestContext, wanted: readonly (number | undefined)[], host?: string): Promise<readonly number[]> => {
  const { ports, release } = await claimPorts(wanted, host);
  lastly(t, release);
  return ports;
};

it('gives the ports that are wanted where they are free, and others where they are claimed or listened on', async (t) => {
  const [wanted = 0] = await claim(t, any(1));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  lastly(t, () => server.close());
  const { port: taken } = server.address() as AddressInfo;
  const ports = await claim(t, [wanted, taken, undefined]);
  assert.equal(new Set([...ports, wanted, taken]).size, 5);
  assert.ok(ports.every((port) => port > 20_000 && port < 31_000));
});

it('gives a port again when it was released', async (t) => {
  const first = await claimPorts(any(2));
  await first.release();
  assert.deepEqual(await claim(t, first.ports), first.ports);
});

it('gives the same port twice where the addresses differ', async (t) => {
  const [port] = await claim(t, any(1));
  assert.deepEqual(await claim(t, [port], '127.0.0.2'), [port]);
});

it('claims for other processes too, as long as this one lives, and is not kept alive by it', async (t) => {
  const module = new URL('../../src/cli/demo/claim-ports.ts', import.meta.url).href;
  const [wanted = 0] = await claim(t, any(1));
  const code = `import { claimPorts } from ${JSON.stringify(module)};
    const { ports } = await claimPorts([${wanted}, undefined]);
    process.once('message', () => process.disconnect());
    process.send(ports);`;
  const child = fork('-', {
    execPath: process.execPath,
    execArgv: ['--input-type=module', '--eval', code],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  lastly(t, () => child.kill('SIGKILL'));
  const [instead, other] = await new Promise<readonly number[]>((resolve) => child.once('message', (ports) => resolve(ports as number[])));
  assert.notEqual(instead, wanted);
  assert.notDeepEqual(await claim(t, [other]), [other]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.send('end');
  assert.equal(await ended, 0);
  assert.deepEqual(await claim(t, [other]), [other]);
});

it('leaves nothing claimed where it fails', async (t) => {
  // TEST-NET-1: no address of this host.
  await assert.rejects(claimPorts([23_456], '192.0.2.1'), { code: 'EADDRNOTAVAIL' });
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen('\0sluice-port:192.0.2.1:23456', resolve));
  lastly(t, () => server.close());
});
