import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { join } from 'node:path';
import { lastly } from '../kit/lastly.ts';
import { openApiFor } from '../kit/open-api.ts';
import { sluice } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';

const VERBS = ['run', 'sse', 'poll', 'demo', 'stand-in', 'render', 'check', 'doctor', 'plan', 'status', 'explain', 'zdd', 'zone'];
/** Those that ask a running Sluice. */
const ASKING: readonly (readonly string[])[] = [['plan'], ['status'], ['status', '--watch'], ['explain', '/shop'], ['status', '--json']];

describe('the command line', { concurrency: 2 }, () => {
  it('lists every verb in its help', async () => {
    const { code, stdout } = await sluice(['--help']);
    assert.equal(code, 0);
    for (const verb of VERBS) assert.match(stdout, new RegExp(`^ +${verb}\\b`, 'm'), verb);
  });

  for (const verb of VERBS) {
    it(`shows examples and exit codes in the help of ${verb}`, async () => {
      const { code, stdout, stderr } = await sluice([verb, '--help']);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      assert.match(stdout, new RegExp(`^Usage: sluice ${verb}`));
      assert.match(stdout, /^Examples:\n {2}(sluice|npx sluice|curl)/m);
      assert.match(stdout, /^Exit codes: 0 [^\n]+1 [^\n]+2 [^\n]+/m);
    });
  }

  const WRONG: readonly (readonly [what: string, args: readonly string[], told: RegExp])[] = [
    ['no verb', [], /Usage: sluice/],
    ['an unknown flag', ['status', '--fast'], /unknown option '--fast'/],
    ['an unknown flag of run', ['run', '--group', 'x', '--fast'], /unknown option '--fast'/],
    ['run without a group', ['run'], /--group is needed at least once/],
    ['a flag without its value', ['run', '--group'], /'--group <name>' argument missing/],
    [
      'a number of Marathon-LB that is none',
      ['run', '--group', 'x', '--max-reload-retries', 'some'],
      /--max-reload-retries.*must be a whole number/,
    ],
    ['a port that is none', ['run', '--group', 'x', '--http-port', 'eighty'], /--http-port/],
    ['two flags that are wrong', ['run', '--group', 'x', '--http-port', '0', '--api-listen', 'x'], /--http-port.*--api-listen/],
    [
      'two flags of the same port',
      ['run', '--group', 'x', '--http-port', '8080', '--https-port', '8080'],
      /^sluice: --http-port and --https-port are both 8080: give each a port of its own\n$/,
    ],
    ['zone without a file', ['zone'], /zone needs one file: --apps .* or --state /],
    ['zone of two files', ['zone', '--apps', 'a', '--state', 'b'], /zone needs one file/],
    ['zone of a domain that is none', ['zone', '--apps', 'a', '--dns-domain', 'a b'], /--dns-domain a b must be a name/],
    ['render without a file', ['render', '--group', 'x'], /--apps/],
    ['explain without an app', ['explain'], /missing required argument 'app'/],
    ['explain of what is no app id', ['explain', '/../status'], /'\/\.\.\/status' is no id/],
    ['explain of no app at all', ['explain', '/'], /is no id/],
    ['a word too many', ['plan', 'now'], /too many arguments/],
    ['demo with a time that is none', ['demo', '--seconds', 'soon'], /--seconds/],
    ['stand-in with a personality that is none', ['stand-in', '--port', '0', '--personality', '2.0'], /--personality/],
    ['stand-in without an instance', ['stand-in', '--port', '0', '--instances', '0'], /--instances.* must be a whole number from 1 to 9/],
    ['stand-in on no port', ['stand-in', '--port', '99999'], /--port.* must be a whole number from 0 to 65535/],
    ['a group without a name', ['run', '--group', ''], /--group is empty/],
    ['an API that is no URL', ['status', '--api', 'localhost'], /--api/],
  ];
  it('ends with exit code 2 and says why: certificates that are not there', async (t) => {
    const { path, remove } = tempFolder();
    t.after(remove);
    const { code, stderr } = await sluice([
      'run',
      '--group',
      'x',
      '--ssl-certs',
      '/nowhere.pem',
      '--api-listen',
      'off',
      '--run-dir',
      path,
      '--state-dir',
      path,
    ]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /nowhere\.pem/);
  });

  it('ends with exit code 1 where it does not know the verb, as the container of Marathon-LB did', async () => {
    const { code, stdout, stderr } = await sluice(['event', '--group', 'x']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /unknown command 'event'/);
  });

  it('ends with exit code 1 where credentials are not USER:PASSWORD, as Marathon-LB did, and does not tell them', async () => {
    const { code, stdout, stderr } = await sluice(['sse', '--group', 'x', '--auth-credentials', 'ann:s3cret:more']);
    assert.deepEqual([code, stdout, stderr], [1, '', 'sluice: --auth-credentials must be USER:PASSWORD with one colon\n']);
  });

  it('prints its whole reference with --longhelp, without any other flag', async () => {
    const { code, stdout, stderr } = await sluice(['sse', '--longhelp']);
    assert.deepEqual([code, stderr], [0, '']);
    for (const name of ['HAPROXY_{n}_VHOST', '--marathon-auth-credential-file', 'HAPROXY_SSL_CERT', 'defaults.hbs'])
      assert.ok(stdout.includes(name), name);
  });

  for (const [what, args, told] of WRONG) {
    it(`ends with exit code 2 and says why: ${what}`, async () => {
      const { code, stdout, stderr } = await sluice(args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, told);
      assert.equal(stdout, '');
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
    });
  }

  for (const args of ASKING) {
    it(`ends with exit code 3 where no Sluice answers and says what to look at: ${args.join(' ')}`, async (t) => {
      const { path, remove } = tempFolder();
      lastly(t, remove);
      for (const target of [
        ['--run-dir', path],
        ['--api', 'http://127.0.0.1:9'],
      ]) {
        const { code, stdout, stderr } = await sluice([...args, ...target]);
        assert.equal(code, 3, stderr);
        assert.equal(stdout, '');
        const where = target[0] === '--api' ? 'http://127.0.0.1:9' : join(path, 'sluice.sock');
        assert.ok(stderr.startsWith(`sluice: no Sluice answers at ${where}`), stderr);
        assert.match(stderr, /is it running, and is --run-dir \(or --api\) the same\?/);
      }
    });
  }

  it('ends with exit code 3 where a Sluice starts or ends: it has nothing to tell', async (t) => {
    const { folder } = await openApiFor(t, { listen: undefined });
    for (const args of ASKING) {
      const { code, stdout, stderr } = await sluice([...args, '--run-dir', folder]);
      assert.deepEqual([code, stdout, stderr], [3, '', 'sluice: Sluice is starting or ending: ask again in a moment\n']);
    }
  });

  it('says exit code 3 in the help of the verbs that ask a running Sluice', async () => {
    for (const verb of ['plan', 'status', 'explain']) assert.match((await sluice([verb, '--help'])).stdout, /3 no Sluice answers/, verb);
  });
});
