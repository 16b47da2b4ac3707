import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { StandardOutput } from '../../src/access-log/standard-output.ts';
import { openAccessPipe } from '../../src/haproxy/access-pipe.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

const folderFor = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  return path;
};

const line = (n: number): string => `${JSON.stringify({ level: 30, n, msg: 'x'.repeat(200) })}\n`;
const TCP = 'sluice1 tcp 1795350176362 127.0.0.1 33240 a_in a <NOSRV> 1 2 0 0 -- 0 - 44\n';

describe('standard output with the access log', () => {
  it('has all lines, whole, and what is in the pipe when it is closed', async (t) => {
    const folder = folderFor(t);
    const out = join(folder, 'out');
    const fd = openSync(out, 'a');
    lastly(t, () => closeSync(fd));
    const pipe = join(folder, 'pipe');
    const haproxy = await openAccessPipe(pipe);
    lastly(t, async () => haproxy.close());
    const output = new StandardOutput(fd);
    output.follow(pipe);
    for (let n = 0; n < 100; n += 1) {
      output.write(line(n));
      await haproxy.write(TCP);
    }
    await haproxy.write('Proxy a_in started.\nsluice1 tcp what\nsluice1 tc');
    await output.close();
    const lines = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    assert.equal(lines.filter(({ access }) => access === 'tcp').length, 100);
    assert.deepEqual(
      lines.flatMap(({ n }) => (n === undefined ? [] : [n])),
      Array.from({ length: 100 }, (_, n) => n),
    );
    assert.deepEqual(
      lines.flatMap(({ level, count }) => (level === 40 ? [count] : [])),
      [1],
    );
  });

  it('keeps a bounded number of lines for a reader that does not read, and says how many were left out', async (t) => {
    const folder = folderFor(t);
    const pipe = await openAccessPipe(join(folder, 'out'));
    lastly(t, async () => pipe.close());
    const output = new StandardOutput(pipe.fd);
    lastly(t, async () => output.close());
    const written = 30_000;
    for (let n = 0; n < written; n += 1) output.write(line(n));
    const reader = new Socket({ fd: openSync(join(folder, 'out'), 'r'), readable: true, writable: false });
    lastly(t, () => reader.destroy());
    let text = '';
    reader.setEncoding('utf8').on('data', (piece) => (text += String(piece)));
    // A thread that is quick takes some lines while the others are written: then there is more than one gap, and each is told.
    const counts = await waitFor('it says how many', () => {
      output.write(line(-1));
      const all = text
        .split('\n')
        .slice(0, -1)
        .map((each) => JSON.parse(each) as Record<string, unknown>);
      const whole = all.filter(({ n }) => Number(n) >= 0).length;
      const gaps = all.flatMap(({ level, count }) => (level === 40 ? [Number(count)] : []));
      const leftOut = gaps.reduce((sum, count) => sum + count, 0);
      if (whole + leftOut < written) throw new Error(`${String(whole)} lines, and gaps of ${gaps.join(', ')}`);
      return { whole, leftOut };
    });
    assert.ok(counts.leftOut > 0 && counts.whole + counts.leftOut >= written, JSON.stringify(counts));
  });

  it('ends though nobody reads', async (t) => {
    const folder = folderFor(t);
    const pipe = await openAccessPipe(join(folder, 'out'));
    lastly(t, async () => pipe.close());
    const output = new StandardOutput(pipe.fd);
    for (let n = 0; n < 1000; n += 1) output.write(line(n));
    await output.close();
  });
});
