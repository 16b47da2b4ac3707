import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnswerOptions } from '../../../src/dns/answer/options.ts';
import { knownName, toText } from '../../../src/dns/name.ts';
import { SmallZone } from '../../kit/small-zone.ts';
import { authorityOf, question, shown } from './rig.ts';
import dnsPacket from 'dns-packet';

const zone = new SmallZone(['mesos', 'thisdcos.directory', 'dcos.thisdcos.directory', 'l4lb.thisdcos.directory', 'corp.example'], {
  'ns1.mesos': { A: ['10.0.0.1'] },
  'master.mesos': { A: ['10.0.0.2'] },
  'web.marathon.mesos': { A: ['10.0.0.3'], TXT: ['hello'] },
  'web-abc-s0.marathon.slave.mesos': { A: ['10.0.0.4'], AAAA: ['fd00::4'] },
  '_web._tcp.marathon.mesos': { SRV: ['0 1 31000 web-abc-s0.marathon.slave.mesos'] },
  'web.marathon.autoip.dcos.thisdcos.directory': { A: ['10.0.0.3'] },
  'shop.l4lb.thisdcos.directory': { A: ['11.0.0.1'] },
  'registry.component.thisdcos.directory': { CNAME: ['master.mesos.thisdcos.directory'] },
  'alias.corp.example': { CNAME: ['web.marathon.mesos'] },
  'far.corp.example': { CNAME: ['near.corp.example'] },
  'near.corp.example': { CNAME: ['www.example.net'] },
  'gone.corp.example': { CNAME: ['none.mesos'] },
  'lost.corp.example': { CNAME: ['x.directory'] },
  'untyped.corp.example': { CNAME: ['ns1.mesos'] },
  'service.corp.example': { CNAME: ['_web._tcp.marathon.mesos'] },
  'loop-a.corp.example': { CNAME: ['loop-b.corp.example'] },
  'loop-b.corp.example': { CNAME: ['loop-a.corp.example'] },
  'self.corp.example': { CNAME: ['self.corp.example'] },
  ...Object.fromEntries(Array.from({ length: 20 }, (_, nth) => [`hop-${nth}.corp.example`, { CNAME: [`hop-${nth + 1}.corp.example`] }])),
  '*.lb.corp.example': { A: ['10.9.9.9'] },
  'own.lb.corp.example': { TXT: ['mine'] },
  'deep.own.lb.corp.example': { A: ['10.9.9.8'] },
  '*.apps.corp.example': { CNAME: ['web.marathon.mesos'] },
  '_dangling._tcp.corp.example': { SRV: ['0 1 80 none.mesos', '0 1 81 www.example.net', '0 0 0 .'] },
  'mail.corp.example': { NS: ['ns1.mesos'] },
});

const names = (from: string, to: string): { readonly from: string; readonly to: string } => ({ from: knownName(from), to: knownName(to) });

const OPTIONS: Partial<AnswerOptions> = {
  renames: [
    names('dclb.thisdcos.directory', 'l4lb.thisdcos.directory'),
    names('dclb.thisdcos.global', 'l4lb.thisdcos.directory'),
    names('mesos.thisdcos.directory', 'mesos'),
    names('thisdcos.global', 'thisdcos.directory'),
    names('yyz.dcos.directory', 'thisdcos.directory'),
  ],
};

/** What comes, a line for each record, and the rcode in front; or where the question goes. */
const asked = (
  name: string,
  type: string,
  options: Partial<AnswerOptions> = {},
  transport: 'udp' | 'tcp' | 'https' = 'udp',
): readonly string[] => {
  const reply = authorityOf(zone, { ...OPTIONS, ...options }).answer(question(name, type), { transport, address: '127.0.0.1' });
  if (reply.kind === 'forward') return [`forward ${toText(reply.name)} ${reply.type}`];
  if (reply.kind === 'transfer') return [`transfer ${toText(reply.apex)}`];
  if (reply.kind === 'drop') return ['drop'];
  const packet = dnsPacket.decode(reply.bytes);
  const { rcode, answers, authority, additional } = shown(packet);
  const more = reply.continueAt === undefined ? [] : [`continue at ${toText(reply.continueAt)}`];
  return [rcode, ...answers, ...authority.map((line) => `authority ${line}`), ...additional.map((line) => `additional ${line}`), ...more];
};

