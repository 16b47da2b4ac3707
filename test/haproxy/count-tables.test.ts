import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCounts } from '../../src/haproxy/stat-table.ts';
import { parseTimes } from '../../src/haproxy/time-table.ts';

const HEADER = '# pxname,svname,qcur,scur,stot,econ,eresp,wretr,hrsp_5xx,req_tot,';

describe('show stat', () => {
  it('is read by the names of its columns, answers of http and connections of tcp', () => {
    const table = parseCounts(`${HEADER}\nb,s_1,1,2,9,1,2,4,3,7,\nt,s_2,0,1,5,0,0,0,,,\n\n`);
    assert.deepEqual(table?.get('b/s_1'), { sessions: 2, queued: 1, answered: 7, errors5xx: 3, failed: 7 });
    assert.deepEqual(table.get('t/s_2'), { sessions: 1, queued: 0, answered: 5, errors5xx: 0, failed: 0 });
  });

  it('has no rows where there is no such backend, and is none where it was cut', () => {
    assert.equal(parseCounts('No such proxy.\n\n')?.size, 0);
    assert.equal(parseCounts(''), undefined);
  });
});

describe('show table', () => {
  it('has how long answers of each server took, by the first two digits', () => {
    const text = `# table: p_times, type: string, size:51200, used:3
0x1: key=3/12/s_1 use=0 exp=0 conn_cnt=4
0x2: key=1/0/s_1 use=1 exp=0 shard=0 conn_cnt=9
0x3: key=2/-1/s_2 use=0 exp=0 conn_cnt=1
`;
    const table = parseTimes(text);
    assert.ok(table !== undefined && table !== 'none');
    assert.deepEqual(
      table.get('s_1'),
      new Map([
        [120, 4],
        [0, 9],
      ]),
    );
    assert.equal(table.has('s_2'), false);
  });

  it('may be none', () => {
    assert.equal(parseTimes('No such table\n\n'), 'none');
    assert.equal(parseTimes(''), undefined);
  });
});
