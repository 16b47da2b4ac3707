import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explain } from '../../src/picture/explain.ts';
import type { ColourExplanation, Explanation } from '../../src/picture/explanation.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { AppEntry } from '../../src/model/model.ts';
import type { GroupShares } from '../../src/rollout/shares.ts';
import { aBook, someShares } from '../kit/books.ts';
import { anEntry, aTask, someGlobals, someOptions } from '../kit/builders.ts';
import { anObserved } from '../kit/simulator.ts';

const LABELS = { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop' };

const aColour = (colour: string, host: string): AppEntry =>
  anEntry({ id: `/shop-${colour}`, labels: LABELS }, [aTask({ id: `${colour}.1`, host })]);

const explained = (shares: Partial<GroupShares>, others: readonly AppEntry[] = []): Explanation => {
  const picture = new Picture(someOptions(), someGlobals());
  const entries = [aColour('blue', '10.0.0.1'), aColour('green', '10.0.0.2'), ...others];
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  const told = { ...someShares({ '/shop-blue': 74.9, '/shop-green': 25.1 }), ...shares };
  picture.takeBook(aBook({ shares: { '/shop': told } }));
  const { model, desired, options } = picture;
  const [group, fates] = [picture.deploymentGroup('/shop-green'), picture.fates('/shop-green')];
  const explanation = explain('/shop-green', { model, desired, options, group, fates, problems: [], observed: undefined });
  assert.ok(explanation);
  return explanation;
};

const coloursOf = ({ ports }: Explanation): readonly ColourExplanation[] | undefined => ports[0]?.colours;

const aPreview = (colour: string, hosts: readonly string[]): ColourExplanation => ({
  appId: `/shop-${colour}`,
  backend: `shop_10000_${colour}_preview`,
  preview: { header: `X-Sluice-Colour: ${colour}`, cookie: `SLUICE_COLOUR=${colour}`, hosts },
});

describe('the explanation of an app of a group with shares', () => {
  it('says who has decided them', () => {
    const { deployment } = explained({ reason: 'looks good' });
    const decided = { by: 'ada@edge-1', at: '2026-11-22T10:00:00.000Z', reason: 'looks good', splitBy: 'request' };
    assert.deepEqual(deployment?.decided, decided);
  });

  it('says why an app without a share takes all: nobody else serves', () => {
    const picture = new Picture(someOptions(), someGlobals());
    const green = anEntry({ id: '/shop-green', labels: LABELS }, []);
    picture.take({ kind: 'snapshot', entries: [aColour('blue', '10.0.0.1'), green], keep: new Set() });
    picture.takeBook(aBook({ shares: { '/shop': someShares({ '/shop-blue': 0, '/shop-green': 100 }) } }));
    const { model, desired, options } = picture;
    const [group, fates] = [picture.deploymentGroup('/shop-blue'), picture.fates('/shop-blue')];
    const explanation = explain('/shop-blue', { model, desired, options, group, fates, problems: [], observed: anObserved(desired) });
    assert.match(
      explanation?.ports[0]?.servers[0]?.because ?? '',
      /^\/shop-blue is to have 0 % of the traffic, and takes all the same, for no app that is to have any serves/,
    );
  });

  it('names no backend of one app where there is none', () => assert.equal(coloursOf(explained({})), undefined));

  it('says how each app is asked for, and from where', () => {
    assert.deepEqual(coloursOf(explained({ preview: { hosts: false } })), [aPreview('blue', []), aPreview('green', [])]);
    const [, green] = coloursOf(explained({ preview: { hosts: true, networks: ['10.0.0.0/8'] } })) ?? [];
    assert.deepEqual(green?.preview, { ...aPreview('green', ['green.shop.example/']).preview, networks: ['10.0.0.0/8'] });
  });

  it('says how many visitors each app has, as entries of the map say it', () =>
    assert.deepEqual(coloursOf(explained({ splitBy: 'user' })), [
      { appId: '/shop-blue', backend: 'shop_10000_blue', visitorsPercent: 74.9 },
      { appId: '/shop-green', backend: 'shop_10000_green', visitorsPercent: 25.1 },
    ]));

  it('leaves out what another app holds', () => {
    const owner = anEntry({
      id: '/owner',
      labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'green.shop.example', HAPROXY_0_PORT: '10009' },
    });
    assert.deepEqual(coloursOf(explained({ preview: { hosts: true } }, [owner])), [
      aPreview('blue', ['blue.shop.example/']),
      aPreview('green', []),
    ]);
  });
});
