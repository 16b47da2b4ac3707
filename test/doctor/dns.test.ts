import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dns } from '../../src/doctor/checks/dns.ts';
import { freePorts } from '../kit/free-ports.ts';
import { lastly } from '../kit/lastly.ts';
import { find, folderOf, levels, messages } from './kit.ts';

describe('what the doctor finds where DNS is to be answered', () => {
  it('nothing where it is not to be', async () => assert.deepEqual(await find(dns), []));

  it('free ports, one that is taken by UDP alone, and an address of another host', async (t) => {
    const runDir = join(folderOf(t), 'run');
    const [port = 0, rest = 0, taken = 0] = await freePorts(3);
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(taken, '127.0.0.1', resolve));
    lastly(t, async () => new Promise<void>((resolve) => socket.close(resolve)));
    const free = await find(dns, { runDir, dnsListen: [`127.0.0.1:${port}`], dnsHttpListen: [`127.0.0.1:${rest}`] });
    assert.deepEqual(levels(free), ['ok'], messages(free));
    const bad = await find(dns, { runDir, dnsListen: [`127.0.0.1:${taken}`, `192.0.2.1:${port}`] });
    assert.deepEqual(levels(bad), ['fail', 'warn']);
    assert.match(messages(bad), new RegExp(`--dns-listen 127\\.0\\.0\\.1:${taken} is taken`));
  });
});