const nothing = (rcode: string, apex: string): readonly string[] => [rcode, `authority ${apex} SOA soa of ns1.mesos`];
const kept = (rcode: string, apex: string): readonly string[] => [rcode, `authority ${apex} SOA soa of ${apex}`];

const SLAVE = 'web-abc-s0.marathon.slave.mesos';

type Row = readonly [sentence: string, name: string, type: string, expected: readonly string[], options?: Partial<AnswerOptions>];

const RENAMES: readonly Row[] = [
  ['an address', 'web.marathon.mesos.thisdcos.directory', 'A', ['NOERROR', 'web.marathon.mesos.thisdcos.directory A 10.0.0.3']],
  ['as it was written', 'Web.Marathon.MESOS.ThisDcos.Directory', 'A', ['NOERROR', 'Web.Marathon.MESOS.ThisDcos.Directory A 10.0.0.3']],
  [
    'targets of a service',
    '_web._tcp.marathon.mesos.thisdcos.directory',
    'SRV',
    [
      'NOERROR',
      `_web._tcp.marathon.mesos.thisdcos.directory SRV 0 1 31000 ${SLAVE}.thisdcos.directory`,
      `additional ${SLAVE}.thisdcos.directory A 10.0.0.4`,
      `additional ${SLAVE}.thisdcos.directory AAAA fd00::4`,
    ],
  ],
  [
    'what is not there',
    'none.mesos.thisdcos.directory',
    'A',
    ['NXDOMAIN', 'authority mesos.thisdcos.directory SOA soa of ns1.mesos.thisdcos.directory'],
  ],
  ['the apex', 'mesos.thisdcos.directory', 'SOA', ['NOERROR', 'mesos.thisdcos.directory SOA soa of ns1.mesos.thisdcos.directory']],
  ['a load balancer in two ways', 'shop.dclb.thisdcos.directory', 'A', ['NOERROR', 'shop.dclb.thisdcos.directory A 11.0.0.1']],
  ['a load balancer, global', 'shop.dclb.thisdcos.global', 'A', ['NOERROR', 'shop.dclb.thisdcos.global A 11.0.0.1']],
  ['a task, global', 'web.marathon.autoip.dcos.thisdcos.global', 'A', ['NOERROR', 'web.marathon.autoip.dcos.thisdcos.global A 10.0.0.3']],
  [
    'two renames one after the other',
    'web.marathon.mesos.thisdcos.global',
    'A',
    ['NOERROR', 'web.marathon.mesos.thisdcos.global A 10.0.0.3'],
  ],
  ['what is not there, global', 'x.autoip.dcos.thisdcos.global', 'A', nothing('NXDOMAIN', 'dcos.thisdcos.global')],
  [
    'this cluster by its key',
    'web.marathon.mesos.yyz.dcos.directory',
    'A',
    ['NOERROR', 'web.marathon.mesos.yyz.dcos.directory A 10.0.0.3'],
  ],
  ['another cluster, which is nobody', 'web.marathon.mesos.abc.dcos.directory', 'A', kept('NXDOMAIN', 'directory')],
  [
    'an alias into a renamed zone',
    'registry.component.thisdcos.directory',
    'A',
    [
      'NOERROR',
      'master.mesos.thisdcos.directory A 10.0.0.2',
      'registry.component.thisdcos.directory CNAME master.mesos.thisdcos.directory',
    ],
  ],
];

