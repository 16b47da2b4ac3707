import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { placeFor, sluice, startSluice } from '../kit/sluice.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const version = (JSON.parse(execFileSync('cat', [join(root, 'package.json')], { encoding: 'utf8' })) as { version: string }).version;

/** The first program of this name in PATH that is not the Node that runs the tests. */
const another = (name: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => folder !== dirname(process.execPath) && !folder.includes('node_modules'))
    .map((folder) => join(folder, name))
    .find(existsSync);

const majorOf = (node: string): number =>
  Number(spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.split('.')[0]);

const systemNode = another('node');
const oldNode = systemNode !== undefined && majorOf(systemNode) >= 18 && majorOf(systemNode) < 24 ? systemNode : undefined;
const npx = another('npx');
const BIN = join(root, 'bin/sluice.js');

describe('the command sluice', { concurrency: 2 }, () => {
  it('works as npx sluice in the checkout', { skip: npx === undefined ? 'there is no npx' : false }, async () => {
    const { code, stdout, stderr } = await sluice(['--version'], { command: [npx ?? '', '--no-install', 'sluice'], cwd: root });
    assert.deepEqual([code, stdout], [0, `${version}\n`], stderr);
  });

  it('works from any folder', async () => {
    const { code, stdout } = await sluice(['--version'], { command: [process.execPath, BIN], cwd: '/' });
    assert.deepEqual([code, stdout], [0, `${version}\n`]);
  });

  describe('with a Node.js that is too old', { skip: oldNode === undefined ? 'there is no old Node.js' : false }, () => {
    const command: [string, ...string[]] = [oldNode ?? '', BIN];

    it('hands over to one that is not: arguments, input, output and exit code', async (t) => {
      assert.deepEqual((await sluice(['--version'], { command })).stdout, `${version}\n`);
      assert.equal((await sluice(['status', '--fast'], { command })).code, 2);
      const place = await placeFor(t);
      assert.equal((await sluice(['status', '--run-dir', place.runDir], { command })).code, 3);
      const rendered = await sluice(['render', '--apps', '-', '--json', ...place.flags.slice(0, 2), '--state-dir', place.stateDir], {
        command,
        input: '{"apps":[]}',
      });
      assert.equal(rendered.code, 0, rendered.stderr);
      assert.deepEqual(Object.keys(JSON.parse(rendered.stdout) as object).sort(), ['files', 'problems']);
    });

    it('passes signals on and waits for the end', async (t) => {
      const running = startSluice(t, ['stand-in', '--port', '0', '--json'], { command });
      await running.prints(/urls/);
      const { urls } = JSON.parse(running.stdout) as { urls: [string] };
      const { code } = await running.endBy('SIGTERM');
      assert.equal(code, 0);
      await assert.rejects(fetch(urls[0]));
    });
  });
});
