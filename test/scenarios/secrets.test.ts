import assert from 'node:assert/strict';
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { startStandIn } from '../../src/demo/stand-in.ts';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { byHand, masterOf, workersOf } from '../kit/haproxy-of.ts';
import { lastly } from '../kit/lastly.ts';
import { placeFor, type SluiceProcess, sluice, startSluice } from '../kit/sluice.ts';
import { waitFor } from '../kit/wait-for.ts';

/** In everything that is secret here. */
const PLANTED = 'pl4nted';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** As they would stand in a request, too. */
const FORMS = [PLANTED, base64(`ann:${PLANTED}-of-file`), base64(`bob:${PLANTED}-of-url`)];

const assertSilent = (where: string, text: string): void => {
  for (const form of FORMS)
    assert.ok(
      !text.includes(form),
      `${where} tells ${form}: ${text.slice(Math.max(0, text.indexOf(form) - 200), text.indexOf(form) + 50)}`,
    );
};

const everyFileIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile());

interface Guarded {
  readonly running: SluiceProcess;
  readonly runDir: string;
  readonly stateDir: string;
  readonly api: string;
  readonly tokenFile: string;
  readonly marathonFlags: readonly string[];
}

/** `sluice run` at a Marathon that asks for a password, and at one that is away, with secrets wherever there can be any. */
const openGuarded = async (t: TestContext): Promise<Guarded> => {
  const place = await placeFor(t);
  const [nobody = 0, apiPort = 0] = await freePorts(2);
  const standIn = await startStandIn({ timeScale: 0.05, credentials: { user: 'ann', password: `${PLANTED}-of-file` } });
  lastly(t, async () => standIn.close());
  const answer = await fetch(`${standIn.url}/v2/apps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${base64(`ann:${PLANTED}-of-file`)}` },
    body: JSON.stringify(anAppDefinition('/shop')),
  });
  assert.equal(answer.status, 201);
  const credentials = join(place.folder, 'credentials');
  const tokenFile = join(place.folder, 'tokens');
  writeFileSync(credentials, `ann:${PLANTED}-of-file\n`, { mode: 0o600 });
  writeFileSync(tokenFile, `write ${PLANTED}-token-of-the-api-with-some-length\n`, { mode: 0o600 });
  const marathonFlags = [
    ...['--marathon', `http://bob:${PLANTED}-of-url@127.0.0.1:${nobody}/`, standIn.url],
    ...['--marathon-auth-credential-file', credentials],
  ];
  const flags = place.flags.map((word, index) => (place.flags[index - 1] === '--api-listen' ? `127.0.0.1:${apiPort}` : word));
  const running = startSluice(t, ['run', ...flags, ...marathonFlags, '--api-token-file', tokenFile, '--log-level', 'trace'], {
    env: { SOMEBODYS_PASSWORD: `${PLANTED}-of-environment` },
  });
  await running.prints(/sluice runs/);
  await waitFor('it is ready', async () => (await askApi(place.runDir, '/ready')).status === 200 && true);
  return { running, ...place, api: `http://127.0.0.1:${apiPort}`, tokenFile, marathonFlags };
};