const OTHERS: readonly Row[] = [
  ['a name of the world', 'www.example.net', 'A', ['forward www.example.net. 1']],
  ['the root', '.', 'NS', ['forward . 2']],
  ['one that ends alike', 'notmesos', 'A', ['forward notmesos. 1']],
  ['a name that never leaves', 'x.directory', 'A', kept('NXDOMAIN', 'directory')],
  ['the top of such names', 'directory', 'A', kept('NOERROR', 'directory')],
  ['a delegation of a zone at the top', 'corp.example', 'DS', ['forward corp.example. 43']],
  ['a delegation of a zone below one of ours', 'dcos.thisdcos.directory', 'DS', nothing('NOERROR', 'thisdcos.directory')],
  ['a delegation that nobody else may hear of', 'mesos', 'DS', nothing('NOERROR', 'mesos')],
  ['a delegation of no zone', 'web.marathon.mesos', 'DS', nothing('NOERROR', 'mesos')],
  ['a service that is not there, as Mesos-DNS has it', '_none._tcp.mesos', 'SRV', nothing('NOERROR', 'mesos'), { srvUnknown: 'noerror' }],
  ['an address that is not there, as Mesos-DNS has it', 'none.mesos', 'A', nothing('NXDOMAIN', 'mesos'), { srvUnknown: 'noerror' }],
];

const ALIASES: readonly Row[] = [
  ['of one step', 'alias.corp.example', 'A', ['NOERROR', 'alias.corp.example CNAME web.marathon.mesos', 'web.marathon.mesos A 10.0.0.3']],
  ['itself', 'alias.corp.example', 'CNAME', ['NOERROR', 'alias.corp.example CNAME web.marathon.mesos']],
  [
    'of a name without that type',
    'untyped.corp.example',
    'AAAA',
    ['NOERROR', 'untyped.corp.example CNAME ns1.mesos', 'authority mesos SOA soa of ns1.mesos'],
  ],
  [
    'of a name that is not there',
    'gone.corp.example',
    'A',
    ['NXDOMAIN', 'gone.corp.example CNAME none.mesos', 'authority mesos SOA soa of ns1.mesos'],
  ],
  [
    'of a name that never leaves',
    'lost.corp.example',
    'A',
    ['NXDOMAIN', 'lost.corp.example CNAME x.directory', 'authority directory SOA soa of directory'],
  ],
  [
    'out of our zones',
    'far.corp.example',
    'A',
    ['NOERROR', 'far.corp.example CNAME near.corp.example', 'near.corp.example CNAME www.example.net', 'continue at www.example.net.'],
  ],
  [
    'of a service',
    'service.corp.example',
    'SRV',
    [
      'NOERROR',
      `_web._tcp.marathon.mesos SRV 0 1 31000 ${SLAVE}`,
      'service.corp.example CNAME _web._tcp.marathon.mesos',
      `additional ${SLAVE} A 10.0.0.4`,
      `additional ${SLAVE} AAAA fd00::4`,
    ],
  ],
  ['of itself', 'self.corp.example', 'A', ['NOERROR', 'self.corp.example CNAME self.corp.example']],
  [
    'in a ring',
    'loop-a.corp.example',
    'A',
    ['NOERROR', 'loop-a.corp.example CNAME loop-b.corp.example', 'loop-b.corp.example CNAME loop-a.corp.example'],
  ],
  [
    'by a wildcard',
    'shop.apps.corp.example',
    'A',
    ['NOERROR', 'shop.apps.corp.example CNAME web.marathon.mesos', 'web.marathon.mesos A 10.0.0.3'],
  ],
];

/** RFC 4592, 2.2.1. */
const WILDCARDS: readonly Row[] = [
  ['a name below it', 'a.lb.corp.example', 'A', ['NOERROR', 'a.lb.corp.example A 10.9.9.9']],
  ['a name far below it', 'x.y.lb.corp.example', 'A', ['NOERROR', 'x.y.lb.corp.example A 10.9.9.9']],
  ['the star itself', '*.lb.corp.example', 'A', ['NOERROR', '*.lb.corp.example A 10.9.9.9']],
  ['another type', 'a.lb.corp.example', 'TXT', nothing('NOERROR', 'corp.example')],
  ['not a name that is there', 'own.lb.corp.example', 'A', nothing('NOERROR', 'corp.example')],
  ['not a name below one that is there', 'x.own.lb.corp.example', 'A', nothing('NXDOMAIN', 'corp.example')],
  ['not the name above', 'lb.corp.example', 'A', nothing('NOERROR', 'corp.example')],
];

