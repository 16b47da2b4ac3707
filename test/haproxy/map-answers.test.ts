import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseMapEntries, parseMapNames, parseMapValue } from '../../src/haproxy/map-answers.ts';
import { parseInfo } from '../../src/haproxy/show-info.ts';
import { listenersIn } from '../../src/haproxy/bind-check.ts';

it('show map: names of our maps, not of other files', () => {
  const text = `# id (file) description
0 (maps/routes.map) pattern loaded from file 'maps/routes.map' used by map at file '/r/config/haproxy.cfg' line 21. curr_ver=0 next_ver=0 entry_cnt=2
-1 (/etc/other.map) pattern loaded from file
1 (maps/backends.map) pattern loaded from file
`;
  assert.deepEqual(parseMapNames(text), ['routes', 'backends']);
});

it('show map: entries, of the same key the first', () => {
  const text = '0x55d887b30e50 shop/ a\n0x55d887b30ea0 shop/cart b c\n0x7f shop/ z\n\n';
  assert.deepEqual(
    parseMapEntries(text),
    new Map([
      ['shop/', 'a'],
      ['shop/cart', 'b c'],
    ]),
  );
});

const GET_MAP: readonly [string, string, string, string | undefined][] = [
  ['the key itself', 'type=beg, case=sensitive, found=yes, idx=tree, key="shop/cart", value="c", type="str"\n', 'shop/cart', 'c'],
  [
    'a shorter key that answers for it',
    'type=beg, case=sensitive, found=yes, idx=tree, key="shop/", value="a", type="str"\n',
    'shop/cart',
    undefined,
  ],
  ['a key with a quote', 'type=str, case=sensitive, found=yes, idx=tree, key=""q", value="1", type="str"\n', '"q', '1'],
  ['nothing', 'type=beg, case=sensitive, found=no\n', 'x', undefined],
  ['no such map', 'Unknown map identifier. Please use #<id> or <file>.\n', 'x', undefined],
];
for (const [sentence, text, key, expected] of GET_MAP) it(`get map: ${sentence}`, () => assert.equal(parseMapValue(text, key), expected));

it('show info: who answers, with what, and whether it is on its way out', () => {
  assert.deepEqual(parseInfo('Name: HAProxy\nPid: 12\ndescription: sluice-0af1\nStopping: 0\n'), {
    pid: 12,
    fingerprint: '0af1',
    stopping: false,
  });
  assert.deepEqual(parseInfo('Pid: 12\ndescription: my own\nStopping: 1\n'), { pid: 12, fingerprint: undefined, stopping: true });
  assert.deepEqual(parseInfo('Pid: 12\nStopping: 0\n'), { pid: 12, fingerprint: undefined, stopping: false });
  assert.equal(parseInfo(''), undefined);
});

it('bind lines: all ways to write an address', () => {
  const config = `frontend f
  bind *:80
  bind :81
  bind 10.0.0.1:443 ssl crt x.pem
  bind [2001:db8::1]:82
  bind :::83
  bind ipv4@1.2.3.4:84
  bind unix@/run/x.sock
  # bind 1.1.1.1:1
`;
  assert.deepEqual(
    listenersIn(config).map(({ address, port }) => `${address} ${port}`),
    ['* 80', '* 81', '10.0.0.1 443', '2001:db8::1 82', ':: 83', '1.2.3.4 84'],
  );
});
