import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { describe, it } from 'node:test';
import { decode } from 'dns-packet';
import { dig, withDig } from '../kit/dig.ts';
import { aNamedTask, aQuery, rcodeOf, startDns, TcpClient } from '../kit/dns-rig.ts';
import { lastly } from '../kit/lastly.ts';
import { waitFor } from '../kit/wait-for.ts';

describe('transfers', () => {
  it('nobody gets a zone who is not named', withDig, async (t) => {
    const dns = await startDns(t, { transferAllow: ['127.0.0.2'] });
    assert.match((await dig(await dns.port(), 'mesos', 'AXFR')).join('\n'), /Transfer failed/);
    const client = new TcpClient(t, await dns.port());
    client.ask(aQuery('mesos', 'AXFR'));
    const [answer] = await client.answered(1);
    assert.equal(answer === undefined ? '' : rcodeOf(answer), 'REFUSED');
  });

  it('who is named gets all of it, from its SOA record to its SOA record, in several messages', withDig, async (t) => {
    const tasks = Array.from({ length: 2000 }, (_, nth) => aNamedTask(nth));
    const dns = await startDns(t, { transferAllow: ['127.0.0.0/8'] }, tasks);
    const lines = await dig(await dns.port(), 'mesos', 'AXFR');
    const { serial } = await dns.facts();
    const soa = `mesos. 5 IN SOA ns1.mesos. root.ns1.mesos. ${serial} 60 600 86400 2`;
    assert.equal(lines[0], soa);
    assert.equal(lines.at(-1), soa);
    assert.equal(lines.filter((line) => line.startsWith('web.marathon.mesos. 5 IN A ')).length, 2000);
    assert.equal(new Set(lines.slice(1)).size, lines.length - 1, 'none twice');
    const other = await dig(await dns.port(), '10.in-addr.arpa', 'AXFR');
    assert.ok(
      other.some((line) => /^1\.0\.2\.10\.in-addr\.arpa\. 5 IN PTR web-/.test(line)),
      other.slice(0, 5).join('\n'),
    );
  });

  it(
    'who has a serial gets what has changed since; all of it where that is too long ago; nothing where nothing has',
    withDig,
    async (t) => {
      const dns = await startDns(t, { transferAllow: ['127.0.0.0/8'] });
      const port = await dns.port();
      const { serial } = await dns.facts();
      dns.feed.take({ drop: [aNamedTask(1).key] });
      await dns.facts((now) => now.serial === serial + 1);
      const lines = await dig(port, 'mesos', `IXFR=${serial}`);
      const soas = lines.filter((line) => line.includes(' SOA ')).map((line) => Number(line.split(' ')[6]));
      assert.deepEqual(soas, [serial + 1, serial, serial + 1, serial + 1]);
      assert.ok(lines.includes('web.marathon.mesos. 5 IN A 10.2.0.1'), 'what is gone is named');
      assert.ok(!lines.includes('web.marathon.mesos. 5 IN A 10.2.0.2'), 'what has stayed is not');
      assert.equal((await dig(port, 'mesos', `IXFR=${serial + 1}`)).length, 1);
      assert.ok((await dig(port, 'mesos', 'IXFR=17')).some((line) => line === 'web.marathon.mesos. 5 IN A 10.2.0.2'));
    },
  );

  it('hosts that keep a copy are told once of many changes, again where they are silent, and not again when they have answered', async (t) => {
    const socket = createSocket('udp4');
    lastly(t, () => socket.close());
    const heard: Buffer[] = [];
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    socket.on('message', (bytes, from) => {
      heard.push(bytes);
      // The first one is lost.
      if (heard.length === 1) return;
      const answer = Buffer.from(bytes);
      answer[2] = 0xa4;
      socket.send(answer, from.port, from.address);
    });
    const dns = await startDns(t, { notify: [{ address: '127.0.0.1', port: socket.address().port }] });
    for (let nth = 3; nth < 50; nth += 1) dns.feed.take({ put: [aNamedTask(nth)] });
    await waitFor('it was told twice', () => heard.length === 2);
    const { questions, ...notify } = decode(heard[1] ?? Buffer.alloc(0));
    assert.deepEqual(
      questions?.map(({ name, type }) => [name, type]),
      [['mesos', 'SOA']],
    );
    assert.equal((notify as unknown as { opcode: string }).opcode, 'NOTIFY');
    dns.feed.take({ put: [aNamedTask(60)] });
    await waitFor('it is told of the next change', () => heard.length === 3);
  });
});
