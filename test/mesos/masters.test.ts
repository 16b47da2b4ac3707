import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMasters, placeText } from '../../src/mesos/detect/masters.ts';

const GOOD: readonly (readonly [sentence: string, text: string, expected: unknown])[] = [
  ['one master', '10.0.0.1:5050', { kind: 'list', masters: [{ host: '10.0.0.1', port: 5050 }] }],
  ['a name, without a port', 'Master.Mesos', { kind: 'list', masters: [{ host: 'master.mesos', port: 5050 }] }],
  [
    'several, in order, with IPv6',
    ' 10.0.0.2:5051, [2001:db8::1]:7,2001:DB8::2 ,a:1 ',
    {
      kind: 'list',
      masters: [
        { host: '10.0.0.2', port: 5051 },
        { host: '2001:db8::1', port: 7 },
        { host: '2001:db8::2', port: 5050 },
        { host: 'a', port: 1 },
      ],
    },
  ],
  [
    'ZooKeeper',
    'zk://zk-1:2181,zk-2:2182/mesos',
    {
      kind: 'zk',
      servers: [
        { host: 'zk-1', port: 2181 },
        { host: 'zk-2', port: 2182 },
      ],
      path: '/mesos',
    },
  ],
  ['the root of ZooKeeper', 'zk://zk-1:2181/', { kind: 'zk', servers: [{ host: 'zk-1', port: 2181 }], path: '/' }],
  [
    'ZooKeeper with a login, a default port, IPv6 and a deeper path',
    'ZK://some:p@ss/w@zk-1,[::1]:2183/a/b/'.replace('/w', '-w'),
    {
      kind: 'zk',
      servers: [
        { host: 'zk-1', port: 2181 },
        { host: '::1', port: 2183 },
      ],
      path: '/a/b',
      auth: 'some:p@ss-w',
    },
  ],
];

const BAD: readonly (readonly [sentence: string, text: string, message: RegExp])[] = [
  ['nothing', '', /names no master/],
  ['only commas', ' , ', /names no master/],
  ['a port that is none', '10.0.0.1:0', /'10\.0\.0\.1:0' is no master/],
  ['a port too large', 'a:65536', /is no master/],
  ['an octet too large is a name, but a slash is not', 'a/b:1', /is no master/],
  ['an IPv6 address that is none', '[::g]:1', /is no master/],
  ['a URL', 'http://10.0.0.1:5050', /not a URL of another kind/],
  ['ZooKeeper without a path', 'zk://zk-1:2181', /must end with the path/],
  ['ZooKeeper with a path that goes up', 'zk://zk-1:2181/mesos/../secret', /must end with the path/],
  ['ZooKeeper without a server', 'zk:///mesos', /names no server of ZooKeeper/],
  ['a login without a password', 'zk://secret@zk-1/mesos', /must be USER:PASSWORD/],
];

describe('where masters are found', () => {
  for (const [sentence, text, expected] of GOOD) it(sentence, () => assert.deepEqual(parseMasters('--mesos-masters', text), expected));

  for (const [sentence, text, message] of BAD)
    it(`refuses ${sentence}, and tells no secret`, () => {
      assert.throws(
        () => parseMasters('--mesos-masters', text),
        (error: Error) => {
          assert.match(error.message, message);
          assert.match(error.message, /^--mesos-masters/);
          assert.doesNotMatch(error.message, /secret/);
          return true;
        },
      );
    });

  it('writes places as Mesos does', () => {
    assert.equal(placeText({ host: '10.0.0.1', port: 1 }), '10.0.0.1:1');
    assert.equal(placeText({ host: '2001:db8::1', port: 2 }), '[2001:db8::1]:2');
  });
});
