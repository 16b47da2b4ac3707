import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nameserversOf, type Place, placeText, withoutListeners } from '../../../src/dns/forward/place.ts';
import { Routes } from '../../../src/dns/forward/routes.ts';
import { turnsOf, Upstream } from '../../../src/dns/forward/upstream.ts';
import { knownName } from '../../../src/dns/name.ts';

const at = (text: string): Place => {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
};

describe('resolv.conf', () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ['has its nameservers in order', 'nameserver 10.0.0.2\nsearch a b\nnameserver fd00::2\n', ['10.0.0.2:53', '[fd00::2]:53']],
    ['may have them twice, and behind blanks', '  nameserver\t10.0.0.2\nnameserver 10.0.0.2', ['10.0.0.2:53']],
    ['may have comments', '# nameserver 10.0.0.1\n;nameserver 10.0.0.3\nnameserver 10.0.0.2 # mine', ['10.0.0.2:53']],
    ['may name what is no address', 'nameserver dns.example\nnameserver fe80::1%eth0\nnameserver', []],
    ['may be empty', '', []],
  ];
  for (const [sentence, text, expected] of rows) it(sentence, () => assert.deepEqual(nameserversOf(text).map(placeText), expected));
});

describe('who is not asked because we listen there', () => {
  const own = new Set(['127.0.0.1', '10.0.0.1', '::1', 'fd00::1']);
  const rows: readonly (readonly [string, readonly string[], readonly string[], readonly string[]])[] = [
    ['the very listener', ['10.0.0.1:53', '10.0.0.2:53'], ['10.0.0.1:53'], ['10.0.0.2:53']],
    ['nobody behind another port', ['127.0.0.1:5353'], ['127.0.0.1:53'], ['127.0.0.1:5353']],
    ['nobody at another address', ['127.0.0.53:53'], ['10.0.0.1:53'], ['127.0.0.53:53']],
    [
      'all own addresses, where we listen on all',
      ['127.0.0.53:53', '10.0.0.1:53', '[::1]:53', '10.0.0.2:53'],
      ['0.0.0.0:53'],
      ['10.0.0.2:53'],
    ],
    ['all own addresses of IPv6 too', ['[fd00::1]:53', '[fd00::2]:53'], ['[::]:53'], ['[fd00::2]:53']],
    ['the address that means this host', ['0.0.0.0:53'], ['0.0.0.0:53'], []],
  ];
  for (const [sentence, places, listeners, expected] of rows)
    it(sentence, () => assert.deepEqual(withoutListeners(places.map(at), listeners.map(at), own).map(placeText), expected));
});

describe('who is asked which name', () => {
  const routes = new Routes({
    resolvers: [at('192.0.2.1:53')],
    zones: [
      { zone: knownName('corp.example'), upstreams: [at('192.0.2.2:53')] },
      { zone: knownName('lab.corp.example'), upstreams: [at('192.0.2.3:53')] },
      { zone: knownName('corp.directory'), upstreams: [at('192.0.2.4:53')] },
    ],
    neverAsked: [knownName('mesos'), knownName('directory')],
  });
  const DS = 43;
  const rows: readonly (readonly [string, string, number, number, readonly string[]])[] = [
    ['the resolvers', 'example.com', 1, 1, ['192.0.2.1:53']],
    ['the resolvers, for the root', '.', 2, 1, ['192.0.2.1:53']],
    ['those of the zone, for the zone', 'corp.example', 1, 1, ['192.0.2.2:53']],
    ['those of the longest zone', 'a.lab.corp.example', 1, 1, ['192.0.2.3:53']],
    ['the resolvers, where only letters are the same', 'xcorp.example', 1, 1, ['192.0.2.1:53']],
    ['those above, for the keys of a delegation', 'lab.corp.example', DS, 1, ['192.0.2.2:53']],
    ['the resolvers, for the keys of a delegation of theirs', 'corp.example', DS, 1, ['192.0.2.1:53']],
    ['nobody, for names of ours', 'a.mesos', 1, 1, []],
    ['those of a zone beside ours', 'a.corp.directory', 1, 1, ['192.0.2.4:53']],
    ['nobody, for our zones', 'thisdcos.directory', 6, 1, []],
    ['nobody, in another class', 'version.bind', 16, 3, []],
    ['nobody, for a transfer', 'example.com', 252, 1, []],
    ['somebody, for all types', 'example.com', 255, 1, ['192.0.2.1:53']],
  ];
  for (const [sentence, name, type, klass, expected] of rows)
    it(sentence, () =>
      assert.deepEqual(
        routes.upstreamsFor(knownName(name), type, klass).map(({ text }) => text),
        expected,
      ),
    );

  it('remembers of a server what it knew when others come and go', () => {
    const some = new Routes({ resolvers: [at('192.0.2.1:53'), at('192.0.2.2:53')], zones: [], neverAsked: [] });
    for (const one of some.upstreams) one.noteFailure('silent', 0);
    some.setResolvers([at('192.0.2.2:53'), at('192.0.2.9:53')]);
    assert.deepEqual(
      some.upstreams.map(({ text, counts }) => [text, counts.failed.silent]),
      [
        ['192.0.2.2:53', 1],
        ['192.0.2.9:53', 0],
      ],
    );
    some.setResolvers([]);
    assert.deepEqual([some.upstreams, some.upstreamsFor(knownName('a.b'), 1, 1)], [[], []]);
  });
});

describe('whose turn it is', () => {
  /** 'a' well, 'b!' failed twice just now, 'c?' failed twice long ago. */
  const turns = (...words: readonly string[]): readonly [string, number] => {
    const upstreams = words.map((word, nth) => {
      const upstream = new Upstream(at(`192.0.2.${nth}:53`));
      if (word.length > 1) for (let failed = 0; failed < 2; failed += 1) upstream.noteFailure('silent', word.endsWith('?') ? 0 : 100_000);
      return upstream;
    });
    const { upstreams: order, atOnce } = turnsOf(upstreams, 100_500);
    return [order.map((one) => words[upstreams.indexOf(one)]).join(' '), atOnce];
  };
  const rows: readonly (readonly [string, readonly string[], readonly [string, number]])[] = [
    ['one alone', ['a'], ['a', 1]],
    ['in order', ['a', 'b', 'c'], ['a b c', 1]],
    ['those that rest at the end', ['a!', 'b', 'c'], ['b c a!', 1]],
    ['those that may be well again beside the first', ['a?', 'b', 'c'], ['b a? c', 2]],
    ['one of them at a time', ['a?', 'b?', 'c'], ['c a? b?', 2]],
    ['two at once where none is well', ['a!', 'b!', 'c?'], ['c? a! b!', 2]],
    ['the only one, though it rests', ['a!'], ['a!', 1]],
  ];
  for (const [sentence, words, expected] of rows) it(sentence, () => assert.deepEqual(turns(...words), expected));

  it('comes again after ever longer pauses, and at once when it has answered', () => {
    const upstream = new Upstream(at('192.0.2.1:53'));
    const pauses: number[] = [];
    for (let nth = 0; nth < 9; nth += 1) {
      upstream.noteFailure('silent', 0);
      let ms = 0;
      while (!upstream.isWell && !upstream.isDue(ms)) ms += 500;
      pauses.push(ms);
    }
    assert.deepEqual(pauses, [0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    upstream.noteAnswer();
    assert.equal(upstream.isWell, true);
  });
});
