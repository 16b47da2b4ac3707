/** Who a Sluice is among the tasks of its own app. */
export interface Self {
  /** Id of its app. */
  readonly appId: string;
  readonly taskId: string;
}
