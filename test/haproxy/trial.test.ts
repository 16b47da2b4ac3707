import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RoutingBlock } from '../../src/desired/routing-block.ts';
import { trialOf } from '../../src/haproxy/trial.ts';
import type { Section } from '../../src/render/section.ts';

const value: RoutingBlock = {
  name: 'http/shop_10000',
  frontend: 'http',
  backend: 'shop_10000',
  acl: 'shop',
  weight: 0,
  hosts: ['shop.example'],
  appId: '/shop',
  parts: [],
};

it('each file of a trial ends with a line break, also where the rules of an app are the last in it: HAProxy refuses others', () => {
  const sections: readonly Section[] = (['rules', 'choices'] as const).map((side) => ({ kind: 'block', value, side, text: '  # here' }));
  for (const section of sections)
    for (const { path, bytes } of trialOf([section], sections, []).files) assert.ok(bytes.toString().endsWith('\n'), path);
});
