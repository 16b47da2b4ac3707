import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseHealth, parseServers } from '../../src/haproxy/server-tables.ts';

const STATE =
  '1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n';
const CONN_26 =
  '# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur idle_per_thr[2]\n';
const CONN_34 =
  '# bkname/svname bkid/svid addr port - purge_delay served used_cur used_max need_est idle_sess unsafe_nb safe_nb idle_lim idle_cur idle_per_thr[2]\n';

const line = (opState: number, adminState: number, checkState: number, checkStatus = 8, sinceChange = 60, checkResult = 2): string =>
  `4 a 1 s1 127.0.0.1 ${opState} ${adminState} 100 50 ${sinceChange} ${checkStatus} ${checkResult} 0 ${checkState} 0 0 1 - 9001 - 0 0 - - 0\n`;

const one = (state: string, conn = ''): object | undefined => parseServers(`${STATE}${state}\n`, conn).get('a')?.get('s1');
const s1 = { name: 's1', id: 1, address: '127.0.0.1', port: 9001, weight: 100, checkPort: 0, state: 'ready', connections: 0, up: true };

const TABLE: readonly [string, object | undefined, object | undefined][] = [
  ['a server without a check is up, with its weight of now', one(line(2, 0, 0)), s1],
  ['a checked one that runs is up', one(line(2, 0, 6)), s1],
  ['a checked one that is starting is up', one(line(1, 0, 6)), s1],
  ['a checked one that does not run is down', one(line(0, 0, 6)), { ...s1, up: false }],
  ['a checked one, check in progress, is down', one(line(0, 0, 7)), { ...s1, up: false }],
  ['a checked one that is down before its first check has ended', one(line(0, 0, 7, 1)), { ...s1, up: false, unchecked: true }],
  ['a checked one that is down though its last check passed', one(line(0, 0, 6, 15, 60, 3)), { ...s1, up: false, unchecked: true }],
  ['drain by command', one(line(2, 8, 0)), { ...s1, state: 'drain' }],
  ['drain taken over from a tracked server', one(line(2, 16, 0)), { ...s1, state: 'drain' }],
  ['maint by command', one(line(0, 1, 8)), { ...s1, state: 'maint' }],
  ['disabled in the config', one(line(0, 5, 8)), { ...s1, state: 'maint' }],
  ['disabled in the config and made ready since', one(line(2, 4, 8)), s1],
  ['maint since a moment', one(line(0, 1, 8, 8, 3)), { ...s1, state: 'maint', justRetired: true, restSeconds: 22 }],
  ['drain since a moment', one(line(2, 8, 0, 8, 3)), { ...s1, state: 'drain' }],
  ['no address resolved', one(line(0, 32, 0)), { ...s1, state: 'maint' }],
  ['drain beside maint is maint', one(line(0, 9, 0)), { ...s1, state: 'maint' }],
  ['a port of its own that is checked', one(line(2, 0, 6).replace('9001 - 0 0', '9001 - 0 9100')), { ...s1, checkPort: 9100 }],
  ['an IPv6 address', one(line(2, 0, 0).replace('127.0.0.1', '2001:db8::1')), { ...s1, address: '2001:db8::1' }],
  ['connections of 2.6', one(line(2, 0, 0), `${CONN_26}a/s1 4/1 127.0.0.1 9001 - 5000 7 8 1 0 0 -1 3 0 0\n`), { ...s1, connections: 7 }],
  [
    'connections of 3.4, which has more columns',
    one(line(2, 0, 0), `${CONN_34}a/s1 4/1 127.0.0.1 9001 - 5000 1 7 8 1 0 0 0 -1 3 0 0\n`),
    { ...s1, connections: 7 },
  ],
];

for (const [sentence, actual, expected] of TABLE) it(`show servers state: ${sentence}`, () => assert.deepEqual(actual, expected));

it('show servers state: nothing in an answer that is no table', () => {
  assert.deepEqual(parseServers("Can't find backend.\n", "Can't find backend.\n"), new Map());
  assert.deepEqual(parseServers(`${STATE}\n`, CONN_26), new Map());
});

it('show servers state: the health of each server, as it is in the whole table', () => {
  for (const text of [line(2, 0, 6), line(0, 0, 6), line(0, 0, 7, 1), line(2, 0, 0)]) {
    const health = parseHealth(`${STATE}${text}\n`).get('a')?.get('s1');
    const { up, unchecked } = parseServers(`${STATE}${text}\n`, '').get('a')?.get('s1') ?? {};
    assert.deepEqual(health, unchecked === undefined ? { up } : { up, unchecked });
  }
});
