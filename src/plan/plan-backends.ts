import type { Backend, Desired } from '../desired/desired.ts';
import { profileNameOf, takesServers } from '../desired/profile.ts';
import type { Capabilities } from './capabilities.ts';
import type { Observed, ObservedBackend } from './observed.ts';
import { planCheckPorts } from './plan-check-ports.ts';
import { about, isDeletable, noSteps, planLeftover, planServers, type ServerSteps } from './plan-servers.ts';
import type { RuntimeStep } from './plan.ts';

/** Backends as they come and go, beside the steps for servers. */
export interface BackendSteps extends ServerSteps {
  readonly addBackends: RuntimeStep[];
  readonly deleteBackends: RuntimeStep[];
}

const planMissing = (wanted: Backend, canAdd: boolean, capabilities: Capabilities, steps: BackendSteps): void => {
  if (!capabilities.addBackend) steps.because.push(about(wanted.name, 'is new, and this HAProxy takes new backends by a reload only'));
  // Its profile may be one that this worker was not given: then the reload brings both.
  if (!canAdd) return;
  steps.addBackends.push({ kind: 'add-backend', backend: wanted });
  planServers(wanted, undefined, capabilities, steps);
};

/** Without a shape it is none that a Sluice gave for an app: nothing in it is touched before the reload. */
const planPresent = (wanted: Backend, is: ObservedBackend, capabilities: Capabilities, steps: BackendSteps): void => {
  if (is.shape === undefined) {
    steps.because.push(about(wanted.name, 'is there, and not one that Sluice has made for an app'));
    return;
  }
  if (is.shape !== wanted.shape) steps.because.push(about(wanted.name, 'is to be of another shape'));
  planServers(wanted, is, capabilities, steps);
  planCheckPorts(wanted, is, steps);
};

/** A backend that should not be. One that no Sluice gave (no shape) is none of our business. */
const planExtra = (is: ObservedBackend, capabilities: Capabilities, steps: BackendSteps): void => {
  if (is.shape === undefined) return;
  const deletable = takesServers(profileNameOf(is.shape));
  planLeftover(is, deletable, steps);
  const empties = [...is.servers.values()].every((server) => isDeletable(server, deletable));
  if (capabilities.addBackend && empties) steps.deleteBackends.push({ kind: 'delete-backend', backend: is.name });
};

const namesInScope = (observed: Observed, desired: Desired): Iterable<string> =>
  observed.scope === 'all' ? new Set([...desired.backends.keys(), ...observed.backends.keys()]) : observed.scope.backends;

/** Makes the backends as wanted, as far as they were observed. `canAdd`: a missing one can be added to this very worker. */
export const planBackends = (observed: Observed, desired: Desired, canAdd: boolean, capabilities: Capabilities): BackendSteps => {
  const steps: BackendSteps = { ...noSteps(), addBackends: [], deleteBackends: [] };
  for (const name of namesInScope(observed, desired)) {
    const wanted = desired.backends.get(name);
    const is = observed.backends.get(name);
    if (wanted === undefined) {
      if (is !== undefined) planExtra(is, capabilities, steps);
    } else if (is === undefined) planMissing(wanted, canAdd, capabilities, steps);
    else planPresent(wanted, is, capabilities, steps);
  }
  return steps;
};
