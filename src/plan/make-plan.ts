import type { Desired } from '../desired/desired.ts';
import type { Capabilities } from './capabilities.ts';
import { withoutDeadEnds } from './dead-ends.ts';
import { openRoutes } from './open-routes.ts';
import { describeDifference, fingerprintDifference } from './fingerprint.ts';
import type { Observed } from './observed.ts';
import { type BackendSteps, planBackends } from './plan-backends.ts';
import { planMaps } from './plan-maps.ts';
import type { Plan, RuntimeStep } from './plan.ts';

/**
 * Whether an entry may lead to this backend. One that was not looked at was not touched: it is where it was.
 * `canAdd`: a backend that is missing is added before the entries are set.
 */
const mayLeadTo =
  (observed: Observed, desired: Desired, canAdd: boolean) =>
  (backend: string): boolean => {
    const looked = observed.scope === 'all' || observed.scope.backends.has(backend);
    const is = observed.backends.get(backend);
    if (is !== undefined) return is.shape !== undefined;
    return !looked || (canAdd && desired.backends.has(backend));
  };

/** Until the reload brings what entries should lead to, what they do lead to keeps its servers. */
const takesAway = (steps: BackendSteps, stillLedTo: ReadonlySet<string>, desired: Desired): readonly RuntimeStep[] =>
  [...steps.lower, ...steps.remove].filter(
    (step) =>
      !('backend' in step && typeof step.backend === 'string' && stillLedTo.has(step.backend) && !desired.backends.has(step.backend)),
  );

/**
 * What is to be done so that HAProxy, as observed, becomes as desired: as far as it was observed. Pure.
 * Steps are in safe order: add, raise, route; then unroute, lower, remove.
 */
export const makePlan = (observed: Observed, desired: Desired, wantedFingerprint: string, capabilities: Capabilities): Plan => {
  const difference = fingerprintDifference(observed.fingerprint, wantedFingerprint);
  const structure = describeDifference(observed.fingerprint, difference);
  // Somebody else's configuration has neither our maps nor our shapes: there is nothing that steps could be about.
  if (observed.fingerprint === undefined) return { kind: 'reload', because: structure, steps: [] };
  const canAdd = capabilities.addBackend && !difference.globals && !difference.profiles;
  const backends = planBackends(observed, desired, canAdd, capabilities);
  const maps = planMaps(desired, observed);
  const isOpen = openRoutes(desired, difference.frontends);
  const { set, stillLedTo } = withoutDeadEnds(maps.set, observed, mayLeadTo(observed, desired, canAdd), isOpen);
  const because = [...structure, ...backends.because];
  const steps = [...backends.addBackends, ...backends.raise, ...set, ...maps.remove, ...takesAway(backends, stillLedTo, desired)];
  // A backend that a listener's rule names cannot be deleted, and a reload leaves it out anyway.
  if (because.length > 0) return { kind: 'reload', because, steps };
  const all = [...steps, ...backends.deleteBackends];
  return all.length > 0 ? { kind: 'runtime', steps: all } : { kind: 'noop' };
};
