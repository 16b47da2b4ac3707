import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startStandIn, type StandIn } from '../../src/demo/stand-in.ts';
import { CHECKS } from '../../src/doctor/checks.ts';
import { freePorts } from '../kit/free-ports.ts';
import { lastly } from '../kit/lastly.ts';
import { placeFor, sluice } from '../kit/sluice.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

const standInFor = async (t: TestContext): Promise<StandIn> => {
  const standIn = await startStandIn();
  lastly(t, async () => standIn.close());
  return standIn;
};

interface Row {
  readonly check: string;
  readonly level: string;
  readonly message: string;
  readonly fix?: string;
}

const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] as const;

/** Why the test cannot be another user; false: it can. A checkout below /root is closed to all others. */
const cannotBeNobody = (): string | false => {
  if (process.getuid?.() !== 0) return 'only root can take the rights of another user';
  const [setpriv, ...flags] = AS_NOBODY;
  const { status } = spawnSync(setpriv, [...flags, process.execPath, MAIN, '--version'], { stdio: 'ignore' });
  return status !== 0 && 'other users may not read this checkout';
};

const rowsOf = (stdout: string): readonly Row[] => (JSON.parse(stdout) as { checks: readonly Row[] }).checks;

describe('doctor', { concurrency: 2 }, () => {
  it('finds nothing that keeps Sluice from working: a line for each check, how many, and exit code 0', async (t) => {
    const place = await placeFor(t);
    const standIn = await standInFor(t);
    const { code, stdout, stderr } = await sluice(['doctor', '--marathon', standIn.url, ...place.flags]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^\d+ ok, \d+ to look at, 0 failed$/m);
    // Templates are told of only where there are any of the operator's, DNS where it is asked for.
    for (const { name } of CHECKS)
      if (name !== 'templates' && name !== 'dns') assert.match(stdout, new RegExp(`^(ok|warn) +${name} `, 'm'), name);
  });

  it('tells what does, with the fix, for people and as JSON, and ends with 1', async (t) => {
    const place = await placeFor(t);
    const [free = 0] = await freePorts(1);
    const args = ['doctor', '--marathon', `http://user:secret@127.0.0.1:${free}`, ...place.flags];
    const { code, stdout, stderr } = await sluice(args);
    assert.deepEqual([code, stderr], [1, '']);
    assert.match(stdout, /^FAIL {2}marathon +Marathon at http:\/\/127\.0\.0\.1:\d+\/v2\/info cannot be reached: .*\n +fix: curl -v http:/m);
    assert.match(stdout, /, 1 failed\n$/);
    const json = await sluice([...args, '--json']);
    assert.equal(json.code, 1);
    assert.equal(json.stdout.split('\n').length, 2);
    assert.deepEqual(
      rowsOf(json.stdout)
        .filter(({ level }) => level === 'fail')
        .map(({ check, fix = '' }) => [check, fix.split(' ')[0]]),
      [['marathon', 'curl']],
    );
    assert.ok(!`${stdout}${json.stdout}`.includes('secret'));
  });

  it('needs no group, and takes the flags of run, those of Marathon-LB without effect among them', async (t) => {
    const place = await placeFor(t);
    const standIn = await standInFor(t);
    const flags = [...place.flags.slice(2), '-m', standIn.url, '--haproxy-map', '--poll', '--max-reload-retries', '10', '--json'];
    const { code, stdout, stderr } = await sluice(['doctor', ...flags]);
    assert.equal(code, 0, stderr);
    assert.ok(rowsOf(stdout).every(({ message }) => !message.includes('event stream')));
  });

  it('tells of too few open files, and how many connections are left', async (t) => {
    const place = await placeFor(t);
    const standIn = await standInFor(t);
    const flags = place.flags.filter((word, index, all) => word !== '--maxconn' && all[index - 1] !== '--maxconn');
    const limited = async (more: readonly string[]): Promise<Row | undefined> => {
      const command = ['bash', '-c', `ulimit -n 2000 && exec "${process.execPath}" "${MAIN}" "$@"`, 'bash'] as const;
      const { stdout } = await sluice(['doctor', '--marathon', standIn.url, '--json', ...flags, ...more], { command: [...command] });
      return rowsOf(stdout).find(({ check }) => check === 'open-files');
    };
    const usual = await limited([]);
    assert.equal(usual?.level, 'warn');
    assert.match(usual.message, /^2000 may be open \(hard limit\): 500 connections in place of 10000/);
    assert.match(usual.fix ?? '', /^ulimit -Hn 21000 .*LimitNOFILE=21000/);
    assert.match((await limited(['--maxconn', '600']))?.message ?? '', /2200 are needed for --maxconn 600/);
    assert.equal((await limited(['--maxconn', '400']))?.level, 'ok');
  });

  it('tells what a user without rights may not do', { skip: cannotBeNobody() }, async (t) => {
    const place = await placeFor(t);
    const standIn = await standInFor(t);
    chmodSync(place.folder, 0o755);
    mkdirSync(place.stateDir, { mode: 0o700 });
    const certificate = join(place.folder, 'site.pem');
    writeFileSync(certificate, 'secret', { mode: 0o600 });
    const command = [...AS_NOBODY, process.execPath, MAIN] as const;
    const ports = ['--http-port', '1', '--ssl-certs', certificate];
    const args = ['doctor', '--marathon', standIn.url, '--json', ...place.flags, ...ports];
    const { code, stdout, stderr } = await sluice(args, { command: [...command] });
    assert.equal(code, 1, stderr);
    const failed = rowsOf(stdout).filter(({ level }) => level === 'fail');
    assert.deepEqual(
      failed.map(({ check }) => check),
      ['folders', 'folders', 'low-ports', 'certificates'],
    );
    const [run, state, low, cert] = failed;
    assert.match(`${run?.message ?? ''} ${run?.fix ?? ''}`, /^--run-dir .* cannot be written: EACCES.* install -d -m 700 -o 65534 /);
    assert.match(`${state?.message ?? ''} ${state?.fix ?? ''}`, /^--state-dir .* cannot be written: EACCES.* chown 65534 /);
    assert.match(`${low?.message ?? ''} ${low?.fix ?? ''}`, /^--http-port 1: ports below \d+ may not be listened on sysctl -w /);
    assert.match(cert?.message ?? '', /site\.pem cannot be used: EACCES/);
  });

  const WRONG: readonly (readonly [what: string, flags: readonly string[], told: RegExp])[] = [
    ['an unknown flag', ['--fast'], /unknown option '--fast'/],
    ['a port that is none', ['--http-port', 'eighty'], /--http-port/],
    ['two flags of the same port', ['--http-port', '8080', '--https-port', '8080'], /give each a port of its own/],
    ['a file that is not there', ['--marathon-ca-cert', '/no/such.pem'], /--marathon-ca-cert: \/no\/such\.pem cannot be read/],
  ];
  for (const [what, flags, told] of WRONG)
    it(`ends with exit code 2 and says why: ${what}`, async () => {
      const { code, stdout, stderr } = await sluice(['doctor', ...flags]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, told);
    });
});
