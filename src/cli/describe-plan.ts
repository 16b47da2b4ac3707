import { never } from '../kit/never.ts';
import type { RuntimeStep, ToldPlan } from '../plan/plan.ts';

const describeStep = (step: RuntimeStep): string => {
  switch (step.kind) {
    case 'add-backend':
      return `add backend ${step.backend.name}`;
    case 'add-server':
      return `add server ${step.backend}/${step.server.name} at ${step.server.address}:${step.server.port}`;
    case 'set-weight':
      return `set weight of ${step.backend}/${step.server} to ${step.weight}`;
    case 'set-up':
      return `set ${step.backend}/${step.server} up: Marathon found it healthy`;
    case 'set-state':
      return `set ${step.backend}/${step.server} to ${step.state}`;
    case 'set-check-port':
      return `check ${step.backend}/${step.server} at port ${step.port}`;
    case 'set-address':
      return `begin ${step.backend}/${step.server.name} anew at ${step.server.address}:${step.server.port}`;
    case 'add-map-entry':
    case 'set-map-entry':
      return `map ${step.map}: ${step.key} -> ${step.value}`;
    case 'remove-map-entry':
      return `map ${step.map}: remove ${step.key}`;
    case 'retire-server':
      return `take ${step.backend}/${step.server} out of service`;
    case 'delete-server':
      return `delete server ${step.backend}/${step.server}`;
    case 'delete-backend':
      return `delete backend ${step.backend}`;
    default:
      return never(step);
  }
};

/** A plan as lines for people. */
export const describePlan = (plan: ToldPlan): readonly string[] => {
  switch (plan.kind) {
    case 'noop':
      return ['nothing to do: HAProxy is as desired'];
    case 'runtime':
      return ['without a reload:', ...plan.steps.map((step) => `  ${describeStep(step)}`)];
    case 'reload':
      return [
        'a reload, because:',
        ...plan.because.map((reason) => `  ${reason}`),
        ...(plan.steps.length === 0 ? [] : ['at once, before it:', ...plan.steps.map((step) => `  ${describeStep(step)}`)]),
      ];
    default:
      return never(plan);
  }
};
