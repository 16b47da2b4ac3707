import assert from 'node:assert/strict';
import { it } from 'node:test';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { operatorOverrides } from '../../src/pieces/overrides.ts';
import { anEntry, build, someGlobals } from '../kit/builders.ts';
import { getFrom } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { lastly } from '../kit/lastly.ts';
import { startSomewhere, writeRendered } from '../kit/rendered-haproxy.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** HAProxy says in each answer how long it waits for the client. */
const headOf = (port: number): string =>
  ['frontend marathon_http_in', `  bind 127.0.0.1:${port}`, '  http-after-response set-header x-client-timeout %[cur_client_timeout]'].join(
    '\n',
  );

/** Without a task: HAProxy itself answers. */
const appOf = (id: string, own: Readonly<Record<string, string>>) => {
  const named = Object.entries({ VHOST: `${id.slice(1)}.example`, KEEP_ROUTE: 'true', ...own }).map(([name, value]) => [
    `HAPROXY_0_${name}`,
    value,
  ]);
  return anEntry({ id, labels: { HAPROXY_GROUP: 'external', ...(Object.fromEntries(named) as object) } }, []);
};

eachHaproxy('TIMEOUT_CLIENT', ({ binary, version }) => {
  if (version === '2.6') return void it.skip('on ports that all share: from HAProxy 3.0 on');
  it('holds on ports that all share, for its own app', async (t) => {
    const folder = tempFolder();
    lastly(t, folder.remove);
    const certificates = await certificatesFor([], folder.path);
    let url = '';
    const write = async () => {
      const [httpPort = 0, httpsPort = 0, appIdPort = 0, statsPort = 0] = await freePorts(4);
      url = `http://127.0.0.1:${httpPort}/`;
      const { desired, problems } = build(
        [
          appOf('/plain', { TIMEOUT_CLIENT: '7m', PORT: '10000' }),
          appOf('/with-text', { TIMEOUT_CLIENT: '8m', PORT: '10001', BACKEND_HTTP_OPTIONS: '  option forwardfor' }),
          appOf('/other', { PORT: '10002' }),
        ],
        {
          ...{ bindAddress: '127.0.0.1', httpPort, httpsPort, appIdPort, statsPort, certificates, listenerSuffix: '_in' },
          ...{ bindServicePorts: false, clientTimeouts: true },
          overrides: operatorOverrides({ HAPROXY_HTTP_FRONTEND_HEAD: headOf(httpPort) }, new Map()),
        },
      );
      assert.deepEqual(problems, []);
      const globals = someGlobals({ runDir: folder.path, maxConnections: 200 });
      return { configFile: writeRendered({ ...desired, globals }, folder.path), port: httpPort };
    };
    const { stop } = await startSomewhere(write, 5, binary);
    lastly(t, stop);
    const told = async (host: string): Promise<unknown> => (await getFrom(url, { host })).headers['x-client-timeout'];
    assert.equal(await told('plain.example'), '420000');
    assert.equal(await told('with-text.example'), '480000');
    assert.equal(await told('other.example'), '30000');
  });
});