describe('nothing that is secret comes out', () => {
  it('of a running Sluice: answers, log, files, and what HAProxy is given', async (t) => {
    const { running, runDir, stateDir, api, tokenFile } = await openGuarded(t);
    for (const path of ['/status', '/plan', '/apps/shop', '/problems', '/metrics', '/ready', '/nowhere'])
      assertSilent(path, JSON.stringify(await askApi(runDir, path)));
    for (const url of [`${api}/status`, `${api}/nowhere`])
      for (const authorization of [`Bearer ${PLANTED}-wrong`, `Bearer ${readFileSync(tokenFile, 'utf8').trim().split(' ')[1] ?? ''}`])
        assertSilent(url, await (await fetch(url, { headers: { authorization } })).text());
    for (const verb of [
      ['status'],
      ['status', '--json'],
      ['plan'],
      ['plan', '--json'],
      ['explain', '/shop'],
      ['explain', '/shop', '--json'],
    ]) {
      const { code, stdout, stderr } = await sluice([...verb, '--run-dir', runDir]);
      assert.equal(code, 0, stderr);
      assertSilent(verb.join(' '), stdout + stderr);
    }
    const files = [...everyFileIn(runDir), ...everyFileIn(stateDir)];
    assert.ok(files.some((path) => path.endsWith('haproxy.cfg')) && files.some((path) => path.endsWith('model.json')));
    for (const path of files) assertSilent(path, readFileSync(path, 'utf8'));
    const [master = 0, { current }] = [await masterOf(runDir), await workersOf(runDir)];
    assert.ok(master > 0 && current > 0);
    for (const pid of [master, current])
      for (const file of ['environ', 'cmdline']) assertSilent(`${file} of HAProxy`, readFileSync(`/proc/${pid}/${file}`, 'utf8'));
    const names = readFileSync(`/proc/${master}/environ`, 'utf8')
      .split('\0')
      .map((one) => one.split('=')[0] ?? '');
    assert.deepEqual(
      names.filter((name) => name !== '' && !/^(PATH|LD_LIBRARY_PATH|LD_PRELOAD|OPENSSL_CONF|TZ|HAPROXY_[A-Z_]+)$/.test(name)),
      [],
    );
    assertSilent('show env', await byHand(runDir, 'show env'));
    await running.endBy('SIGINT');
    assert.match(running.stdout, /127\.0\.0\.1/, 'the log tells of the Marathon that is away');
    assertSilent('the log', running.stdout + running.stderr);
  });

  it('of doctor and check, which ask Marathon themselves', async (t) => {
    const { runDir, marathonFlags } = await openGuarded(t);
    for (const flags of [[], ['--json']]) {
      const { stdout, stderr } = await sluice(['doctor', ...marathonFlags, '--run-dir', runDir, ...flags]);
      assert.match(stdout, /Marathon/);
      assertSilent('doctor', stdout + stderr);
    }
    const apps = join(runDir, '../apps.json');
    writeFileSync(apps, JSON.stringify(anAppDefinition('/shop')));
    const against = await sluice(['check', '--apps', apps, '--against', marathonFlags[1] ?? '']);
    assert.equal(against.code, 2);
    assertSilent('check', against.stdout + against.stderr);
  });

  const wrong: readonly (readonly [what: string, args: readonly string[]])[] = [
    ['a URL of another kind', ['run', '--group', 'x', '--marathon', `ftp://u:${PLANTED}@host/`]],
    ['a password with a colon', ['run', '--group', 'x', '--auth-credentials', `u:${PLANTED}:x`]],
    ['a list that is at no URL', ['check', '--apps', '/dev/null', '--against', `ftp://u:${PLANTED}@host/`]],
    ['apps at a URL', ['check', '--apps', `http://u:${PLANTED}@host/`]],
    ['an API that does not answer', ['status', '--api', `http://u:${PLANTED}@127.0.0.1:1/`]],
  ];
  for (const [what, args] of wrong)
    it(`of an error about ${what}`, async () => {
      const { code, stdout, stderr } = await sluice(args);
      assert.notEqual(code, 0);
      assert.notEqual(stderr, '');
      assertSilent(what, stdout + stderr);
    });

  it('of an error about a file of credentials or tokens', async (t) => {
    const place = await placeFor(t);
    const file = join(place.folder, 'secret');
    writeFileSync(file, `${PLANTED} and no colon\n`, { mode: 0o600 });
    for (const [flag, expected] of [
      ['--marathon-auth-credential-file', 1],
      ['--api-token-file', 2],
    ] as const) {
      const { code, stdout, stderr } = await sluice(['run', ...place.flags, '--api-listen', '127.0.0.1:0', flag, file]);
      assert.equal(code, expected, stderr);
      assert.match(stderr, new RegExp(flag));
      assertSilent(flag, stdout + stderr);
    }
  });
});
