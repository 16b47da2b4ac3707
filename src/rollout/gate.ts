/** What must hold for a rollout to go on. Counters are those of one hold, over all Sluices. */
export type Gate =
  /** Answers 5xx of the new colour, in percent: at most `maxPercent`, and at most `maxFactor` times that of the old colour in the same window. */
  | { readonly kind: 'errors'; readonly maxPercent?: number; readonly maxFactor?: number }
  /** Connections that could not be made to the new colour, in percent of its requests. */
  | { readonly kind: 'connection-errors'; readonly maxPercent?: number; readonly maxFactor?: number }
  /** p95 of response times: at most `maxMs`, and at most `maxFactor` times that of the old colour. */
  | { readonly kind: 'p95'; readonly maxFactor?: number; readonly maxMs?: number }
  /** So many requests to the new colour before it is judged. */
  | { readonly kind: 'requests'; readonly min: number }
  /** So many instances of the new colour healthy, in percent of those it should have. */
  | { readonly kind: 'healthy'; readonly minPercent: number }
  /** Answered 2xx or 3xx. */
  | { readonly kind: 'probe'; readonly url: string; readonly timeoutSeconds: number }
  /** Ends with 0; it is given JSON on standard input. `command`: one word, the name of a file in the folder that this Sluice allows. */
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly timeoutSeconds: number };

export const GATE_OUTCOMES = ['passed', 'failed', 'waiting'] as const;

/** What became of a gate at one evaluation. waiting: it cannot say yet. */
export interface GateResult {
  readonly gate: Gate;
  readonly outcome: (typeof GATE_OUTCOMES)[number];
  /** For people: '5xx 4.9 % of 812 requests, old 0.1 %, at most 1 %'. */
  readonly because: string;
}
