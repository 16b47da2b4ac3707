/** A mistake of one user, as a value: it takes that app, port or label out, never its neighbours. */
export interface Problem {
  /** Marathon app id, e.g. '/shop/cart'. */
  readonly appId: string;
  /** 0-based index in the app's list of service ports, where the mistake belongs to one port. */
  readonly portIndex?: number;
  /** Full name of the label that holds the mistake, e.g. 'HAPROXY_0_PORT'. */
  readonly label?: string;
  /** Deployment group that it is about, where that is not for its apps to tell: e.g. what was decided about it cannot be read. */
  readonly group?: string;
  /** What is wrong, with the value, and what would be right. */
  readonly message: string;
}

/** A value together with what was wrong on the way to it. */
export interface Checked<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}
