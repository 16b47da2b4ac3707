import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { toSettings } from '../../src/settings.ts';
import { openEdge } from '../kit/edge.ts';
import { masterOf } from '../kit/haproxy-of.ts';
import { lastly } from '../kit/lastly.ts';
import { placeFor, sluice } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { beTheOnlyOne } from '../../src/api/only-one.ts';

const silent = pino({ level: 'silent' });

describe('a Sluice that cannot start', () => {
  it('leaves the HAProxy that serves alone, and frees its run directory', async (t) => {
    const edge = await openEdge(t, { flags: { keepHaproxy: true } });
    const master = await masterOf(edge.runDir);
    await edge.daemon.close();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    lastly(t, async () => new Promise((resolve) => taken.close(resolve)));
    const { port } = taken.address() as { port: number };
    const wrong = { ...edge.flags, keepHaproxy: false };
    await assert.rejects(startDaemon(toSettings({ ...wrong, apiListen: `127.0.0.1:${port}` }), silent), { code: 'SETTINGS' });
    assert.equal(await masterOf(edge.runDir), master);
    await assert.rejects(async () => startDaemon(toSettings({ ...wrong, marathon: ['http://user:%zz@127.0.0.1:9'] }), silent));
    assert.equal(await masterOf(edge.runDir), master);
    const next = await startDaemon(toSettings(wrong), silent);
    assert.equal(await masterOf(edge.runDir), master);
    await next.close();
    assert.equal(await masterOf(edge.runDir), undefined);
  });

  it('ends as a process, whatever it was that could not be made', async (t) => {
    const place = await placeFor(t);
    const { code, stderr } = await sluice(['run', ...place.flags, '--marathon', 'http://user:%zz@127.0.0.1:9']);
    assert.notEqual(code, 0);
    assert.match(stderr, /^sluice: /);
  });
});

describe('the one Sluice of a run directory', () => {
  it('is one, also where several begin at the same moment', async (t) => {
    const folder = tempFolder();
    lastly(t, folder.remove);
    const tries = await Promise.allSettled([1, 2, 3].map(async () => beTheOnlyOne(folder.path, `${folder.path}/sluice.sock`)));
    const held = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(held.length, 1);
    for (const one of tries)
      if (one.status === 'rejected')
        assert.match(String(one.reason), new RegExp(`another Sluice( \\(process ${process.pid}\\))? runs on .*sluice\\.sock`));
    await held[0]?.release();
    await (await beTheOnlyOne(folder.path, `${folder.path}/sluice.sock`)).release();
  });
});
