/** Why something is not done that was asked for. `because`: for people, with what would be right. */
export interface Refusal {
  readonly refused: 'BAD_REQUEST' | 'NO_SUCH_GROUP' | 'NO_SUCH_APP' | 'NO_SUCH_TASK' | 'NO_SUCH_OVERRIDE' | 'ROLLOUT_RUNS' | 'REFUSED';
  readonly because: string;
}

export const refuse = (refused: Refusal['refused'], because: string): Refusal => ({ refused, because });

export const isRefusal = (result: object): result is Refusal => 'refused' in result;
