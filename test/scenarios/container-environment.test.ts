import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { connect } from 'node:tls';
import { askApi } from '../kit/ask-api.ts';
import { makeAuthority } from '../kit/authority.ts';
import { masterOf } from '../kit/haproxy-of.ts';
import { lastly } from '../kit/lastly.ts';
import { placeFor, sluice, startSluice } from '../kit/sluice.ts';
import { waitFor } from '../kit/wait-for.ts';
import { startFake } from '../marathon/fake-marathon.ts';
import { json, startGiver } from '../marathon/login/fake-giver.ts';

/** Marathon-LB's arguments and environment, as DC/OS gives them, and a real HAProxy. */

const appOf = (id: string, port: number): object => ({
  id,
  version: '2026-01-01T00:00:00.000Z',
  labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: `${id.slice(1)}.example` },
  networks: [{ mode: 'host' }],
  portDefinitions: [{ port }],
  tasks: [
    {
      id: `${id.slice(1)}.instance-1._app.1`,
      appId: id,
      host: '127.0.0.2',
      ipAddresses: [{ ipAddress: '127.0.0.2', protocol: 'IPv4' }],
      ports: [31_000],
      state: 'TASK_RUNNING',
      version: '2026-01-01T00:00:00.000Z',
    },
  ],
});

/** The certificate that a client of this name is shown. */
const certificateAt = async (port: number, servername: string): Promise<X509Certificate> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw));
      socket.destroy();
    });
    socket.on('error', reject);
  });

/** Of others nothing is asked: they may be replaced at any moment. */
const certificatesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('environment-certificates'))
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile());

it("takes the arguments and the environment of Marathon-LB's container, and tells no secret of it", async (t) => {
  const place = await placeFor(t);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const accountKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const authority = await makeAuthority('CA');
  const [first, second] = [await authority.sign('one.example'), await authority.sign('two.example')];
  const giver = await startGiver(t, (_asked, response) => json(response, 200, { token: 'pl4nted-token' }));
  const marathon = await startFake([appOf('/shop', 10_000), appOf('/marathon-lb', 10_001)]);
  lastly(t, async () => marathon.close());
  const backlog = readFileSync('/proc/sys/net/core/somaxconn', 'utf8').trim();
  const escaped = (pair: { readonly cert: string; readonly key: string }): string => `${pair.cert}\n${pair.key}`.replaceAll('\n', '\\n');

  const running = startSluice(t, ['sse', '--marathon', marathon.url, '--haproxy-map', '--max-reload-retries', '10', ...place.flags], {
    env: {
      PORTS: '80,443,9090,9091',
      FRAMEWORK_NAME: 'marathon-lb',
      DCOS_SERVICE_ACCOUNT_CREDENTIAL: JSON.stringify({
        scheme: 'RS256',
        uid: 'lb',
        private_key: accountKey,
        login_endpoint: `${giver.url}/login`,
      }),
      HAPROXY_SSL_CERT: escaped(first),
      HAPROXY_SSL_CERT1: escaped(second),
      HAPROXY_GLOBAL_DEFAULT_OPTIONS: 'redispatch,http-server-close,dontlognull',
      HAPROXY_SYSCTL_PARAMS: `net.core.somaxconn=${backlog}`,
      SYSLOG_SOCKET: '/dev/log',
    },
  });
  await running.prints(/sluice runs/);
  await waitFor('it is ready', async () => (await askApi(place.runDir, '/ready')).status === 200 && true);

  assert.deepEqual(new Set(marathon.requests.map(({ headers }) => headers.authorization)), new Set(['token=pl4nted-token']));
  const config = readFileSync(join(place.runDir, 'config/haproxy.cfg'), 'utf8');
  assert.match(config, /^ {2}option dontlognull\n {2}option http-server-close\n {2}option redispatch$/m);
  assert.match(config, /^backend shop_10000\b/m);
  assert.doesNotMatch(config, /marathon-lb_10001/, 'the load balancer does not balance itself');

  const fingerprintAt = async (name: string): Promise<string> => (await certificateAt(place.ports.https, name)).fingerprint256;
  assert.equal(await fingerprintAt('two.example'), new X509Certificate(second.cert).fingerprint256);
  assert.equal(await fingerprintAt('any.other'), new X509Certificate(first.cert).fingerprint256);
  const written = certificatesIn(place.stateDir);
  assert.equal(written.length, 2);
  for (const path of written) assert.equal(lstatSync(path).mode & 0o777, 0o600, path);

  const master = (await masterOf(place.runDir)) ?? 0;
  assert.ok(master > 0);
  const shown = ['environ', 'cmdline'].map((file) => readFileSync(`/proc/${master}/${file}`, 'utf8')).join();
  const status = JSON.stringify((await askApi(place.runDir, '/status')).body);
  const { code, stdout, stderr } = await running.endBy('SIGINT');
  assert.equal(code, 0, stderr);
  for (const note of [/--haproxy-map has no effect/, /--max-reload-retries has no effect/, /SYSLOG_SOCKET has no effect/])
    assert.match(stdout, note);
  assert.doesNotMatch(stdout + stderr + shown + status, /pl4nted|PRIVATE KEY/);
});

it('ends with exit code 2 where HAProxy does not have a default option, and nothing runs', async (t) => {
  const place = await placeFor(t);
  const env = { HAPROXY_GLOBAL_DEFAULT_OPTIONS: 'redispatch,nonsense' };
  const { code, stderr } = await sluice(['sse', '--marathon', 'http://127.0.0.1:9', ...place.flags], { env });
  assert.deepEqual(
    [code, stderr],
    [2, "sluice: HAPROXY_GLOBAL_DEFAULT_OPTIONS: HAProxy refuses what it names: unknown option 'nonsense'.\n"],
  );
  assert.equal(await masterOf(place.runDir), undefined);
  assert.ok(!readdirSync(place.runDir).includes('options.cfg'));
});

const asRoot = process.getuid?.() === 0 ? {} : { skip: 'who is not root could set nothing' };

it('as root ends with exit code 1 where a setting of the kernel cannot be set, and goes on where that may be', asRoot, async (t) => {
  const place = await placeFor(t);
  const env = { HAPROXY_SYSCTL_PARAMS: 'net.core.no_such_thing=1' };
  const marathon = await startFake([]);
  lastly(t, async () => marathon.close());
  const args = ['sse', '--marathon', marathon.url, ...place.flags];
  const { code, stderr } = await sluice(args, { env });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^sluice: HAPROXY_SYSCTL_PARAMS: net\.core\.no_such_thing=1 cannot be set: .*HAPROXY_SYSCTL_NONSTRICT=1\n$/);
  assert.equal(await masterOf(place.runDir), undefined);
  const running = startSluice(t, args, { env: { ...env, HAPROXY_SYSCTL_NONSTRICT: '1' } });
  await running.prints(/HAPROXY_SYSCTL_PARAMS: .* cannot be set/);
  await running.prints(/sluice runs/);
  assert.equal((await running.endBy('SIGINT')).code, 0);
});