const ANY: readonly Row[] = [
  ['in short', 'web.marathon.mesos', 'ANY', ['NOERROR', 'web.marathon.mesos HINFO RFC8482']],
  ['in short, of an alias', 'alias.corp.example', 'ANY', ['NOERROR', 'alias.corp.example CNAME web.marathon.mesos']],
  ['of a name that is not there', 'none.mesos', 'ANY', nothing('NXDOMAIN', 'mesos')],
  ['of a name with nothing', 'marathon.mesos', 'ANY', nothing('NOERROR', 'mesos')],
  [
    'in full',
    'web.marathon.mesos',
    'ANY',
    ['NOERROR', 'web.marathon.mesos A 10.0.0.3', 'web.marathon.mesos TXT hello'],
    { minimalAny: false },
  ],
  [
    'in full, of a service',
    '_web._tcp.marathon.mesos',
    'ANY',
    ['NOERROR', `_web._tcp.marathon.mesos SRV 0 1 31000 ${SLAVE}`, `additional ${SLAVE} A 10.0.0.4`, `additional ${SLAVE} AAAA fd00::4`],
    { minimalAny: false },
  ],
];

const TABLES = { 'names that are renamed': RENAMES, 'names of others': OTHERS, aliases: ALIASES, 'a wildcard answers for': WILDCARDS, ANY };

for (const [title, rows] of Object.entries(TABLES)) {
  describe(title, () => {
    for (const [sentence, name, type, expected, options] of rows)
      test(sentence, () => assert.deepEqual(asked(name, type, options), expected));
  });
}

test('an alias without an end is followed for a while', () => {
  const [rcode, ...records] = asked('hop-0.corp.example', 'A');
  assert.deepEqual([rcode, records.length], ['NOERROR', 16]);
});

test('targets without addresses of ours bring none along', () => {
  assert.deepEqual(asked('_dangling._tcp.corp.example', 'SRV'), [
    'NOERROR',
    '_dangling._tcp.corp.example SRV 0 0 0 .',
    '_dangling._tcp.corp.example SRV 0 1 80 none.mesos',
    '_dangling._tcp.corp.example SRV 0 1 81 www.example.net',
  ]);
});

const TRANSFERS: readonly (readonly [
  sentence: string,
  name: string,
  type: string,
  transport: 'udp' | 'tcp' | 'https',
  expected: readonly string[],
])[] = [
  ['of a zone', 'mesos', 'AXFR', 'tcp', ['transfer mesos.']],
  ['of a zone over UDP', 'mesos', 'AXFR', 'udp', ['FORMERR']],
  ['of a zone over HTTP', 'mesos', 'AXFR', 'https', ['FORMERR']],
  ['of a name that is no apex', 'marathon.mesos', 'AXFR', 'tcp', ['NOTAUTH']],
  ['of the world', 'example.net', 'AXFR', 'tcp', ['NOTAUTH']],
  ['of a zone by another name', 'mesos.thisdcos.directory', 'AXFR', 'tcp', ['NOTAUTH']],
  ['of what has changed, without since when', 'mesos', 'IXFR', 'tcp', ['FORMERR']],
];

describe('a transfer', () => {
  for (const [sentence, name, type, transport, expected] of TRANSFERS) {
    test(sentence, () => assert.deepEqual(asked(name, type, {}, transport), expected));
  }

  const since = (serial: number): Buffer => {
    const soa = { type: 'SOA', name: 'mesos', data: { mname: 'ns1.mesos', rname: 'root.mesos', serial } } as const;
    return question('mesos', 'IXFR', { authorities: [soa] });
  };

  test('of what has changed', () => {
    const reply = authorityOf(zone).answer(since(3), { transport: 'tcp', address: '127.0.0.1' });
    assert.deepEqual(reply, { kind: 'transfer', apex: knownName('mesos'), type: 251, serial: 3 });
  });

  test('of what has changed is only a serial over UDP', () => {
    const reply = authorityOf(zone).answer(since(3), { transport: 'udp', address: '127.0.0.1' });
    assert.ok(reply.kind === 'reply');
    assert.deepEqual(shown(dnsPacket.decode(reply.bytes)).answers, ['mesos SOA soa of ns1.mesos']);
  });
});
