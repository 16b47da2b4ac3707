import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anEntry, assemblyOf, labels } from '../kit/builders.ts';

/** What becomes of a port with a password and these labels. */
const portOf = (more: Readonly<Record<string, string>>, compat: 'fixed' | 'strict') => {
  const assembly = assemblyOf([anEntry(labels({ HAPROXY_0_AUTH: 'Shop:ann:zJSpTOBK1CV8o', ...more }))], { compat });
  const { backends, frontends } = assembly.desired;
  const profile = backends.get('shop_10000')?.profile;
  return {
    mode: profile?.mode,
    asks: profile?.http?.auth !== undefined,
    isOpen: frontends.has('shop_10000'),
    fate: assembly.fates('/shop')[0]?.kind,
    problems: assembly.problems().map(({ message }) => message),
  };
};

describe('a password and the mode', () => {
  it('a port that asks for one speaks HTTP, unless it must not', () =>
    assert.deepEqual(portOf({}, 'fixed'), { mode: 'http', asks: true, isOpen: true, fate: 'taken', problems: [] }));

  it('where nobody can be asked nobody comes in', () => {
    const { problems, ...port } = portOf({ HAPROXY_0_MODE: 'tcp' }, 'fixed');
    assert.deepEqual(port, { mode: undefined, asks: false, isOpen: false, fate: 'left' });
    assert.match(problems.join(), /^a password can be asked for in mode http only/);
  });

  it('strict: neither, as in Marathon-LB', () => {
    assert.deepEqual(portOf({}, 'strict'), { mode: 'tcp', asks: false, isOpen: true, fate: 'taken', problems: [] });
    assert.deepEqual(portOf({ HAPROXY_0_MODE: 'http' }, 'strict'), {
      mode: 'http',
      asks: false,
      isOpen: true,
      fate: 'taken',
      problems: [],
    });
  });
});
