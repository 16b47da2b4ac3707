/** Who decided something, and when. */
export interface Signed {
  /** 'ada@edge-1', the name of a token or certificate, or 'controller'. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly reason?: string;
}
