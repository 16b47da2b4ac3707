import type { RunSpec } from '../specs/run-spec.ts';

export type ActionKind = 'Start' | 'Stop' | 'Scale' | 'Restart';

/** One action of a step, on one app or pod. */
export interface Action {
  readonly kind: ActionKind;
  readonly on: 'app' | 'pod';
  readonly id: string;
}

export type Step = readonly Action[];

/** What one app or pod was and shall be; undefined: it was or shall be not there. */
export interface Transition {
  readonly before: RunSpec | undefined;
  readonly after: RunSpec | undefined;
}

/** A plan on its way. */
export interface Deployment {
  readonly id: string;
  readonly version: string;
  readonly transitions: ReadonlyMap<string, Transition>;
  readonly steps: readonly Step[];
  /** 1-based; 0 just after it was stored. */
  currentStep: number;
  readonly abort: AbortController;
  /** The whole trees before and after, which heavy plans carry. */
  readonly original?: unknown;
  readonly target?: unknown;
}

export function stepsJson(steps: readonly Step[]): readonly { readonly actions: readonly Record<string, string>[] }[] {
  return steps.map((step) => ({ actions: step.map(actionJson) }));
}

/** As Marathon writes it: `{"action":"ScaleApplication","app":"/shop/cart"}`. */
export function actionJson({ kind, on, id }: Action): Record<string, string> {
  return { action: `${kind}${on === 'app' ? 'Application' : 'Pod'}`, [on]: id };
}
