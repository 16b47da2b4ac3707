import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseProcesses } from '../../src/haproxy/show-proc.ts';

const HEADER = '#<PID>          <type>          <reloads>       <uptime>        <version>      \n';
const worker = (pid: number, reloads: number, version: string, uptimeSeconds = 3): object => ({ pid, reloads, uptimeSeconds, version });

const TABLE: readonly [string, string, object | undefined][] = [
  [
    '2.6: one worker',
    `${HEADER}6322            master          0 [failed: 0]   0d00h00m03s     2.6.12-1+deb12u4
# workers
6325            worker          0               0d00h00m03s     2.6.12-1+deb12u4
# programs

`,
    { master: { ...worker(6322, 0, '2.6.12-1+deb12u4'), failedReloads: 0 }, current: worker(6325, 0, '2.6.12-1+deb12u4'), old: [] },
  ],
  [
    '2.6: after a failed reload the worker that serves is still under "workers"',
    `${HEADER}6322            master          2 [failed: 1]   0d00h00m03s     2.6.12-1+deb12u4
# workers
6340            worker          1               0d00h00m03s     2.6.12-1+deb12u4
# programs
`,
    { master: { ...worker(6322, 2, '2.6.12-1+deb12u4'), failedReloads: 1 }, current: worker(6340, 1, '2.6.12-1+deb12u4'), old: [] },
  ],
  [
    '3.2 and 3.4: after a failed reload the worker that serves is listed as an old one',
    `${HEADER}6415            master          2 [failed: 1]   0d00h00m03s     3.2.26-1       
# workers
# old workers
6431            worker          1               0d00h00m03s     3.2.26-1       

`,
    { master: { ...worker(6415, 2, '3.2.26-1'), failedReloads: 1 }, current: worker(6431, 1, '3.2.26-1'), old: [] },
  ],
  [
    '3.2 and 3.4: and so it is with older ones beside it',
    `${HEADER}1            master          4 [failed: 1]   0d00h00m03s     3.4.7-1        
# workers
# old workers
9               worker          3               0d00h00m03s     3.4.7-1        
20              worker          1               0d00h00m03s     3.4.7-1        
`,
    { master: { ...worker(1, 4, '3.4.7-1'), failedReloads: 1 }, current: worker(20, 1, '3.4.7-1'), old: [worker(9, 3, '3.4.7-1')] },
  ],
  [
    'old workers, the youngest first, with their ages',
    `${HEADER}1               master          3 [failed: 0]   2d03h04m05s     3.0.11-1
# workers
30              worker          0               0d00h00m03s     3.0.11-1
# old workers
10              worker          3               1d00h00m00s     3.0.11-1
20              worker          1               0d00h01m00s     3.0.11-1
# programs

`,
    {
      master: { ...worker(1, 3, '3.0.11-1', 183_845), failedReloads: 0 },
      current: worker(30, 0, '3.0.11-1'),
      old: [worker(20, 1, '3.0.11-1', 60), worker(10, 3, '3.0.11-1', 86_400)],
    },
  ],
  [
    'no worker at all',
    `${HEADER}1 master 0 [failed: 0] 0d00h00m03s 3.0.11-1\n# workers\n`,
    { master: { ...worker(1, 0, '3.0.11-1'), failedReloads: 0 }, current: undefined, old: [] },
  ],
  ['an answer that a reload cut off', '', undefined],
  ['something else', 'Unknown command.\n', undefined],
];

for (const [sentence, text, expected] of TABLE) it(`show proc: ${sentence}`, () => assert.deepEqual(parseProcesses(text), expected));
