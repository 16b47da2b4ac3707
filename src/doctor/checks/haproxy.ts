import { findBinary } from '../../haproxy/binary.ts';
import { askCapabilities } from '../../haproxy/capabilities.ts';
import { messageOf } from '../../kit/error.ts';
import type { Capabilities } from '../../plan/capabilities.ts';
import { type Check, fail, ok } from '../check.ts';

const INSTALL = 'apt-get update && apt-get install -y --no-install-recommends haproxy   # or name another with --haproxy PATH';

const FEATURES: readonly (readonly [feature: keyof Capabilities, has: string, hasNot: string])[] = [
  ['addBackend', 'new apps without a reload', 'a new app is a reload (3.4 needs none)'],
  ['cookieOnNewServer', 'new sticky servers without a reload', 'a new sticky server is a reload (3.0 needs none)'],
];

const describe = (capabilities: Capabilities): string =>
  FEATURES.map(([feature, has, hasNot]) => (capabilities[feature] === true ? has : hasNot)).join('; ');

export const haproxy: Check = {
  name: 'haproxy',
  find: async ({ settings }) => {
    try {
      const binary = await findBinary(settings.haproxy);
      const capabilities = await askCapabilities(binary);
      return [ok(`${binary.path}: ${capabilities.version}; ${describe(capabilities)}`)];
    } catch (error) {
      return [fail(messageOf(error), INSTALL)];
    }
  },
};
