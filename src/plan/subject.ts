import type { Reason, RuntimeStep } from './plan.ts';

/** What a part of a plan is about, as a key: 'backend shop_10000', 'entry routes shop.example/'. */
export type Subject = string;

export const backendSubject = (name: string): Subject => `backend ${name}`;

export const subjectOf = (step: RuntimeStep): Subject => {
  if ('map' in step) return `entry ${step.map} ${step.key}`;
  return backendSubject(typeof step.backend === 'string' ? step.backend : step.backend.name);
};

/** Undefined: the reason for a reload is about no backend alone. */
export const subjectOfReason = ({ backend }: Reason): Subject | undefined => (backend === undefined ? undefined : backendSubject(backend));
