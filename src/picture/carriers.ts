import type { PortFate } from '../desired/app-part.ts';
import type { Desired } from '../desired/desired.ts';
import { balanceTraits } from '../rollout/balance-traits.ts';
import type { Carrier } from '../rollout/edits/carrier.ts';

/** The backends of service ports, each once. */
export const carriersOf = ({ backends }: Pick<Desired, 'backends'>, fates: readonly PortFate[]): readonly Carrier[] => {
  const names = fates.flatMap((fate) => (fate.kind === 'taken' ? [fate.backend] : []));
  return [...new Set(names)].flatMap((backend) => {
    const profile = backends.get(backend)?.profile;
    if (profile === undefined) return [];
    const { balance, mode } = profile;
    return [{ backend, balance, mode, takesWeights: balanceTraits(balance).heedsWeights }];
  });
};
