import type { Backend, Desired } from '../desired/desired.ts';
import { profileNameOf, takesServers } from '../desired/profile.ts';
import type { Capabilities } from './capabilities.ts';
import { describeDifference, fingerprintDifference } from './fingerprint.ts';
import type { Observed, ObservedBackend } from './observed.ts';
import { planMaps } from './plan-maps.ts';
import { noSteps, planLeftover, planServers, type ServerSteps } from './plan-servers.ts';
import type { Plan, RuntimeStep } from './plan.ts';

/** Backends as they come and go, beside the steps for servers. */
interface BackendSteps extends ServerSteps {
  readonly addBackends: RuntimeStep[];
  readonly deleteBackends: RuntimeStep[];
}

const planBackend = (
  wanted: Backend,
  is: ObservedBackend | undefined,
  profilesAreKnown: boolean,
  capabilities: Capabilities,
  steps: BackendSteps,
): void => {
  if (is !== undefined) {
    if (is.shape !== wanted.shape) steps.because.push(`backend ${wanted.name} is to be of another shape`);
    planServers(wanted, is, capabilities, steps);
    return;
  }
  if (!capabilities.addBackend) steps.because.push(`backend ${wanted.name} is new, and this HAProxy takes new backends by a reload only`);
  // Its profile may be one that this worker was not given: then the reload brings both.
  else if (profilesAreKnown) {
    steps.addBackends.push({ kind: 'add-backend', backend: wanted });
    planServers(wanted, undefined, capabilities, steps);
  }
};

/** A backend that should not be. One that no Sluice gave (no shape) is none of our business. */
const planExtra = (is: ObservedBackend, capabilities: Capabilities, steps: BackendSteps): void => {
  if (is.shape === undefined) return;
  planLeftover(is, takesServers(profileNameOf(is.shape)), steps);
  if (capabilities.addBackend && is.servers.size === 0) steps.deleteBackends.push({ kind: 'delete-backend', backend: is.name });
};

const backendNamesInScope = (observed: Observed, desired: Desired): Iterable<string> =>
  observed.scope === 'all' ? new Set([...desired.backends.keys(), ...observed.backends.keys()]) : observed.scope.backends;

const planBackends = (observed: Observed, desired: Desired, profilesAreKnown: boolean, capabilities: Capabilities): BackendSteps => {
  const steps: BackendSteps = { ...noSteps(), addBackends: [], deleteBackends: [] };
  for (const name of backendNamesInScope(observed, desired)) {
    const wanted = desired.backends.get(name);
    const is = observed.backends.get(name);
    if (wanted !== undefined) planBackend(wanted, is, profilesAreKnown, capabilities, steps);
    else if (is !== undefined) planExtra(is, capabilities, steps);
  }
  return steps;
};

/** An entry must not lead to a backend that this worker does not have: HAProxy answers 503 where the request could have fallen to another route. */
const withoutDeadEnds = (steps: readonly RuntimeStep[], observed: Observed, added: ReadonlySet<string>): readonly RuntimeStep[] =>
  steps.filter((step) => {
    if (step.kind !== 'add-map-entry' && step.kind !== 'set-map-entry') return true;
    const backend = step.map === 'redirects' ? step.key : step.value;
    // A backend that was not looked at was not touched: it is where it was.
    const looked = observed.scope === 'all' || observed.scope.backends.has(backend);
    return !looked || observed.backends.has(backend) || added.has(backend);
  });

const namesOf = (steps: readonly RuntimeStep[]): ReadonlySet<string> =>
  new Set(steps.flatMap((step) => (step.kind === 'add-backend' ? [step.backend.name] : [])));

/**
 * What is to be done so that HAProxy, as observed, becomes as desired: as far as it was observed. Pure.
 * Steps are in safe order: add, raise, route; then unroute, lower, remove.
 */
export const makePlan = (observed: Observed, desired: Desired, wantedFingerprint: string, capabilities: Capabilities): Plan => {
  const difference = fingerprintDifference(observed.fingerprint, wantedFingerprint);
  const structure = describeDifference(observed.fingerprint, difference);
  const backends = planBackends(observed, desired, !difference.globals && !difference.profiles, capabilities);
  const maps = planMaps(desired, observed);
  const because = [...structure, ...backends.because];
  const steps = withoutDeadEnds(
    [
      ...backends.addBackends,
      ...backends.raise,
      ...maps.set,
      ...maps.remove,
      ...backends.lower,
      ...backends.remove,
      ...backends.deleteBackends,
    ],
    observed,
    namesOf(backends.addBackends),
  );
  if (because.length > 0) return { kind: 'reload', because, steps };
  return steps.length > 0 ? { kind: 'runtime', steps } : { kind: 'noop' };
};
