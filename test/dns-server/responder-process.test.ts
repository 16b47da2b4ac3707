import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addressesIn, aNamedTask, aQuery, askUdp, rcodeOf, startDns } from '../kit/dns-rig.ts';
import { freePorts } from '../kit/free-ports.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);
const web = (): Buffer => aQuery('web.marathon.mesos', 'A');

describe('the process that answers', () => {
  it('answers what it was told, and what has changed since', async (t) => {
    const dns = await startDns(t);
    const port = await dns.port();
    assert.deepEqual(addressesIn(await askUdp(port, web())), ['10.2.0.1', '10.2.0.2']);
    dns.feed.take({ put: [aNamedTask(3)], drop: [aNamedTask(1).key] });
    await waitFor('the change is answered', async () => {
      const now = addressesIn(await askUdp(port, web()));
      return now.join() === '10.2.0.2,10.2.0.3';
    });
  });

  it('says that it is not ready where nothing is known, and that what it says is old where it cannot be confirmed', async (t) => {
    const dns = await startDns(t);
    const port = await dns.port();
    dns.feed.takeFreshness({ state: 'not-ready', sinceMs: 0 });
    await waitFor('SERVFAIL', async () => rcodeOf(await askUdp(port, web())) === 'SERVFAIL');
    dns.feed.takeFreshness({ state: 'stale', sinceMs: 0 });
    await waitFor('answers again', async () => addressesIn(await askUdp(port, web())).length === 2);
  });

  it('is begun again when it is killed, and told everything', async (t) => {
    const dns = await startDns(t, { listen: [{ address: '127.0.0.1', port: (await freePorts(1))[0] ?? 0 }] });
    const port = await dns.port();
    const { pid } = dns.process;
    process.kill(pid ?? 0, 'SIGKILL');
    await waitFor('another process', () => dns.process.pid !== undefined && dns.process.pid !== pid);
    await dns.facts();
    assert.deepEqual(addressesIn(await askUdp(port, web())), ['10.2.0.1', '10.2.0.2']);
    assert.equal(dns.process.restarts, 1);
    assert.match(dns.process.lastEnd ?? '', /SIGKILL/);
  });

  it('is ended and begun again when it hangs; what changes meanwhile is told then', async (t) => {
    const dns = await startDns(t);
    const { pid } = dns.process;
    process.kill(pid ?? 0, 'SIGSTOP');
    for (let nth = 3; nth < 1000; nth += 1) dns.feed.take({ put: [aNamedTask(nth)] });
    await waitFor('another process', () => dns.process.pid !== undefined && dns.process.pid !== pid);
    await dns.facts(({ hasWhole, tasks }) => hasWhole && tasks === 999);
    assert.equal(isAlive(pid ?? 0), false);
  });

  it('ends with who has made it, in good order and not', async (t) => {
    const dns = await startDns(t);
    const { pid = 0 } = dns.process;
    await dns.process.close();
    await waitFor('it is gone', () => !isAlive(pid));

    const { path, remove } = tempFolder();
    lastly(t, remove);
    const script = join(path, 'main.ts');
    const src = fileURLToPath(new URL('../../src/dns-server', import.meta.url));
    const rig = fileURLToPath(new URL('../kit/dns-rig.ts', import.meta.url));
    writeFileSync(
      script,
      `import { ResponderProcess } from '${src}/responder-process.ts';
       import { WholeFeed } from '${src}/whole-feed.ts';
       import { dnsOptionsFor } from '${rig}';
       const log = { error: () => {}, warn: () => {}, info: () => {} };
       const made = new ResponderProcess({ role: 'dns', feed: new WholeFeed(), log, begin: () => dnsOptionsFor(), onFacts: () => console.log(made.pid) });`,
    );
    const main = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    lastly(t, () => main.kill('SIGKILL'));
    let said = '';
    main.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const childPid = Number(await waitFor('it has begun', () => /^\d+\n/.exec(said)?.[0]));
    assert.equal(isAlive(childPid), true);
    main.kill('SIGKILL');
    await waitFor('its process is gone too', () => !isAlive(childPid));
  });

  it('tells where it cannot listen, answers elsewhere, and takes the port as soon as it is free', async (t) => {
    const [taken = 0] = await freePorts(1);
    const other = createSocket('udp4');
    await new Promise<void>((resolve) => other.bind(taken, '127.0.0.1', resolve));
    const listen = [
      { address: '127.0.0.1', port: taken },
      { address: '127.0.0.1', port: 0 },
    ];
    const dns = await startDns(t, { listen });
    const { listeners } = await dns.facts();
    assert.match(listeners[0]?.problem ?? '', /another program listens there/);
    assert.equal(addressesIn(await askUdp(listeners[1]?.port ?? 0, web())).length, 2);
    await new Promise<void>((resolve) => other.close(resolve));
    await dns.facts((now) => now.listeners.every(({ problem }) => problem === undefined));
    assert.equal(addressesIn(await askUdp(taken, web())).length, 2);
  });

  it('counts questions by type and rcode', async (t) => {
    const dns = await startDns(t);
    const port = await dns.port();
    await askUdp(port, web());
    await askUdp(port, aQuery('nobody.marathon.mesos', 'AAAA'));
    const { counts } = await dns.facts((now) => now.counts.queries.length === 2);
    assert.deepEqual(counts.queries, [
      { transport: 'udp', type: 1, rcode: 0, count: 1 },
      { transport: 'udp', type: 28, rcode: 3, count: 1 },
    ]);
    assert.equal(
      counts.seconds.counts.reduce((sum, count) => sum + count, 0),
      2,
    );
  });
});
