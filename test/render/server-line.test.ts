import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Server, ServerOptions } from '../../src/desired/desired.ts';
import { serverLine } from '../../src/render/server-line.ts';
import { aServer } from '../kit/builders.ts';

const CHECK = { intervalSeconds: 5, fall: 4 };

const ROWS: readonly (readonly [sentence: string, server: Partial<Server>, options: ServerOptions, initState: boolean, line: string])[] = [
  ['address, id and weight', {}, {}, false, 'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1'],
  ['an IPv6 address in brackets', { address: 'fd00::1' }, {}, false, 'server 10_0_0_1_31000 [fd00::1]:31000 id 28035 weight 1'],
  ['a cookie', { cookie: 'abc' }, {}, false, 'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 cookie abc'],
  ['a weight of 0', { weight: 0 }, {}, false, 'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 0'],
  ['out of service', { state: 'maint' }, {}, false, 'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 disabled'],
  [
    'draining is out of service until told otherwise',
    { state: 'drain' },
    {},
    false,
    'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 disabled',
  ],
  [
    'a check, eager while the server is down',
    {},
    { check: CHECK },
    true,
    'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 check inter 5s fastinter 1s downinter 1s rise 1 fall 4',
  ],
  [
    'a check on another port',
    {},
    { check: { ...CHECK, port: 8081 } },
    true,
    'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 check inter 5s fastinter 1s downinter 1s rise 1 fall 4 port 8081',
  ],
  [
    'down until its first check passes, where HAProxy can be told so',
    { startsDown: true },
    { check: CHECK },
    true,
    'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 check inter 5s fastinter 1s downinter 1s rise 1 fall 4 init-state fully-down',
  ],
  [
    'and where it cannot, not in the line',
    { startsDown: true },
    { check: CHECK },
    false,
    'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 check inter 5s fastinter 1s downinter 1s rise 1 fall 4',
  ],
];

describe('a server line', () => {
  for (const [sentence, server, options, initState, line] of ROWS)
    it(sentence, () => assert.equal(serverLine(aServer(server), options, { initState }), line));
});
