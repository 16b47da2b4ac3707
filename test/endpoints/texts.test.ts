import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appLines, hostLines } from '../../src/endpoints/map-lines.ts';
import { withNamedColumns } from '../../src/endpoints/statistics.ts';
import { wholeLines } from '../../src/endpoints/whole-lines.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield Promise.resolve(text.slice(at, at + size));
}

const all = async (pieces: AsyncIterable<string>): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
};

describe('maps in the words of Marathon-LB', () => {
  it('have the hosts that lead somewhere whatever the path, in order', () => {
    const routes = new Map([
      ['shop.example/', 'shop_10000'],
      ['shop.example/cart', 'cart_10001'],
      ['*.example/', 'all_10002'],
      ['a.example/', 'a_10003'],
    ]);
    assert.equal(hostLines({ routes: () => routes }), '*.example all_10002\na.example a_10003\nshop.example shop_10000\n');
  });

  it('have the app ids, and are empty where there is nothing', () => {
    assert.equal(appLines({ apps: () => new Map([['/shop/cart', 'shop_cart_1']]) }), '/shop/cart shop_cart_1\n');
    assert.equal(appLines({ apps: () => new Map() }), '');
  });
});

describe('a text that comes in pieces', () => {
  const text = 'one\n\ntwo three\nfour without an end';
  for (const size of [1, 2, 5, 100])
    it(`of ${size} is cut where lines end, and nowhere else`, async () => {
      const pieces = await all(wholeLines(inPieces(text, size)));
      assert.equal(pieces.join(''), text);
      for (const piece of pieces.slice(0, -1)) assert.ok(piece.endsWith('\n'), JSON.stringify(piece));
    });

  for (const size of [1, 7, 1000])
    it(`of ${size} has a name for each column, and is the same otherwise`, async () => {
      const csv = '# pxname,svname,proto,-,ssl_sess,\nstats,FRONTEND,http,-,0,\n,-,\n';
      assert.equal((await all(withNamedColumns(inPieces(csv, size)))).join(''), csv.replace(',-,', ',modules,'));
    });

  it('that has no line end is told as it is', async () =>
    assert.deepEqual(await all(withNamedColumns(inPieces('no such command', 4))), ['no such command']));
});
