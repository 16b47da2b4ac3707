import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Server, ServerOptions } from '../../src/desired/desired.ts';
import { serverLines } from '../../src/render/server-line.ts';
import { aServer } from '../kit/builders.ts';

const CHECK = { intervalSeconds: 5, fall: 4 };

const ROWS: readonly (readonly [sentence: string, server: Partial<Server>, options: ServerOptions, line: string])[] = [
  ['address, id and weight', {}, {}, 'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 pool-low-conn 4'],
  ['an IPv6 address in brackets', { address: 'fd00::1' }, {}, 'server 10_0_0_1_31000 [fd00::1]:31000 id 28035 weight 1 pool-low-conn 4'],
  ['a cookie', { cookie: 'abc' }, {}, 'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 cookie abc pool-low-conn 4'],
  ['a weight of 0', { weight: 0 }, {}, 'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 0 pool-low-conn 4'],
  ['out of service', { state: 'maint' }, {}, 'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 pool-low-conn 4 disabled'],
  [
    'draining is out of service until told otherwise',
    { state: 'drain' },
    {},
    'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 pool-low-conn 4 disabled',
  ],
  [
    'a check, eager while the server is down',
    {},
    { check: CHECK },
    'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 pool-low-conn 4 check inter 5s fastinter 1s downinter 1s rise 1 fall 4',
  ],
  [
    'a check on another port',
    {},
    { check: { ...CHECK, port: 8081 } },
    'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 pool-low-conn 4 check inter 5s fastinter 1s downinter 1s rise 1 fall 4 port 8081',
  ],
  [
    'whether it starts down is not for the line to say',
    { startsDown: true },
    { check: CHECK },
    'server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 pool-low-conn 4 check inter 5s fastinter 1s downinter 1s rise 1 fall 4',
  ],
];

describe('a server line', () => {
  for (const [sentence, server, options, line] of ROWS)
    it(sentence, () => assert.deepEqual(serverLines([aServer(server)], options), [line]));
});
