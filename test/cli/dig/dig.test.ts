import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { askApi } from '../../kit/ask-api.ts';
import { anAppDefinition, type Edge, startEdge } from '../../kit/edge.ts';
import { freePorts } from '../../kit/free-ports.ts';
import { at, listAt, sizeOf, textAt } from '../../kit/json.ts';
import { lastly } from '../../kit/lastly.ts';
import { sluice } from '../../kit/sluice.ts';
import { waitFor } from '../../kit/wait-for.ts';

interface Rig {
  readonly edge: Edge;
  readonly rest: string;
  /** Prints JSON. */
  readonly dig: (...args: readonly string[]) => Promise<{ readonly code: number | null; readonly body: unknown; readonly stderr: string }>;
}

const startRig = async (t: TestContext, flags: Readonly<Record<string, unknown>> = {}): Promise<Rig> => {
  const [dnsPort = 0, restPort = 0] = await freePorts(2);
  const dns = { dnsListen: [`127.0.0.1:${dnsPort}`], dnsHttpListen: [`127.0.0.1:${restPort}`] };
  const edge = await startEdge({ apps: [anAppDefinition('/prod/web')], flags: { ...dns, ...flags } });
  lastly(t, edge.close);
  const dig = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await sluice(['dig', ...args, '--run-dir', edge.runDir, '--json']);
    return { code, stderr, body: stdout === '' ? undefined : (JSON.parse(stdout) as unknown) };
  };
  await waitFor('it is answered', async () => (await dig('web-prod.marathon.mesos')).code === 0);
  return { edge, dig, rest: `http://127.0.0.1:${restPort}` };
};

describe('sluice dig', () => {
  it('tells which app and task each record is from, and why there is none', async (t) => {
    const { edge, dig, rest } = await startRig(t);

    await t.test('addresses of both tasks', async () => {
      const { code, body } = await dig('web-prod.marathon.mesos');
      assert.equal(code, 0);
      assert.partialDeepStrictEqual(body, { name: 'web-prod.marathon.mesos.', type: 'A', rcode: 'NOERROR', transport: 'UDP', errors: [] });
      assert.ok(listAt(body, 'flags').includes('aa'));
      const from = listAt(body, 'answers').flatMap((answer) => listAt(answer, 'from'));
      assert.equal(from.length, 2);
      for (const source of from)
        assert.partialDeepStrictEqual(source, { kind: 'task', appId: '/prod/web', framework: 'marathon', fitness: 'fit' });
    });

    await t.test('a service by TCP, its targets’ addresses too', async () => {
      const { code, body } = await dig('_web-prod._tcp.marathon.mesos', '--tcp');
      assert.deepEqual([code, textAt(body, 'type'), textAt(body, 'transport')], [0, 'SRV', 'TCP']);
      assert.deepEqual([listAt(body, 'answers').length, listAt(body, 'additional').length], [2, 2]);
    });

    await t.test('lines for people', async () => {
      const { code, stdout } = await sluice(['dig', 'web.prod.marathon.mesos', '--run-dir', edge.runDir]);
      assert.equal(code, 0);
      assert.match(
        stdout,
        /^web\.prod\.marathon\.mesos\. A: NOERROR, \d records, from 127\.0\.0\.1:\d+ by UDP in [\d.]+ ms, \d+ bytes, flags qr aa rd/,
      );
      assert.match(
        stdout,
        /\n {2}web\.prod\.marathon\.mesos\. +\d+ s +A +127\.[\d.]+ +<- task prod_web\.\S+ of \/prod\/web \(marathon, agent \S+\)/,
      );
    });

    await t.test('a path that is written forwards', async () => {
      const { code, body, stderr } = await dig('prod-web.marathon.mesos');
      assert.deepEqual([code, textAt(body, 'rcode'), stderr], [1, 'NXDOMAIN', '']);
      assert.deepEqual([textAt(body, 'missing.because'), textAt(body, 'missing.nearest.0')], ['no-such-task', 'web.prod.marathon.mesos']);
      assert.equal(textAt(body, 'apps.0.appId'), '/prod/web');
    });

    await t.test('an app without a task', async () => {
      await edge.deploy('PUT', '/v2/apps/prod/idle', anAppDefinition('/prod/idle', { instances: 0 }));
      const lines = await waitFor('the app is known', async () => {
        const { code, stdout } = await sluice(['dig', 'idle-prod.marathon.mesos', '--run-dir', edge.runDir]);
        assert.equal(code, 1);
        return stdout.includes('/prod/idle') && stdout;
      });
      assert.match(
        lines,
        /\nwhy: no task of marathon that runs is called idle-prod\nwhat Marathon has of it:\n {2}app \/prod\/idle: 0 instances wanted, no task\n/,
      );
    });

    await t.test('a type that it does not have', async () => {
      const { code, body } = await dig('web-prod.marathon.mesos', 'AAAA');
      assert.deepEqual([code, textAt(body, 'rcode'), textAt(body, 'missing.because')], [1, 'NOERROR', 'other-type']);
    });

    await t.test('a command line that is wrong', async () => {
      assert.equal((await dig('a..b')).code, 2);
      assert.equal((await dig('web.mesos', 'NONSENSE')).code, 2);
      assert.equal((await dig('web.mesos', '--server', 'nonsense:')).code, 2);
    });

    await t.test('nobody at that address', async () => {
      const [port = 0] = await freePorts(1);
      const { code, stderr } = await dig('web-prod.marathon.mesos', '--server', `127.0.0.1:${port}`);
      assert.equal(code, 1);
      assert.match(stderr, /^sluice: no DNS answer from 127\.0\.0\.1 port \d+: /);
    });

    await t.test('by the API, whose questions are looked at', async () => {
      const asked = await askApi(edge.runDir, '/dns/explain?name=web-prod.marathon.mesos');
      assert.deepEqual([asked.status, textAt(asked.body, 'explanation.type'), listAt(asked.body, 'listen').length], [200, 'A', 1]);
      for (const wrong of ['', '?name=', '?name=a..b', '?name=a&type=NONSENSE', '?name=a&name=b', `?name=${'a.'.repeat(600)}`])
        assert.equal((await askApi(edge.runDir, `/dns/explain${wrong}`)).status, 400, wrong);
    });

    await t.test('the REST interface knows the same names', async () => {
      const { body } = await askApi(rest, '/v1/services/_web-prod._tcp.marathon.mesos');
      assert.equal(sizeOf(body), 2);
    });
  });

  it('says so where no DNS is answered', async (t) => {
    const edge = await startEdge();
    lastly(t, edge.close);
    const { code, stderr } = await sluice(['dig', 'web.marathon.mesos', '--run-dir', edge.runDir]);
    assert.equal(code, 1);
    assert.match(stderr, /answers no DNS: start it with --dns-listen/);
    assert.equal(at((await askApi(edge.runDir, '/dns/explain?name=a')).body, 'code'), 'NO_DNS');
  });
});
