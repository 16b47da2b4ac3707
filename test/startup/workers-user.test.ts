import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SluiceError } from '../../src/kit/error.ts';
import { canGiveSockets, chooseWorkersUser, type HostUsers } from '../../src/startup/choose-workers-user.ts';
import { workersUser } from '../../src/startup/workers-user.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/bash
haproxy:x:102:105::/var/lib/haproxy:/usr/sbin/nologin
edge:x:900:901::/:/bin/false
toor:x:0:0::/root:/bin/sh
broken:x::
`;
const ALL = 'Name:\tnode\nCapBnd:\t000001ffffffffff\n';
const EVERY_ID = '         0          0 4294967295\n';

const aHost = (changes: Partial<HostUsers> = {}): HostUsers => ({
  uid: 0,
  passwd: PASSWD,
  status: ALL,
  uidMap: EVERY_ID,
  gidMap: EVERY_ID,
  ...changes,
});

const asSluice = (because: string, worrying: boolean) => ({ kind: 'as-sluice', because, worrying });

describe('as whom HAProxy serves', () => {
  const rows: readonly (readonly [what: string, wanted: string | undefined, host: HostUsers, expected: object])[] = [
    ['haproxy, where nobody is named', undefined, aHost(), { kind: 'own', name: 'haproxy', uid: 102, gid: 105 }],
    ['the one that is named', 'edge', aHost(), { kind: 'own', name: 'edge', uid: 900, gid: 901 }],
    ['as Sluice, which is not root', undefined, aHost({ uid: 1000 }), asSluice('Sluice is not root', false)],
    ['as Sluice, which is not root, whoever is named', 'edge', aHost({ uid: 1000 }), asSluice('Sluice is not root', false)],
    ['as root, where that is asked for', 'off', aHost(), asSluice('--haproxy-user is off', false)],
    [
      'as root, where there is no such user',
      undefined,
      aHost({ passwd: 'root:x:0:0::/root:/bin/sh\n' }),
      asSluice("there is no user 'haproxy' in /etc/passwd", true),
    ],
    // docker run --cap-drop ALL --cap-add SETUID --cap-add SETGID
    [
      'as root, which may not make a root of its own',
      undefined,
      aHost({ status: 'CapBnd:\t00000000000000c0\n' }),
      asSluice('this process has no CAP_SYS_CHROOT', true),
    ],
    [
      'as root, which may do nothing',
      undefined,
      aHost({ status: 'CapBnd:\t0000000000000000\n' }),
      asSluice('this process has no CAP_SETGID', true),
    ],
    [
      'as the root of a container that has no other users',
      undefined,
      aHost({ uidMap: '         0       1000          1\n' }),
      asSluice("the ids of 'haproxy' are not mapped into this container", true),
    ],
  ];
  for (const [what, wanted, host, expected] of rows) it(what, () => assert.deepEqual(chooseWorkersUser(wanted, host), expected));

  const refused: readonly (readonly [name: string, host: HostUsers, message: RegExp])[] = [
    ['nobody-here', aHost(), /--haproxy-user: there is no user 'nobody-here'/],
    ['broken', aHost(), /there is no user 'broken'/],
    ['toor', aHost(), /'toor' is root/],
    ['edge', aHost({ status: 'CapBnd:\t0000000000000040\n' }), /no CAP_SETUID/],
    ['edge', aHost({ gidMap: '0 0 900\n' }), /are not mapped/],
  ];
  for (const [name, host, message] of refused)
    it(`refused at the start: '${name}', ${String(message)}`, () =>
      assert.throws(
        () => chooseWorkersUser(name, host),
        (error) => error instanceof SluiceError && error.code === 'SETTINGS' && message.test(error.message),
      ));

  it('is known of this host', () => assert.equal(workersUser('off').kind, 'as-sluice'));
});

it('a socket is given to workers by who may give files away', () => {
  assert.equal(canGiveSockets(ALL), true);
  assert.equal(canGiveSockets('CapBnd:\t00000000000400c0\n'), false);
});
