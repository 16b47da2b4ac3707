import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { it } from 'node:test';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { build, someGlobals } from '../kit/builders.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { lastly } from '../kit/lastly.ts';
import { startSomewhere, writeRendered } from '../kit/rendered-haproxy.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

/** As many as HAProxy asks Sluice for at once. */
const READERS = 8;
/** More than HAProxy and two sockets hold of it. */
const LONG = Buffer.alloc(32 * 1024 * 1024, 'x');

eachHaproxy('readers who do not read', ({ binary, version }) => {
  it('keep no other Sluice from what it asks for', async (t) => {
    const folder = tempFolder();
    lastly(t, folder.remove);
    let held = 0;
    const sluice = createServer((request, response) => {
      if (request.url !== '/_haproxy_getconfig') return void response.end('seen');
      held += 1;
      response.end(LONG);
    });
    const endpoints = join(folder.path, 'sluice.sock');
    await new Promise<void>((resolve) => void sluice.listen(endpoints, resolve));
    lastly(t, () => {
      sluice.close();
      sluice.closeAllConnections();
    });
    const certificates = await certificatesFor([], folder.path);
    let port = 0;
    const write = async () => {
      const [httpPort = 0, httpsPort = 0, appIdPort = 0, statsPort = 0] = await freePorts(4);
      port = statsPort;
      const listenerSuffix = /^(2\.|3\.[01]$)/.test(version) ? '' : '_in';
      const { desired } = build([], {
        bindAddress: '127.0.0.1',
        httpPort,
        httpsPort,
        appIdPort,
        statsPort,
        certificates,
        listenerSuffix,
        endpoints,
      });
      const globals = someGlobals({ runDir: folder.path, maxConnections: 200 });
      return { configFile: writeRendered({ ...desired, globals }, folder.path), port };
    };
    const { stop } = await startSomewhere(write, 5, binary);
    lastly(t, stop);
    for (let reader = 0; reader < READERS; reader++) {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET /_haproxy_getconfig HTTP/1.1\r\nHost: edge\r\n\r\n')).pause();
      socket.on('error', () => undefined);
      lastly(t, () => socket.destroy());
    }
    await waitFor('all are answered', () => held === READERS);
    const answer = await fetch(`http://127.0.0.1:${port}/_sluice_observations?group=/shop`, { headers: { connection: 'close' } });
    assert.deepEqual([answer.status, await answer.text()], [200, 'seen']);
  });
});
