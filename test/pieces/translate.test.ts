import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lineText, wordsOf } from '../../src/pieces/lines.ts';
import { translateLine } from '../../src/pieces/translate.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';
import { type Row, ROWS } from './translations.ts';

const translated = ({ old, half }: Row): readonly string[] | undefined => {
  const words = wordsOf(old);
  assert.ok('value' in words, old);
  const translation = translateLine(words.value, half ?? 'backend');
  return 'wrong' in translation ? undefined : translation.lines.map(lineText);
};

describe('lines of old HAProxys', () => {
  for (const row of ROWS) it(`become others: ${row.old}`, () => assert.deepEqual(translated(row), row.now));

  it('say what to write where there is no other', () => {
    for (const { old, now, half } of ROWS) {
      if (now !== undefined) continue;
      const words = wordsOf(old);
      const translation = 'value' in words ? translateLine(words.value, half) : undefined;
      assert.ok(translation !== undefined && 'wrong' in translation);
      assert.match(translation.wrong, /^uses \S+.*: (write|nothing)/);
    }
  });

  for (const line of [
    'balance roundrobin',
    'option httpchk GET /',
    'option forwardfor',
    'no option httpclose',
    'no log',
    'option constructor',
    'constructor x',
    'bind :80',
    'http-request set-header X-A b',
    'mode http',
  ])
    it(`are left as they are: ${line}`, () => {
      const words = line.split(' ');
      const translation = translateLine(words, line.startsWith('bind') ? 'frontend' : 'backend');
      assert.ok('lines' in translation && translation.lines[0] === words);
    });
});

/** Each row in a section of its own, so that HAProxy judges it alone. Gives which rows it complains about. */
const asked = (binary: string, folder: string, rows: readonly Row[], text: (row: Row) => readonly string[]) => {
  const owners: (Row | undefined)[] = [];
  const lines: string[] = [];
  const put = (line: string, owner?: Row): void => {
    lines.push(line);
    owners.push(owner);
  };
  put('global');
  for (const row of rows.filter(({ isGlobal }) => isGlobal)) for (const line of text(row)) put(`  ${line}`, row);
  for (const line of ['defaults', '  mode http', '  timeout connect 1s', '  timeout client 1s', '  timeout server 1s']) put(line);
  for (const line of ['backend other', '  server a 127.0.0.1:2']) put(line);
  for (const [at, row] of rows.filter(({ isGlobal }) => isGlobal !== true).entries()) {
    const isFrontend = row.half === 'frontend';
    put(`${isFrontend ? 'frontend' : 'backend'} b${at}`);
    put(isFrontend ? `  bind 127.0.0.1:${at + 3}` : '  server a 127.0.0.1:2');
    for (const line of text(row)) put(`  ${line}`, row);
  }
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { stderr, status } = spawnSync(binary, ['-c', '-f', file], { encoding: 'utf8' });
  const about = [...stderr.matchAll(/haproxy\.cfg:(\d+)\]/g)].map(([, number]) => owners[Number(number) - 1]);
  return { stderr, status, complained: new Set(about.filter((row) => row !== undefined)) };
};

eachHaproxy('lines of old HAProxys', ({ binary, version }) => {
  it('are refused, or warned of, or there would be nothing to translate', (t) => {
    const { complained } = asked(binary, runFolder(t), ROWS, ({ old }) => [old]);
    const taken = ROWS.filter((row) => !complained.has(row) && !(version === '2.6' && row.onlyWarned === true));
    assert.deepEqual(
      taken.map(({ old }) => old),
      [],
    );
  });

  it('are taken once they are translated', (t) => {
    const { status, stderr } = asked(binary, runFolder(t), ROWS, ({ now }) => now ?? []);
    assert.equal(status, 0, stderr);
  });
});
